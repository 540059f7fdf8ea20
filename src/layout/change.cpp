// SPDX-License-Identifier: BSD-2-Clause
#include "layout/change.h"

#include <algorithm>
#include <bit>

namespace bpfmaps::layout {
namespace {

constexpr std::uint64_t kUnchanged = UINT64_MAX, kNoRate = UINT64_MAX - 1;

}  // namespace

std::optional<Growth> Change::growth(const Counter& counter) const {
  if (before == nullptr || now == nullptr) return {};
  return counter.growth(before, now);
}

std::optional<double> Change::rate(const Counter& counter) const {
  const auto grown = growth(counter);
  if (!grown || grown->down || elapsed_ns == 0) return {};
  return static_cast<double>(grown->by) * 1e9 / static_cast<double>(elapsed_ns);
}

std::uint64_t ChangeOrder::rank(const Change& change) const {
  if (order_) return order_->rank(change.key, change.value());
  if (change.same) return kUnchanged;
  const auto rate = change.rate(*counter_);
  if (!rate) return kNoRate;
  // The bits of floats that are not negative are in the order of the floats.
  const auto bits = std::bit_cast<std::uint64_t>(*rate);
  return ascending_ ? bits : (UINT64_MAX >> 1) - bits;
}

bool ChangeOrder::is_before(const Change& a, const Change& b) const {
  return order_ && order_->is_before(a.key, a.value(), b.key, b.value());
}

bool Selection::before(const Ranked& a, const Ranked& b) const {
  if (a.rank != b.rank) return a.rank < b.rank;
  if (standing_ != nullptr) {
    if (standing_->is_before(a.change, b.change)) return true;
    if (standing_->is_before(b.change, a.change)) return false;
  }
  return a.place < b.place;
}

void Selection::add(const Change& change) {
  const auto order = [this](const Ranked& a, const Ranked& b) { return before(a, b); };
  const Ranked ranked{standing_ == nullptr ? 0 : standing_->rank(change), seen_++, change};
  if (kept_.size() < most_) {
    kept_.push_back(ranked);
    if (kept_.size() == most_) std::make_heap(kept_.begin(), kept_.end(), order);
  } else if (most_ != 0 && before(ranked, kept_.front())) {
    std::pop_heap(kept_.begin(), kept_.end(), order);
    kept_.back() = ranked;
    std::push_heap(kept_.begin(), kept_.end(), order);
  }
}

bool Selection::is_full_of_news() const {
  return kept_.size() >= most_ && (standing_ == nullptr || standing_->is_rate());
}

std::vector<Change> Selection::take() && {
  std::sort(kept_.begin(), kept_.end(),
            [this](const Ranked& a, const Ranked& b) { return before(a, b); });
  std::vector<Change> changes;
  changes.reserve(kept_.size());
  for (const Ranked& ranked : kept_) changes.push_back(ranked.change);
  return changes;
}

}  // namespace bpfmaps::layout
