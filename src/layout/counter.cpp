// SPDX-License-Identifier: BSD-2-Clause
#include "layout/counter.h"

#include <iterator>
#include <utility>

namespace bpfmaps::layout {
namespace {

constexpr std::uint64_t kWrapShare = 16;  // a wrap takes at most this part of the range
// Of arrays, as far as they are not named: each is compared at every look.
constexpr std::size_t kMostElements = 256;

bool is_integer(const Node& node) { return node.is_countable() && node.shape != Shape::floating; }

Counter counter_at(std::string path, const Node& node, std::size_t offset, const Node& stored) {
  return {.path = std::move(path),
          .read = *ordinal_of(node),
          .offset = static_cast<std::uint32_t>(offset),
          .bits = stored.bits != 0 ? stored.bits : stored.size * 8,
          .is_wide = node.size == 8};
}

// The integers of a part of a value, and of its elements and members.
class Collector {
 public:
  // `named`: signed ones and single bytes of arrays too.
  explicit Collector(bool named) : named_(named) {}

  // `shown` at `offset`, of which `stored` is the type in the map.
  void add(const std::string& path, const Node& shown, std::size_t offset, const Node& stored) {
    if (is_integer(shown)) {
      if (named_ || shown.shape == Shape::unsigned_int)
        found_.push_back(counter_at(path, shown, offset, stored));
    } else if (!shown.is_leaf() && shown.shape == Shape::array) {
      add_elements(path, shown, offset, stored);
    } else if (!shown.is_leaf()) {
      for (std::size_t i = 0; i < shown.children.size(); ++i) {
        const Node& child = shown.children[i];
        add(path + "." + child.name, child, offset + child.offset, stored.children[i]);
      }
    }
  }
  std::vector<Counter> take() && { return std::move(found_); }

 private:
  void add_elements(const std::string& path, const Node& shown, std::size_t offset,
                    const Node& stored) {
    const Node &of = shown.children[0], &own = stored.children[0];
    if (of.size == 0 || (!named_ && own.size == 1)) return;
    for (std::uint32_t i = 0; i < shown.count && (named_ || elements_ < kMostElements); ++i) {
      const std::size_t before = found_.size();
      add(path + "[" + std::to_string(i) + "]", of, offset + std::size_t{i} * of.size, own);
      if (found_.size() == before) return;
      ++elements_;
    }
  }

  const bool named_;
  std::size_t elements_ = 0;
  std::vector<Counter> found_;
};

}  // namespace

Growth growth(std::uint64_t before, std::uint64_t now, unsigned bits) {
  if (now >= before) return {.by = now - before};
  const std::uint64_t greatest = UINT64_MAX >> (64 - bits);
  const std::uint64_t sank = before - now;
  const std::uint64_t around = (0 - sank) & greatest;
  if (around != 0 && around <= greatest / kWrapShare) return {.by = around};
  return {.down = true, .by = sank};
}

std::vector<Counter> possible_counters(const RowSpec& shown, const Layout& stored) {
  Collector counters(false);
  const std::vector<Column> own = columns_of(stored, shown.value_name);
  std::size_t i = 0;  // a reduced layout has the columns of its own one, in the same order
  for (const Column& column : headed_columns(shown))
    if (!column.of_key) counters.add(column.path, *column.node, column.offset, *own[i++].node);
  return std::move(counters).take();
}

Result<std::vector<Counter>> named_counters(const RowSpec& shown, const Layout& stored,
                                            std::span<const std::string_view> names) {
  RowSpec as_stored = shown;
  as_stored.value = &stored;
  std::vector<Counter> counters;
  for (const std::string_view name : names) {
    const Field field = TRY(find_field(shown, name));
    if (field.of_key) return fail(field.ref().wrong("is a part of the key, and counts nothing"));
    Collector some(true);
    some.add(std::string(name), field.node(), field.ref().offset,
             TRY(find_field(as_stored, name)).node());
    std::vector<Counter> found = std::move(some).take();
    if (found.empty()) return fail(field.ref().wrong("is no integer that counts"));
    std::move(found.begin(), found.end(), std::back_inserter(counters));
  }
  return counters;
}

}  // namespace bpfmaps::layout
