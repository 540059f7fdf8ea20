// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/metadata.h"

#include <optional>

#include "kernel/btf.h"
#include "kernel/map/map_kind.h"
#include "kernel/map/reader.h"
#include "layout/compile.h"
#include "layout/program.h"

namespace bpfmaps::commands {

using layout::Layout;
using layout::Node;
using layout::Shape;
using output::Value;

namespace {

constexpr std::string_view kPrefix = "bpf_metadata_";

/// Integers and truth values as such, all else as the text a cell would show.
Value value_of(const Layout& layout, const Node& node, const unsigned char* section) {
  const unsigned char* at = section + node.offset;
  const bool wide = node.size > 4;
  switch (node.shape) {
    case Shape::boolean: return layout::load_bits(node, at) != 0;
    case Shape::unsigned_int: {
      const std::uint64_t bits = layout::load_bits(node, at);
      return wide ? Value(bits) : Value(static_cast<std::uint32_t>(bits));
    }
    case Shape::signed_int: {
      const auto bits = static_cast<std::int64_t>(layout::load_bits(node, at));
      return wide ? Value(bits) : Value(static_cast<std::int32_t>(bits));
    }
    default: break;
  }
  return layout::text_of(layout, node, at, {.text = layout::Dialect::Text::plain});
}

Status add_variables(Value::Members& found, const kernel::Map& map) {
  const kernel::MapInfo& info = map.info();
  const auto types = TRY(kernel::btf_by_id(info.btf_id));
  const Layout layout = TRY(layout::compile(types.get(), info.btf_value_type_id, info.value_size));
  std::vector<unsigned char> section(info.value_size);
  const std::uint32_t key = 0;
  TRY(kernel::lookup(map, &key, section.data()));
  for (const Node& node : layout.root().children)
    if (node.name.starts_with(kPrefix))
      found.push_back({node.name.substr(kPrefix.size()), value_of(layout, node, section.data())});
  return {};
}

bool may_hold_metadata(const kernel::MapInfo& info) {
  return kernel::is_plain_array(info.type) && info.max_entries == 1 && info.btf_id != 0 &&
         info.name.ends_with(".rodata");
}

}  // namespace

void add_metadata(output::Record& record, const kernel::Prog& prog) {
  Value::Members found;
  std::optional<Error> gap;
  for (const std::uint32_t id : prog.info().map_ids) {
    const auto map = kernel::map_by_id(id, kernel::Access::read);
    if (!map) {
      if (map.error().kind != Kind::not_found) gap = map.error();
    } else if (may_hold_metadata(map->info())) {
      if (const Status added = add_variables(found, *map); !added) gap = added.error();
    }
  }
  if (!found.empty()) record.add("metadata", std::move(found));
  if (gap) record.unknown("metadata", gap->subject + ": " + gap->message());
}

}  // namespace bpfmaps::commands
