// SPDX-License-Identifier: BSD-2-Clause
// obj show OBJ: the maps, programs and variables that an object declares.
#include <algorithm>

#include "commands/records.h"
#include "commands/shared/context.h"
#include "kernel/names.h"
#include "object/inspect.h"
#include "output/record.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;
using output::Record;
using output::Value;

void add_unless_empty(Record& record, std::string name, const std::string& text) {
  if (!text.empty()) record.add(std::move(name), text);
}

Record record_of(const object::MapSpec& map) {
  Record record;
  record.add("name", map.name);
  record.add("type", kernel::map_type_name(map.type));
  record.add("flags", map.flags);
  record.add("flag_names", output::list_of(kernel::map_flag_names(map.flags)));
  record.add("bytes_key", Value::Bytes{map.key_size});
  record.add("bytes_value", Value::Bytes{map.value_size});
  record.add("max_entries", map.max_entries);
  add_unless_empty(record, "key_type", map.key_type);
  add_unless_empty(record, "value_type", map.value_type);
  record.add("pinned_by_name", map.pinned_by_name);
  if (map.extra != 0) record.add("map_extra", map.extra);
  if (!map.inner.empty()) record.add("inner", Value(record_of(map.inner.front()).fields()));
  return record;
}

Record record_of(const object::ProgSpec& program) {
  Record record;
  record.add("name", program.name);
  if (program.type != 0) record.add("type", kernel::prog_type_name(program.type));
  record.add("section", program.section);
  record.add("instructions", program.instructions);
  record.add("optional", program.optional);
  return record;
}

Record record_of(const object::VariableSpec& variable) {
  Record record;
  record.add("name", variable.name);
  add_unless_empty(record, "type", variable.type);
  record.add("section", variable.section);
  record.add("offset", variable.offset);
  record.add("bytes", Value::Bytes{variable.size});
  return record;
}

Record record_of(const object::ExternSpec& one) {
  Record record;
  record.add("name", one.name);
  add_unless_empty(record, "type", one.type);
  if (!one.kind.empty()) record.add("section", "." + one.kind);
  record.add("weak", one.weak);
  return record;
}

Record record_of(const object::TypeSpec& type) {
  Record record;
  record.add("name", type.name);
  record.add("bytes", Value::Bytes{type.size});
  return record;
}

Record record_of(const object::Need& need) {
  Record record;
  record.add("name", need.name);
  record.add("linux", need.since.text());
  return record;
}

template <class Spec>
Value list_of(const std::vector<Spec>& specs) {
  Value::List list;
  for (const Spec& spec : specs) list.emplace_back(record_of(spec).fields());
  return list;
}

/// Rows have one line for the maps in a map of maps.
Record row_of(const object::MapSpec& map) {
  Record record = record_of(map);
  if (map.inner.empty()) return record;
  const object::MapSpec& inner = map.inner.front();
  return record.add("inner_map", kernel::map_type_name(inner.type) + ", " +
                                     std::to_string(inner.key_size) + " B -> " +
                                     std::to_string(inner.value_size) + " B, " +
                                     std::to_string(inner.max_entries) + " entries");
}

std::vector<Record> rows_of(const std::vector<object::MapSpec>& maps) {
  std::vector<Record> rows;
  for (const object::MapSpec& map : maps) rows.push_back(row_of(map));
  return rows;
}

template <class Spec>
std::vector<Record> records_of(const std::vector<Spec>& specs) {
  std::vector<Record> records;
  for (const Spec& spec : specs) records.push_back(record_of(spec));
  return records;
}

struct Part {
  std::string_view kind;
  std::vector<Record> records;
};

std::vector<Part> parts_of(const object::Spec& spec) {
  std::vector<Part> parts = {{"license", {}},
                             {"map", rows_of(spec.maps)},
                             {"prog", records_of(spec.programs)},
                             {"variable", records_of(spec.variables)},
                             {"extern", records_of(spec.externs)},
                             {"type", records_of(spec.types)},
                             {"need", records_of(spec.needs)}};
  if (!spec.license.empty()) parts[0].records.push_back(Record().add("name", spec.license));
  return parts;
}

