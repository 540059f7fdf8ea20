// SPDX-License-Identifier: BSD-2-Clause
// ArgMatcher: goes through the words behind a verb by the command's grammar, one at a time. The
// parser asks it what was given, completion what may come next: so the two never disagree.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/request.h"

namespace bpfmaps::cli {

/// What may stand next: a word of the grammar, or a value.
struct Wanted {
  std::string_view word = {};              ///< "" where a value is wanted
  Takes takes = Takes::nothing;            ///< the kind of value
  Selector::By by = Selector::By::pinned;  ///< how the value names a map, program or link
  std::string_view doc = {};               ///< what the word means
  std::string_view keyword = {};           ///< the keyword that the value stands behind
};

/// Reads one MAP, PROG or LINK.
class SelectorMatcher {
 public:
  explicit SelectorMatcher(Takes takes)
      : takes_(takes == Takes::prog_or_any ? Takes::prog : takes),
        may_be_any_(takes == Takes::prog_or_any) {}
  Status feed(const std::string& word);
  bool done() const { return done_; }
  const Selector& selector() const { return selector_; }
  void want(std::vector<Wanted>& wanted) const;
  /// "`id` lacks a number"; "" before the first word.
  std::string missing() const;

 private:
  Takes takes_;
  bool may_be_any_;
  Selector selector_;
  bool has_way_ = false, done_ = false;
};

class ArgMatcher {
 public:
  explicit ArgMatcher(const Command& command) : command_(command) {}

  /// Takes the next word; an error of Kind::usage names what is wrong with it.
  Status feed(const std::string& word);
  /// There are no more words: an error names what is missing.
  Status finish();
  /// What the next word may be.
  std::vector<Wanted> wanted() const;
  const std::vector<Given>& given() const { return given_; }

 private:
  Error wrong(const std::string& what, std::string hint = {}) const;
  bool is_given(const Operand& operand) const;
  bool is_open(const Operand& operand) const;
  const Operand* next_positional() const;
  bool is_due(const Operand& positional) const;
  /// Whether `operand` may be typed although `positional` is still to come.
  bool may_lead(const Operand& operand, const Operand& positional) const;
  void want_parts(std::vector<Wanted>& wanted) const;
  std::string meant_for_interface(const std::string& word, std::string otherwise) const;
  std::string missing_value(const Operand& missing) const;
  void want_value(std::vector<Wanted>& wanted, const Operand& operand, Takes takes) const;
  Status feed_part(const std::string& word);
  Status feed_value(const std::string& word);
  Status feed_then_word(const std::string& word);
  Status begin(const Operand& operand);
  void expect(Takes takes);
  void end_value();

  const Command& command_;
  std::vector<Given> given_;
  std::string keyword_;                      ///< the first word of a keyword of two, and a space
  const Operand* reading_ = nullptr;         ///< whose value comes next; its Given is the last one
  Takes takes_ = Takes::nothing;             ///< of the value that comes next
  bool in_second_ = false;                   ///< that value is the operand's second
  bool awaits_word_ = false;                 ///< the operand's `then_word` comes next
  std::optional<SelectorMatcher> selector_;  ///< engaged while a MAP, PROG or LINK is read
};

}  // namespace bpfmaps::cli
