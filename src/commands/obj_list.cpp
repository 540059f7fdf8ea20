// SPDX-License-Identifier: BSD-2-Clause
// obj list: the built-in counters.
#include "commands/records.h"
#include "commands/shared/context.h"
#include "object/builtins.h"
#include "output/record.h"

namespace bpfmaps::commands {
namespace {

Status run(const cli::Request&, Context& context) {
  std::vector<output::Record> records;
  for (const object::Builtin& builtin : object::builtins()) {
    output::Record& record = records.emplace_back();
    record.add("name", builtin.name);
    record.add("summary", builtin.summary);
  }
  output::print_list(context.out, context.style, records,
                     {{"name", "name"}, {"summary", "summary"}}, "no built-in objects");
  return {};
}

constexpr cli::Example kExamples[] = {
    {"bpfmaps obj list", "the built-in counters, one line each"},
};

}  // namespace

const cli::Command kObjList{
    .object = "obj",
    .verb = "list",
    .summary = "name the objects that are built in",
    .details =
        R"(These are the reference XDP counters. `prog load` and `obj show` take their names in
place of a file.)",
    .operands = {},
    .options = {},
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
