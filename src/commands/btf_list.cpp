// SPDX-License-Identifier: BSD-2-Clause
// btf list: the types that the kernel holds, and what carries them.
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "commands/records.h"
#include "commands/shared/context.h"
#include "commands/shared/list_columns.h"
#include "commands/shared/list_query.h"
#include "kernel/btf_objects.h"
#include "kernel/handle.h"
#include "output/record.h"

namespace bpfmaps::commands {
namespace {

using Carriers = std::map<std::uint32_t, output::Value::List>;  // ids by the id of their types

Status run(const cli::Request& request, Context& context) {
  const ListQuery query = TRY(ListQuery::from(request, btf_list_columns()));
  Carriers maps, progs;
  TRY(kernel::for_each_map(kernel::Access::read, [&maps](const kernel::Map& map) {
    if (map.info().btf_id != 0) maps[map.info().btf_id].emplace_back(map.info().id);
  }));
  TRY(kernel::for_each_prog([&progs](const kernel::Prog& prog) {
    if (prog.info().btf_id != 0) progs[prog.info().btf_id].emplace_back(prog.info().id);
  }));
  std::vector<output::Record> records;
  TRY(kernel::for_each_btf([&](const kernel::BtfInfo& info) {
    output::Record& record = records.emplace_back();
    record.add("id", info.id)
        .add("name", info.name)
        .add("kernel", info.kernel)
        .add("size", output::Value::Bytes{info.size})
        .add("prog_ids", std::move(progs[info.id]))
        .add("map_ids", std::move(maps[info.id]));
  }));
  return query.print(std::move(records), context, "no types");
}

constexpr cli::Example kExamples[] = {
    {"bpfmaps btf list", "every BTF object, and which programs and maps carry it"},
};

}  // namespace

const cli::Command kBtfList{
    .object = "btf",
    .verb = "list",
    .summary = "list the types that the kernel holds",
    .details =
        R"(The kernel's own types (vmlinux), those of modules, and those that came with programs
and maps, which may share them. An object without programs and maps is held by a process. Needs
CAP_SYS_ADMIN.)",
    .operands = {},
    .options = kListOptions<>,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
