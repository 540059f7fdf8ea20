// SPDX-License-Identifier: BSD-2-Clause
// map register MAP: a struct of programs in the place of the kernel's own functions.
#include <cerrno>
#include <string>

#include "commands/records.h"
#include "commands/shared/context.h"
#include "commands/shared/describe.h"
#include "commands/shared/select.h"
#include "kernel/map/struct_ops.h"
#include "kernel/pin/pin_set.h"
#include "output/record.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;

/// Where the link goes: `pin PATH`, else beside the map's own pin.
Result<std::string> link_path(const cli::Request& request) {
  if (request.find("pin") != nullptr) return std::string(request.word("pin"));
  const cli::Selector& map = request.selector("MAP");
  if (map.by == cli::Selector::By::pinned) return map.text + "_link";
  return fail(Error::usage("a map that is not named by its pin needs a pin for its link",
                           "add `pin PATH`: without a pin it would be taken back at once"));
}

Status run(const cli::Request& request, Context& context) {
  const cli::Selector& selector = request.selector("MAP");
  const kernel::Map map = TRY(open_map(selector, kernel::Access::write));
  const std::string path = TRY(link_path(request));
  kernel::PinSet pins;
  TRY(pins.need_directory(kernel::parent_of(path)));
  // Where it cannot be pinned the link closes, which takes the struct back.
  const kernel::Link link = TRY(kernel::register_struct_ops(map, "map " + selector.describe()));
  TRY(pins.add(link.fd(), path));
  pins.keep();
  kernel::ProgNames names;
  output::print_one(context.out, context.style,
                    describe(link, kernel::all_pins(kernel::nouns({kernel::Noun::link})), names));
  return {};
}

constexpr Operand kOperands[] = {
    {"", "MAP", Takes::map, Count::one, "a map of type struct_ops"},
    {"pin", "PATH", Takes::pin_path, Count::optional, "where the link is pinned"},
};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map register /sys/fs/bpf/cc pin /sys/fs/bpf/cc_link",
     "a congestion control that sockets may choose now"},
};

}  // namespace

const cli::Command kMapRegister{
    .object = "map",
    .verb = "register",
    .summary = "register a struct of programs with the kernel",
    .details =
        R"(A map of type struct_ops holds programs in the place of functions of the kernel, as a
congestion control of TCP or a scheduler. `prog load OBJ` makes such maps, and with `autoattach`
registers them, too; this registers one that was loaded before, by a link. The link is pinned at
`pin PATH`, else beside the map's pin as MAP_link. It is taken back when the link goes: `pin rm`,
or `link detach`.

`map show` tells whether a map is registered. Only maps that were declared in a section
.struct_ops.link are registered by links (Linux 6.4); those of .struct_ops are when they are
loaded with `autoattach`.)",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
    .changes = true,
};

}  // namespace bpfmaps::commands
