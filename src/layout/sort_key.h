// SPDX-License-Identifier: BSD-2-Clause
// SortKey: what --sort asks, and Ranking: the entries that are first in it. Compares raw bytes;
// grows with what it keeps and with nothing else.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/entries.h"
#include "base/result.h"
#include "layout/ordinal.h"
#include "layout/query.h"
#include "layout/rows.h"

namespace bpfmaps::layout {

class SortKey {
 public:
  enum class Direction : std::uint8_t { ascending, descending };

  /// Reads "FIELD", "FIELD:asc" or "FIELD:desc"; the first goes in `usual` direction. Numbers,
  /// floats (NaN is greatest), enums and addresses are in the order of their values, prefixes by
  /// address and length, text byte by byte. An error of Kind::usage for what has no order, and for
  /// the value of a per-CPU map that is not reduced to one.
  static Result<SortKey> compile(const RowSpec& spec, std::string_view text, Direction usual);

  /// Less where the entry comes earlier; entries of one rank may still differ.
  std::uint64_t rank(const unsigned char* key, const unsigned char* value) const;
  /// Whether the entry of `a` comes before that of `b`; for entries of one rank.
  bool is_before(const unsigned char* key_a, const unsigned char* value_a,
                 const unsigned char* key_b, const unsigned char* value_b) const {
    return !exact_ && compare(field(key_a, value_a), field(key_b, value_b)) < 0;
  }

 private:
  friend class Ranking;
  enum class Kind : std::uint8_t { number, text, prefix4, prefix6 };

  // Negative where the entry of `a` comes before that of `b`; for entries of one rank.
  int compare(const unsigned char* a, const unsigned char* b) const;
  bool is_exact() const { return exact_; }
  const unsigned char* field(const unsigned char* key, const unsigned char* value) const {
    return (place_.of_key ? key : value) + place_.offset;
  }

  FieldPlace place_;
  Ordinal read_;
  Kind kind_ = Kind::number;
  bool exact_ = true;  // the rank says all
  bool descending_ = false;
};

/// "FIELD", "FIELD:asc" or "FIELD:desc" in its parts. An error of Kind::usage for another
/// direction.
struct SortWord {
  std::string_view name;
  std::optional<SortKey::Direction> direction;
};
Result<SortWord> split_direction(std::string_view text);

/// Entries in an SortKey. One a thread, then merged into one.
class Ranking {
 public:
  /// Keeps the first `most` entries of those it is shown. `order` outlives it.
  Ranking(const SortKey& order, std::uint64_t most, std::size_t key_size, std::size_t value_size);

  /// Entries that are equal in the order stay as they were read: by part, then by place in it.
  void add(const Entries& entries, std::uint64_t part);
  /// Takes what `other`, of the same order and sizes, has kept. Nothing is added after this.
  void merge(Ranking other);
  /// Puts them in order, once, when everything is added and merged.
  void sort();

  std::uint64_t count() const { return ranks_.size(); }
  /// Some of the sorted entries, from the `from`-th on; none at the end. Valid until the next call.
  Entries chunk(std::uint64_t from);

 private:
  struct Rank {
    std::uint64_t rank;
    std::uint64_t part;
    std::uint32_t index;  // in its part
    std::uint32_t slot;   // where the entry's bytes are
  };
  unsigned char* at(std::uint32_t slot) const;
  bool before(const Rank& a, const Rank& b) const;
  void offer(Rank rank, const unsigned char* key, const unsigned char* value);
  std::uint32_t new_slot();

  const SortKey& order_;
  const std::uint64_t most_;
  const std::size_t key_size_, value_size_;
  const std::uint32_t per_block_;  // slots a block
  std::vector<Rank> ranks_;        // a heap with the last one on top, once there are `most_`
  std::vector<std::unique_ptr<unsigned char[]>> blocks_;
  std::uint32_t slots_ = 0;  // in use
  std::uint32_t spare_ = 0;  // the one that no kept entry lies in, once there are `most_`
  std::vector<unsigned char> keys_, values_;  // of a chunk
};

}  // namespace bpfmaps::layout