std::vector<output::Column> columns() {
  return {
      {"kind", ""},
      {"name", "name"},
      {"type", "type"},
      {"key_type", "key_type"},
      {"value_type", "value_type"},
      {"bytes_key", "bytes_key"},
      {"bytes_value", "bytes_value"},
      {"max_entries", "max_entries"},
      {"flags", ""},
      {"flag_names", "flags"},
      {"pinned_by_name", "pinned_by_name"},
      {"map_extra", "map_extra"},
      {"inner_map", "inner_map"},
      {"section", "section"},
      {"instructions", "instructions"},
      {"optional", "optional"},
      {"bytes", "bytes"},
      {"weak", "weak"},
      {"linux", "linux"},
  };
}

/// A table for each kind of thing, with the kind for a heading of their names.
void print_tables(const object::Spec& spec, Context& context) {
  bool first = true;
  const bool has_optional = std::ranges::any_of(spec.programs, &object::ProgSpec::optional);
  const auto is_optional = [](const output::Column& column) { return column.field == "optional"; };
  for (const Part& part : parts_of(spec)) {
    if (part.records.empty()) continue;
    if (!std::exchange(first, false)) context.out.write("\n");
    std::vector<output::Column> headed = columns();
    headed[1].heading = part.kind;
    if (!has_optional) std::erase_if(headed, is_optional);
    print_list(context.out, context.style, part.records, headed, "");
  }
}

/// One row for each thing, whatever it is: CSV has one shape for all of them.
void print_rows(const object::Spec& spec, Context& context) {
  std::vector<Record> rows;
  for (Part& part : parts_of(spec))
    for (Record& record : part.records) rows.push_back(record.add("kind", part.kind));
  print_list(context.out, context.style, rows, columns(), "");
}

Status run(const cli::Request& request, Context& context) {
  const object::ElfImage image = TRY(object::open_image(std::string(request.word("OBJ"))));
  const object::Spec spec = TRY(object::inspect(image));
  if (context.style.is_json()) {
    Record record;
    record.add("name", image.name());
    record.add("license", spec.license);
    record.add("legacy", spec.legacy);
    record.add("maps", list_of(spec.maps));
    record.add("programs", list_of(spec.programs));
    record.add("variables", list_of(spec.variables));
    record.add("externs", list_of(spec.externs));
    record.add("types", list_of(spec.types));
    record.add("needs", list_of(spec.needs));
    if (!spec.needs.empty()) record.add("linux", spec.needs.front().since.text());
    output::print_one(context.out, context.style, record);
    return {};
  }
  context.style.is_table() ? print_tables(spec, context) : print_rows(spec, context);
  return {};
}

constexpr Operand kOperands[] = {
    {"", "OBJ", Takes::object, Count::one, "an object file, or the name of a built-in"},
};
constexpr cli::Example kExamples[] = {
    {"bpfmaps obj show xdp_stats_percpu", "what the built-in counter declares"},
    {"bpfmaps obj show ./my.bpf.o --json", "the same for a file of your own"},
};

}  // namespace

const cli::Command kObjShow{
    .object = "obj",
    .verb = "show",
    .summary = "show what an object declares, without loading it",
    .details =
        R"(Its license, its maps with their types and sizes, its programs with their sections
(optional ones, SEC("?..."), are loaded only by name), its global variables, what it expects the
kernel to have (externs), the types of what it shares with user space, and what it needs that not
every kernel has, with the first Linux that had it: types of maps and programs, helpers,
instructions. It tells only what the object shows: whether a driver or the kernel's configuration
lacks something is not known.

Nothing is put into the kernel, and no privilege is needed.)",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
