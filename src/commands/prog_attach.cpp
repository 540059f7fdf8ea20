// SPDX-License-Identifier: BSD-2-Clause
// prog attach PROG xdp dev IFACE: a program onto a network interface.
#include <algorithm>

#include "commands/context.h"
#include "commands/records.h"
#include "commands/select.h"
#include "kernel/pin_set.h"
#include "kernel/xdp.h"
#include "output/record.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;

/// Where the link goes: `pin PATH`, else beside the program's own pin.
Result<std::string> link_path(const cli::Request& request, const std::string& interface) {
  if (request.find("pin") != nullptr) return std::string(request.word("pin"));
  const cli::Selector& prog = request.selector("PROG");
  if (prog.by != cli::Selector::By::pinned) {
    return fail(Error::usage("a program that is not named by its pin needs a pin for its link",
                             "add `pin PATH`: without a pin it would detach at once"));
  }
  std::string path = prog.text + "_" + interface;
  // A bpffs takes no dot ("eth0.100").
  std::replace(path.end() - static_cast<std::ptrdiff_t>(interface.size()), path.end(), '.', '_');
  return path;
}

Status run(const cli::Request& request, Context& context) {
  const kernel::Prog prog = TRY(open_prog(request.selector("PROG")));
  const kernel::Interface interface =
      TRY(kernel::interface_named(std::string(request.word("dev"))));
  const std::string path = TRY(link_path(request, interface.name));
  const auto mode = kernel::xdp_mode_from_name(request.word("mode"));
  const kernel::Link link = TRY(kernel::attach_xdp(prog, interface, mode));
  // Where it cannot be pinned the link closes, which detaches.
  kernel::PinSet pins;
  TRY(pins.need_directory(kernel::parent_of(path)));
  TRY(pins.add(link.fd(), path));
  pins.keep();

  output::Record record;
  record.add("id", link.info().id);
  record.add("type", "xdp");
  record.add("prog_id", link.info().prog_id);
  record.add("devname", interface.name);
  record.add("ifindex", interface.index);
  for (const kernel::XdpAttached& attached : TRY(kernel::xdp_attached(interface)))
    if (attached.prog_id == prog.info().id)
      record.add("mode", kernel::xdp_mode_name(attached.mode));
  record.add("pinned", output::Value::List{path});
  output::print_one(context.out, context.style, record);
  return {};
}

constexpr Operand kOperands[] = {
    {"", "PROG", Takes::prog, Count::one, "the program"},
    {"", "xdp", Takes::choice, Count::one, "where it hooks in", "xdp"},
    {"dev", "IFACE", Takes::interface, Count::one, "the network interface"},
    {"mode", "MODE", Takes::choice, Count::optional, "who runs it; by default the best there is",
     "generic|native|offload"},
    {"pin", "PATH", Takes::pin_path, Count::optional, "where the link is pinned"},
};
constexpr cli::Example kExamples[] = {
    {"bpfmaps prog attach /sys/fs/bpf/xdp/xdp_stats_pass xdp dev eth0",
     "in the best mode there is"},
    {"bpfmaps prog attach id 7 xdp dev eth0 mode generic pin /sys/fs/bpf/eth0_link",
     "in the network stack, the link pinned where one likes"},
};

}  // namespace

const cli::Command kProgAttach{
    .object = "prog",
    .verb = "attach",
    .summary = "attach an XDP program to a network interface",
    .details =
        "The program is attached by a link, and the link is pinned so that it outlives this "
        "command: at `pin PATH`, else beside the program's pin as PROG_IFACE. Modes: native (in "
        "the driver), generic (in the network stack, any interface), offload (on the card).\n\n"
        "Where a program is attached already, this is refused with its id.",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
