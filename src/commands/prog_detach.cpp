// SPDX-License-Identifier: BSD-2-Clause
// prog detach PROG xdp dev IFACE: a program off a network interface, however it was attached.
#include <algorithm>

#include "commands/context.h"
#include "commands/records.h"
#include "commands/select.h"
#include "kernel/pin.h"
#include "kernel/walk.h"
#include "kernel/xdp.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;

Error not_attached(const kernel::Prog& prog, const kernel::Interface& interface,
                   const std::vector<kernel::XdpAttached>& attached) {
  std::string others;
  for (const kernel::XdpAttached& other : attached)
    others.append(others.empty() ? "" : ", ").append(std::to_string(other.prog_id));
  return Error::refused(Kind::not_found, "detach XDP program", interface.name,
                        "program " + std::to_string(prog.info().id) + " is not attached there" +
                            (others.empty() ? "; none is" : ", but program " + others));
}

Status run(const cli::Request& request, Context&) {
  const kernel::Prog prog = TRY(open_prog(request.selector("PROG")));
  const kernel::Interface interface =
      TRY(kernel::interface_named(std::string(request.word("dev"))));
  const auto attached = TRY(kernel::xdp_attached(interface));
  const auto found = std::ranges::find(attached, prog.info().id, &kernel::XdpAttached::prog_id);
  if (found == attached.end()) return fail(not_attached(prog, interface, attached));
  const std::uint32_t link = TRY(kernel::detach_xdp(prog, interface, *found));
  if (link == 0) return {};
  kernel::PinIndex pins = kernel::all_pins();
  for (const std::string& path : pins[{kernel::Noun::link, link}]) TRY(kernel::unpin(path));
  return {};
}

constexpr Operand kOperands[] = {
    {"", "PROG", Takes::prog, Count::one, "the program"},
    {"", "xdp", Takes::choice, Count::one, "where it is attached", "xdp"},
    {"dev", "IFACE", Takes::interface, Count::one, "the network interface"},
};
constexpr cli::Example kExamples[] = {
    {"bpfmaps prog detach /sys/fs/bpf/xdp/xdp_stats_pass xdp dev eth0", "and its link's pin goes"},
};

}  // namespace

const cli::Command kProgDetach{
    .object = "prog",
    .verb = "detach",
    .summary = "detach an XDP program from a network interface",
    .details =
        "Whether it was attached by a link or by other means. A link is removed with its pins. "
        "A program that is not the one attached there is refused.",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
