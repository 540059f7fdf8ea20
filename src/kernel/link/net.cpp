// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/net.h"

#include <linux/if_link.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <tuple>
#include <utility>

#include "kernel/link/netlink.h"
#include "kernel/link/prog_query.h"
#include "kernel/link/tc.h"
#include "kernel/names.h"

namespace bpfmaps::kernel {
namespace {

struct OnInterface {
  Interface interface = {};
  std::vector<NetAttachment> programs = {};
};

void read_xdp(OnInterface& on, const rtattr* nested) {
  for_attributes_in(nested, [&](const rtattr* attribute) {
    const char* mode = attribute->rta_type == IFLA_XDP_DRV_PROG_ID   ? "native"
                       : attribute->rta_type == IFLA_XDP_SKB_PROG_ID ? "generic"
                       : attribute->rta_type == IFLA_XDP_HW_PROG_ID  ? "offload"
                                                                     : nullptr;
    if (mode != nullptr)
      on.programs.push_back({.prog_id = payload<std::uint32_t>(attribute),
                             .interface = on.interface,
                             .type = "xdp",
                             .mode = mode});
  });
}

OnInterface read_interface(const nlmsghdr& message) {
  const auto* link = static_cast<const ifinfomsg*>(NLMSG_DATA(&message));
  OnInterface on{.interface = {static_cast<std::uint32_t>(link->ifi_index), ""}};
  // The name comes long before what is said of XDP (rtnl_fill_ifinfo).
  for_attributes_of<ifinfomsg>(message, [&](const rtattr* attribute) {
    if (type_of(attribute) == IFLA_IFNAME) on.interface.name = text_payload(attribute);
    if (type_of(attribute) == IFLA_XDP) read_xdp(on, attribute);
  });
  return on;
}

/// All interfaces for 0, with what XDP runs on them.
Result<std::vector<OnInterface>> interfaces(std::uint32_t ifindex) {
  struct {
    nlmsghdr header;
    ifinfomsg link;
  } request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = RTM_GETLINK;
  request.header.nlmsg_flags = ifindex == 0 ? NLM_F_DUMP : 0;
  request.link.ifi_index = static_cast<int>(ifindex);
  std::vector<OnInterface> found;
  TRY(ask_netlink(request.header, "ask for the network interfaces", [&](const auto& message) {
    if (message.nlmsg_type == RTM_NEWLINK) found.push_back(read_interface(message));
  }));
  return found;
}

/// What the kernel answers where it, or the interface, has no such hook, or the interface is gone.
/// EACCES is netkit's own: only the primary device tells of its peer.
bool has_no_hook(int code) {
  return code == EINVAL || code == EOPNOTSUPP || code == ENXIO || code == ENODEV || code == EACCES;
}

/// Adds the programs at one of the interface's hooks; none where it has no such hook.
Status read_hook(OnInterface& on, std::uint32_t hook, const char* type) {
  auto queried = query_progs(static_cast<int>(on.interface.index), hook);
  if (!queried && has_no_hook(queried.error().code)) return {};
  if (!queried) {
    Error error = std::move(queried).error();
    if (error.code == EPERM) error.context = "the kernel tells them only with CAP_NET_ADMIN";
    return fail(std::move(error));
  }
  for (const QueriedProg& prog : queried->progs)
    on.programs.push_back({.prog_id = prog.id,
                           .link_id = prog.link_id,
                           .interface = on.interface,
                           .type = type,
                           .attach_type = attach_type_name(hook)});
  return {};
}

Result<std::vector<NetAttachment>> attached_to(std::vector<OnInterface> all, On which) {
  constexpr std::pair<std::uint32_t, const char*> kHooks[] = {
      {46, "tcx"}, {47, "tcx"}, {54, "netkit"}, {55, "netkit"}};  // Linux 6.6, 6.7
  std::vector<NetAttachment> found;
  for (OnInterface& on : all) {
    if (which == On::all)
      for (const auto& [hook, type] : kHooks) TRY(read_hook(on, hook, type));
    std::ranges::move(on.programs, std::back_inserter(found));
  }
  return found;
}

/// Where on its way a packet meets the hook. A netkit device hands over what its peer sends before
/// all else, and runs netkit_primary when it sends itself.
std::size_t step_of(const NetAttachment& one) {
  constexpr std::string_view kSteps[] = {"netkit_peer", "offload",       "native",     "generic",
                                         "tcx_ingress", "tc_ingress",    "tcx_egress", "tc_egress",
                                         "tc",          "netkit_primary"};
  const std::string_view name = one.type == "xdp" ? one.mode : one.attach_type;
  return static_cast<std::size_t>(std::ranges::find(kSteps, name) - kSteps);
}

}  // namespace

Facts NetAttachment::where() const {
  Facts facts = {{"ifindex", interface.index}};
  if (!interface.name.empty()) facts.push_back({"devname", interface.name});
  if (!attach_type.empty()) facts.push_back({"attach_type", attach_type});
  facts.insert(facts.end(), more.begin(), more.end());
  return facts;
}

Result<std::vector<NetAttachment>> net_attachments(std::uint32_t ifindex, On on) {
  return attached_to(TRY(interfaces(ifindex)), on);
}

Result<std::vector<NetAttachment>> packet_path(std::uint32_t ifindex) {
  std::vector<OnInterface> all = TRY(interfaces(ifindex));
  std::vector<Interface> named;
  for (const OnInterface& on : all) named.push_back(on.interface);
  std::vector<NetAttachment> path = TRY(attached_to(std::move(all), On::all));
  for (TcFilter& filter : TRY(tc_filters(named)))
    path.push_back({.prog_id = filter.prog_id,
                    .interface = filter.interface,
                    .type = "tc",
                    .attach_type = filter.hook(),
                    .more = filter.told_apart_by()});
  std::ranges::stable_sort(path, {}, [](const NetAttachment& one) {
    return std::tuple(one.interface.index, step_of(one));
  });
  return path;
}

}  // namespace bpfmaps::kernel
