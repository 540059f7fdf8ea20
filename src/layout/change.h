// SPDX-License-Identifier: BSD-2-Clause
// Changes: entries beside what they were a look ago, and those of them that come first when they
// are put in order. Compares raw bytes; nothing is formatted here.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "layout/counter.h"
#include "layout/sort_key.h"

namespace bpfmaps::layout {

/// One entry, or one CPU's part of it. Borrows its bytes from two looks.
struct Change {
  const unsigned char* key = nullptr;
  const unsigned char* before = nullptr;  ///< its value a look ago; null where the entry is new
  const unsigned char* now = nullptr;     ///< its value; null where the entry is gone
  std::uint64_t elapsed_ns = 0;           ///< from the one read to the other
  std::uint32_t cpu = 0;                  ///< where each CPU has a value of its own
  bool same = false;                      ///< nothing of it changed

  /// What there is to show of its value.
  const unsigned char* value() const { return now != nullptr ? now : before; }
  /// By how much `counter` grew; nothing where there are no two values to compare.
  std::optional<Growth> growth(const Counter& counter) const;
  /// The same a second; nothing where it went down, too: how far is not known.
  std::optional<double> rate(const Counter& counter) const;
};

/// How changes are put in order: by a field, or by how fast a counter grows. Then those that have
/// no rate come behind those that have one, and those that did not change come last.
class ChangeOrder {
 public:
  /// By a field of key or value, in the SortKey's direction.
  explicit ChangeOrder(SortKey order) : order_(std::move(order)) {}
  /// By the rate of `counter`.
  ChangeOrder(Counter counter, SortKey::Direction direction)
      : counter_(std::move(counter)), ascending_(direction == SortKey::Direction::ascending) {}

  /// Less where the change comes earlier; changes of one rank may still differ.
  std::uint64_t rank(const Change& change) const;
  /// For changes of one rank.
  bool is_before(const Change& a, const Change& b) const;
  bool is_rate() const { return counter_.has_value(); }

 private:
  std::optional<SortKey> order_;
  std::optional<Counter> counter_;
  bool ascending_ = false;
};

/// Keeps the first of the changes that it is shown.
class Selection {
 public:
  /// At most `most` of them, in `standing`, which outlives it; as they come where it is null.
  Selection(const ChangeOrder* standing, std::uint64_t most) : standing_(standing), most_(most) {}

  void add(const Change& change);
  /// True where a change that is the same as before would not be kept.
  bool is_full_of_news() const;
  /// What was kept, in order. Once, when everything is added.
  std::vector<Change> take() &&;

 private:
  struct Ranked {
    std::uint64_t rank;
    std::uint64_t place;  // in the order they came
    Change change;
  };
  bool before(const Ranked& a, const Ranked& b) const;

  const ChangeOrder* standing_;
  const std::uint64_t most_;
  std::uint64_t seen_ = 0;
  std::vector<Ranked> kept_;  // a heap with the last one on top, once there are `most_`
};

}  // namespace bpfmaps::layout
