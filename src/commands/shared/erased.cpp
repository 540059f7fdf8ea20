// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/erased.h"

#include "output/record.h"

namespace bpfmaps::commands {

Status print_erased(const entries::Erased& erased, std::string_view name, bool dry,
                    Context& context) {
  if (!erased.status && erased.deleted == 0) return erased.status;
  output::Record record;
  record.add(std::string(name), erased.matching).add("deleted", erased.deleted);
  print_one(context.out, context.style, record);
  if (!erased.changed.empty()) context.remark(erased.changed);
  if (dry) context.remark("this was a dry run: nothing is deleted");
  return erased.status;
}

}  // namespace bpfmaps::commands
