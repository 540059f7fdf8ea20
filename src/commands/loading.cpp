// SPDX-License-Identifier: BSD-2-Clause
#include "commands/loading.h"

#include "commands/select.h"
#include "kernel/names.h"
#include "output/record.h"

namespace bpfmaps {
namespace {

output::Record record_of(const object::Loaded& loaded) {
  const bool is_map = loaded.noun == kernel::Noun::map;
  output::Record record;
  record.add("path", loaded.path);
  record.add("kind", kernel::noun_name(loaded.noun));
  record.add("id", loaded.id);
  record.add("type",
             is_map ? kernel::map_type_name(loaded.type) : kernel::prog_type_name(loaded.type));
  record.add("name", loaded.name);
  if (is_map) record.add("reused", loaded.reused);
  return record;
}

}  // namespace

Status load_and_print(const cli::Request& request, Context& context, object::LoadPlan plan) {
  plan.type = request.word("type");
  plan.pinmaps = request.word("pinmaps");
  for (const cli::Given* given : request.all("map name")) {
    plan.replacements.push_back(
        {given->words.front(), TRY(open_map(given->selector, kernel::Access::write))});
  }
  const object::Image image = TRY(object::open_image(std::string(request.word("OBJ"))));
  const bool verbose = request.has(cli::Option::verbose);
  const auto loaded = TRY(object::load(image, plan, verbose ? context.remark : nullptr));
  std::vector<output::Record> records;
  for (const object::Loaded& one : loaded) records.push_back(record_of(one));
  output::print_list(context.out, context.style, records,
                     {{"path", "path"},
                      {"kind", "kind"},
                      {"id", "id"},
                      {"type", "type"},
                      {"name", "name"},
                      {"reused", "reused"}},
                     "nothing was pinned");
  return {};
}

}  // namespace bpfmaps
