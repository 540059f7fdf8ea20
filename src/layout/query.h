// SPDX-License-Identifier: BSD-2-Clause
// Query: a --where expression compiled once to tests on the raw bytes of an entry. Each test knows
// where to go when it passes and when it fails, so that `&&`, `||`, `!` and parentheses cost
// nothing; no test looks at a type, allocates, or calls anything virtual.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/entries.h"
#include "base/result.h"
#include "base/time.h"
#include "layout/ordinal.h"
#include "layout/regex.h"
#include "layout/rows.h"

namespace bpfmaps::layout {

/// Where a field lies in an entry.
struct FieldPlace {
  bool of_key = false;
  std::uint32_t offset = 0, size = 0;  ///< bytes
};

class Query {
 public:
  /// Compiles `expression` over the fields of `spec` (fields.h names them):
  ///
  ///   * FIELD == != < <= > >= LITERAL, also `=`; a field of the same sort on both sides;
  ///   * FIELD in (A, B, ...), FIELD in 10.0.0.0/8, and `not in`; a prefix as a key is in another
  ///     one when it is part of it, and `10.1.2.3 in key` asks for the prefixes that hold it;
  ///   * FIELD =~ "regex" and !~ for text;
  ///   * FIELD & MASK, alone or compared: `flags & 6 == 2`;
  ///   * FIELD alone: not zero;
  ///   * age(FIELD) or age(FIELD, CLOCK) < <= > >= TIME, where `now` is given: how long ago a
  ///     time in nanoseconds is; a field of 0 is no time, and older than any;
  ///   * && || ! and parentheses, or `and`, `or`, `not`.
  ///
  /// Literals are what typed input takes, text between quotes. What cannot be asked (no such field,
  /// text < number, a number that the field never holds, no such enum name) is an error of
  /// Kind::usage that shows where in the expression.
  static Result<Query> compile(const RowSpec& spec, std::string_view expression,
                               const ClockTimes* now = nullptr);

 private:
  friend class Matcher;
  friend class QueryResolver;
  friend class QueryEmitter;

  struct Step {
    enum class Test : std::uint8_t {
      range,       ///< low <= field <= low + span
      wide_range,  ///< the same for 128 bits, in wides_
      pair,        ///< two fields in order
      text,        ///< text and a text in texts_
      text_pair,   ///< the texts of two fields
      plain,       ///< a pattern in plains_
      regex,       ///< a pattern in patterns_
      covers,      ///< a prefix that holds the address in wides_
    };
    Test test = Test::range;
    /// Of two things in order: 1 less, 2 equal, 4 greater, 8 not ordered (NaN) passes.
    std::uint8_t passing = 0;
    FieldPlace left = {}, right = {};
    Ordinal read = {}, read_right = {};
    std::uint64_t low = 0, span = 0;
    std::uint32_t index = 0;  ///< into one of the lists below
    int yes = 0, no = 0;      ///< the next step, or one of the ends
  };
  struct WideRange {
    Wide low = 0, span = 0;
  };
  static constexpr int kKeep = -1, kDrop = -2;

  bool passes(const Step& step, const unsigned char* key, const unsigned char* value,
              const std::optional<RegexMatcher>& regexes) const;

  std::vector<Step> steps_;
  std::vector<WideRange> wides_;
  std::vector<std::string> texts_;
  std::vector<Regex> patterns_;
  std::vector<PlainPattern> plains_;
  int first_ = kKeep;
  std::size_t cpus_ = 1;  // values of one entry that are asked; one that fits is enough
  std::uint32_t slot_ = 0;
};

/// Asks a Query of entries. One a thread: it holds what threads cannot share. To ask may throw a
/// Thrown: a pattern that runs out of its limits.
class Matcher {
 public:
  /// `query` outlives it.
  explicit Matcher(const Query& query);

  /// Whether the entry fits; of a per-CPU map whose values are not reduced, whether the value of
  /// any CPU does.
  bool fits(const unsigned char* key, const unsigned char* value) const;

  /// The entries that fit: all of `entries`, or copies that stay until the next call. Of a value no
  /// more than `value_size` bytes are read: behind the last one there may be no whole stride.
  Entries keep(const Entries& entries, std::size_t value_size = SIZE_MAX);

 private:
  const Query& query_;
  std::optional<RegexMatcher> regexes_;  // where the query has patterns
  std::vector<unsigned char> keys_, values_;
};

}  // namespace bpfmaps::layout
