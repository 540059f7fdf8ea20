// SPDX-License-Identifier: BSD-2-Clause
#include "layout/counter.h"

namespace bpfmaps::layout {
namespace {

constexpr std::uint64_t kWrapShare = 16;  // a wrap takes at most this part of the range

bool is_integer(const Node& node) { return node.is_countable() && node.shape != Shape::floating; }

Counter counter_at(std::string path, const Node& node, std::size_t offset, const Node& stored) {
  return {.path = std::move(path),
          .read = *ordinal_of(node),
          .offset = static_cast<std::uint32_t>(offset),
          .bits = stored.bits != 0 ? stored.bits : stored.size * 8,
          .is_wide = node.size == 8};
}

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
  std::vector<Counter> counters;
  const std::vector<Column> own = columns_of(stored, shown.value_name);
  std::size_t i = 0;  // a reduced layout has the columns of its own one, in the same order
  for (Column& column : headed_columns(shown)) {
    if (column.of_key) continue;
    const Node& field = *own[i++].node;
    if (column.node->shape == Shape::unsigned_int && is_integer(*column.node))
      counters.push_back(counter_at(std::move(column.path), *column.node, column.offset, field));
  }
  return counters;
}

Result<std::vector<Counter>> named_counters(const RowSpec& shown, const Layout& stored,
                                            std::span<const std::string_view> names) {
  RowSpec as_stored = shown;
  as_stored.value = &stored;
  std::vector<Counter> counters;
  for (const std::string_view name : names) {
    const Field field = TRY(find_field(shown, name));
    if (field.of_key) return fail(field.ref().wrong("is a part of the key, and counts nothing"));
    if (!is_integer(field.node())) return fail(field.ref().wrong("is no integer that counts"));
    counters.push_back(counter_at(std::string(name), field.node(), field.ref().offset,
                                  TRY(find_field(as_stored, name)).node()));
  }
  return counters;
}

}  // namespace bpfmaps::layout
