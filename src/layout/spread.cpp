// SPDX-License-Identifier: BSD-2-Clause
#include "layout/spread.h"

#include <algorithm>
#include <charconv>

namespace bpfmaps::layout {
namespace {

constexpr std::uint32_t kMostElements = 256;

bool is_integer(const Node& node) {
  return node.is_countable() && node.shape == Shape::unsigned_int;
}

}  // namespace

std::vector<SpreadField> spread_fields(const RowSpec& spec) {
  std::vector<SpreadField> fields;
  if (spec.value == nullptr) return fields;
  for (Column& column : headed_columns(spec)) {
    const Node& node = *column.node;
    if (column.of_key) continue;
    if (is_integer(node)) {
      fields.push_back({std::move(column.path), column.offset, node});
    } else if (node.shape == Shape::array && !node.is_leaf() && !is_byte_array(node) &&
               is_integer(node.children[0])) {
      for (std::uint32_t i = 0; i < std::min(node.count, kMostElements); ++i)
        fields.push_back({column.path + "[" + std::to_string(i) + "]",
                          column.offset + i * node.children[0].size, node.children[0]});
    }
  }
  return fields;
}

double Spread::ratio(std::size_t cpus) const {
  if (sum == 0) return 0;
  return static_cast<double>(most) * static_cast<double>(cpus) / static_cast<double>(sum);
}

Spread spread_of(const SpreadField& field, const unsigned char* values, std::size_t cpus,
                 std::size_t slot) {
  Spread found;
  for (std::size_t cpu = 0; cpu < cpus; ++cpu) {
    const std::uint64_t one = load_bits(field.node, values + cpu * slot + field.offset);
    found.sum += one;
    found.least = std::min(found.least, one);
    if (cpu != 0 && one <= found.most) continue;
    found.most = one;
    found.on = cpu;
  }
  return found;
}

std::string_view ratio_text(double ratio, std::array<char, 32>& room) {
  const auto end =
      std::to_chars(room.data(), room.data() + room.size(), ratio, std::chars_format::fixed, 2);
  return {room.data(), static_cast<std::size_t>(end.ptr - room.data())};
}

}  // namespace bpfmaps::layout
