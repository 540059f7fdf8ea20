// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/placement_words.h"

#include <string>
#include <string_view>

#include "commands/shared/select.h"

namespace bpfmaps::commands {
namespace {

using kernel::Placement;
using Of = kernel::Hook::Of;

/// "mode", "first", "before" and so on as they were given; "" where they were not.
std::string given_order(const cli::Request& request) {
  for (const cli::OperandId word : std::initializer_list<cli::OperandId>{"before", "after"})
    if (request.find(word) != nullptr) return word.text();
  return std::string(request.word("ORDER"));
}

Error does_not_go(const std::string& word, const std::string& with) {
  return Error::usage("`" + word + "` does not go with " + with);
}

Status check(const cli::Request& request, const kernel::AttachTarget& target) {
  const kernel::Hook& hook = target.hook;
  const std::string name = hook.name.empty() ? "this program" : hook.name;
  const bool is_xdp = hook.name == "xdp";
  if (request.find("mode") != nullptr && !is_xdp)
    return fail(Error::usage("`mode` is for xdp", "leave it out"));
  if (request.find("mode") != nullptr && !hook.mode.empty() && hook.mode != request.word("mode"))
    return fail(does_not_go("mode " + std::string(request.word("mode")),
                            std::string(request.word("HOOK"))));
  const std::string order = given_order(request);
  const bool is_ordered = (hook.of == Of::interface && !is_xdp) || hook.of == Of::cgroup;
  if (!order.empty() && !is_ordered)
    return fail(Error::usage("`" + order + "` does not go with " + name,
                             "programs have an order at tcx, netkit and cgroup hooks"));
  const std::string directly(request.word("SHARING"));
  if (!directly.empty() && hook.of != Of::cgroup) return fail(does_not_go(directly, name));
  if (directly == "override" && !order.empty()) return fail(does_not_go(order, "`override`"));
  const int orders = (request.find("ORDER") != nullptr) + (request.find("before") != nullptr) +
                     (request.find("after") != nullptr);
  if (orders > 1)
    return fail(Error::usage("`first`, `last`, `before` and `after` exclude each other"));
  return {};
}

}  // namespace

Result<PlacementWords> placement_from(const cli::Request& request,
                                      const kernel::AttachTarget& target) {
  TRY(check(request, target));
  PlacementWords words;
  Placement& placement = words.placement;
  const std::string_view mode = request.word("mode", target.hook.mode);
  placement.mode = kernel::xdp_mode_from_name(mode);
  const std::string order = given_order(request);
  if (order == "first") placement.order = Placement::Order::first;
  if (order == "last") placement.order = Placement::Order::last;
  if (order == "before" || order == "after") {
    placement.order = order == "before" ? Placement::Order::before : Placement::Order::after;
    words.anchor =
        TRY(open_prog(order == "before" ? request.selector("before") : request.selector("after")));
  }
  const std::string_view directly = request.word("SHARING");
  if (directly == "multi") placement.directly = Placement::Directly::multi;
  if (directly == "override") placement.directly = Placement::Directly::override;
  return words;
}

}  // namespace bpfmaps::commands
