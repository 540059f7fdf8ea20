// SPDX-License-Identifier: BSD-2-Clause
// map schema MAP: what a map's keys and values are, as C or as JSON Schema.
#include <algorithm>

#include "base/text.h"
#include "commands/records.h"
#include "commands/shared/map_declaration.h"
#include "commands/shared/map_options.h"
#include "commands/shared/select.h"
#include "entries/map_types.h"
#include "entries/saved_map.h"
#include "entries/typed_map.h"
#include "layout/json_schema.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;

// Names come from files too: nothing in them is for the terminal to obey.
std::string safe(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\n\t"), text.size());
    append_terminal_safe(result, text.substr(0, end));
    if (end < text.size()) result += text[end];
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

// One field to a row, for CSV.
void print_fields(const layout::RowSpec& spec, Context& context) {
  std::vector<output::Record> fields;
  for (const layout::Column& column : layout::headed_columns(spec)) {
    const layout::Node& node = *column.node;
    output::Record record;
    record.add("field", column.path)
        .add("of", column.of_key ? "key" : "value")
        .add("offset", column.offset)
        .add("bit_offset", node.bit_offset)
        .add("bits", node.bits != 0 ? node.bits : node.size * 8)
        .add("type", node.type);
    fields.push_back(std::move(record));
  }
  constexpr const char* kNames[] = {"field", "of", "offset", "bit_offset", "bits", "type"};
  std::vector<output::Column> columns;
  for (const char* name : kNames) columns.push_back({name, name});
  output::print_list(context.out, context.style, fields, columns, "no fields");
}

Status run(const cli::Request& request, Context& context) {
  if (context.style.is_table()) {
    entries::TypeOptions options = type_options(request);
    std::unique_ptr<entries::TypedMap> saved;
    if (const cli::Selector& map = request.selector("MAP");
        map.by == cli::Selector::By::pinned && entries::is_saved_map(map.text)) {
      saved = TRY(open_typed_map(request, context, kernel::Access::read));
      options.own = saved->saved->types.get();
    }
    const kernel::Map map = saved ? kernel::Map(Fd(), saved->map.info())
                                  : TRY(open_map(request.selector("MAP"), kernel::Access::read));
    const entries::MapTypes types =
        TRY(entries::find_map_types(map.info(), options, context.remark));
    auto text = c_declaration(map, types, options, context.remark);
    if (!text) {
      text.error().subject = request.selector("MAP").describe();
      text.error().hint = "--json and --csv describe the fields";
      return fail(std::move(text).error());
    }
    context.out.write(safe(*text));
    return {};
  }
  const auto typed = TRY(open_typed_map(request, context, kernel::Access::read));
  const layout::RowSpec spec = typed->row_spec();
  if (context.style.is_csv()) return print_fields(spec, context), Status();
  output::Style style = context.style;
  style.string_ints = false;  // what the schema speaks of, not how it is written
  output::print_one(context.out, style,
                    layout::json_schema(spec, context.style, typed->map.info().name));
  return {};
}

constexpr Operand kOperands[] = {
    {"", "MAP", Takes::map_or_file, Count::one, "the map to describe, or its file"}};
constexpr Option kOptions[] = {Option::btf, Option::key_type, Option::value_type};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map schema /sys/fs/bpf/xdp/stats", "the declaration that a program would have"},
    {"bpfmaps map schema /sys/fs/bpf/xdp/stats --json --net", "what dump --json --net prints"},
};

}  // namespace

const cli::Command kMapSchema{
    .object = "map",
    .verb = "schema",
    .summary = "print the types of a map as C or as JSON Schema",
    .details =
        R"(Without an option: the C types of key and value, and a declaration of the map that
libbpf takes. The inner maps of a map of maps are described by the first of them. With --json: a
JSON Schema (draft 2020-12) of one entry as map dump prints it with the same --net and
--string-ints. With --csv: fields with offsets in bytes and widths in bits.

Without types only sizes are shown; --btf FILE names a file that has them.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
