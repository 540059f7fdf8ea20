// SPDX-License-Identifier: BSD-2-Clause
// obj show OBJ: the maps, programs and variables that an object declares.
#include "commands/context.h"
#include "commands/records.h"
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
  record.add("bytes_key", Value::Bytes{map.key_size});
  record.add("bytes_value", Value::Bytes{map.value_size});
  record.add("max_entries", map.max_entries);
  add_unless_empty(record, "key_type", map.key_type);
  add_unless_empty(record, "value_type", map.value_type);
  record.add("pinned_by_name", map.pinned_by_name);
  return record;
}

Record record_of(const object::ProgSpec& program) {
  Record record;
  record.add("name", program.name);
  if (program.type != 0) record.add("type", kernel::prog_type_name(program.type));
  record.add("section", program.section);
  record.add("instructions", program.instructions);
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

template <class Spec>
Value list_of(const std::vector<Spec>& specs) {
  Value::List list;
  for (const Spec& spec : specs) list.emplace_back(record_of(spec).fields());
  return list;
}

/// One row for each thing, whatever it is: tables and CSV have one shape for all of them.
template <class Spec>
void add_rows(std::vector<Record>& rows, const char* kind, const std::vector<Spec>& specs) {
  for (const Spec& spec : specs) rows.push_back(record_of(spec).add("kind", kind));
}

Status run(const cli::Request& request, Context& context) {
  const object::Image image = TRY(object::open_image(std::string(request.word("OBJ"))));
  const object::Spec spec = TRY(object::inspect(image));
  if (context.style.is_json()) {
    Record record;
    record.add("name", image.name());
    record.add("license", spec.license);
    record.add("legacy", spec.legacy);
    record.add("maps", list_of(spec.maps));
    record.add("programs", list_of(spec.programs));
    record.add("variables", list_of(spec.variables));
    output::print_one(context.out, context.style, record);
    return {};
  }
  std::vector<Record> rows;
  add_rows(rows, "map", spec.maps);
  add_rows(rows, "prog", spec.programs);
  add_rows(rows, "variable", spec.variables);
  output::print_list(context.out, context.style, rows,
                     {{"kind", "kind"},
                      {"name", "name"},
                      {"type", "type"},
                      {"key_type", "key_type"},
                      {"value_type", "value_type"},
                      {"bytes_key", "bytes_key"},
                      {"bytes_value", "bytes_value"},
                      {"max_entries", "max_entries"},
                      {"flags", "flags"},
                      {"section", "section"},
                      {"instructions", "instructions"},
                      {"bytes", "bytes"}},
                     "nothing");
  return {};
}

constexpr Operand kOperands[] = {
    {"", "OBJ", Takes::object, Count::one, "an object file, or the name of a built-in"},
};
constexpr cli::Example kExamples[] = {
    {"bpfmaps obj show xdp_stats_percpu", "what the built-in counter declares"},
    {"bpfmaps obj show ./my.bpf.o --json", "the same for a file of one's own"},
};

}  // namespace

const cli::Command kObjShow{
    .object = "obj",
    .verb = "show",
    .summary = "show what an object declares, without loading it",
    .details =
        "Its maps with their types and sizes, its programs with their sections, its global "
        "variables and its license. Nothing is put into the kernel, and no privilege is "
        "needed.",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
