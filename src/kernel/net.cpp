// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/net.h"

#include <bpf/bpf.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

#include "base/fd.h"
#include "kernel/names.h"

namespace bpfmaps::kernel {
namespace {

Error netlink_error(int code) {
  return Error::from_errno(code, "ask for the network interfaces", "");
}

template <class T>
T payload(const rtattr* attribute) {
  T value{};
  if (RTA_PAYLOAD(attribute) >= sizeof value)
    std::memcpy(&value, RTA_DATA(attribute), sizeof value);
  return value;
}

/// Calls `each` with every attribute in the `size` bytes from `first` on.
template <class Each>
void for_attributes(const rtattr* first, std::size_t size, const Each& each) {
  auto left = static_cast<int>(size);
  for (auto it = first; RTA_OK(it, left); it = RTA_NEXT(it, left)) each(it);
}

struct Interface {
  std::uint32_t index = 0;
  std::string name = {};
  std::vector<NetAttachment> programs = {};

  void add(std::uint32_t prog_id, const char* type, std::string attach_type, const char* mode) {
    programs.push_back({prog_id, index, name, type, std::move(attach_type), mode});
  }
};

void read_xdp(Interface& interface, const rtattr* nested) {
  for_attributes(static_cast<const rtattr*>(RTA_DATA(nested)), RTA_PAYLOAD(nested),
                 [&](const rtattr* attribute) {
                   const char* mode = attribute->rta_type == IFLA_XDP_DRV_PROG_ID   ? "native"
                                      : attribute->rta_type == IFLA_XDP_SKB_PROG_ID ? "generic"
                                      : attribute->rta_type == IFLA_XDP_HW_PROG_ID  ? "offload"
                                                                                    : nullptr;
                   if (mode != nullptr)
                     interface.add(payload<std::uint32_t>(attribute), "xdp", "", mode);
                 });
}

Interface read_interface(nlmsghdr* message) {
  const auto* link = static_cast<const ifinfomsg*>(NLMSG_DATA(message));
  Interface interface { .index = static_cast<std::uint32_t>(link->ifi_index) };
  // The name comes long before what is said of XDP (rtnl_fill_ifinfo).
  for_attributes(IFLA_RTA(link), IFLA_PAYLOAD(message), [&](const rtattr* attribute) {
    const int type = attribute->rta_type & NLA_TYPE_MASK;
    if (type == IFLA_IFNAME) interface.name = static_cast<const char*>(RTA_DATA(attribute));
    if (type == IFLA_XDP) read_xdp(interface, attribute);
  });
  return interface;
}

/// All interfaces for 0.
Result<std::vector<Interface>> interfaces(std::uint32_t ifindex) {
  const Fd socket_fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!socket_fd) return fail(netlink_error(errno));
  struct {
    nlmsghdr header;
    ifinfomsg link;
  } request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = RTM_GETLINK;
  request.header.nlmsg_flags = NLM_F_REQUEST | (ifindex == 0 ? NLM_F_DUMP : 0);
  request.link.ifi_index = static_cast<int>(ifindex);
  if (send(socket_fd.get(), &request, sizeof request, 0) < 0) return fail(netlink_error(errno));

  std::vector<Interface> found;
  alignas(nlmsghdr) std::array<char, 64 << 10> buffer;
  for (;;) {
    const ssize_t got = recv(socket_fd.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(netlink_error(errno));
    auto left = static_cast<unsigned>(got);
    for (auto message = reinterpret_cast<nlmsghdr*>(buffer.data()); NLMSG_OK(message, left);
         message = NLMSG_NEXT(message, left)) {
      if (message->nlmsg_type == NLMSG_DONE) return found;
      if (message->nlmsg_type == NLMSG_ERROR)
        return fail(netlink_error(-static_cast<const nlmsgerr*>(NLMSG_DATA(message))->error));
      if (message->nlmsg_type == RTM_NEWLINK) found.push_back(read_interface(message));
      if ((message->nlmsg_flags & NLM_F_MULTI) == 0) return found;
    }
  }
}

/// Adds the programs at one of the interface's hooks; none where it has no such hook.
void read_hook(Interface& interface, std::uint32_t hook, const char* type) {
  std::array<std::uint32_t, 64> ids{};  // as many as one hook takes (BPF_MPROG_MAX)
  struct bpf_prog_query_opts options {};
  options.sz = sizeof options;
  options.prog_ids = ids.data();
  options.prog_cnt = ids.size();
  if (bpf_prog_query_opts(static_cast<int>(interface.index), static_cast<bpf_attach_type>(hook),
                          &options) != 0)
    return;
  for (std::uint32_t i = 0; i < options.prog_cnt; ++i)
    interface.add(ids[i], type, attach_type_name(hook), "");
}

}  // namespace

Facts NetAttachment::where() const {
  Facts facts = {{"ifindex", ifindex}};
  if (!devname.empty()) facts.push_back({"devname", devname});
  if (!attach_type.empty()) facts.push_back({"attach_type", attach_type});
  return facts;
}

Result<std::vector<NetAttachment>> net_attachments(std::uint32_t ifindex) {
  constexpr std::pair<std::uint32_t, const char*> kHooks[] = {
      {46, "tcx"}, {47, "tcx"}, {54, "netkit"}, {55, "netkit"}};  // Linux 6.6, 6.7
  std::vector<NetAttachment> found;
  for (Interface& interface : TRY(interfaces(ifindex))) {
    for (const auto& [hook, type] : kHooks) read_hook(interface, hook, type);
    std::ranges::move(interface.programs, std::back_inserter(found));
  }
  return found;
}

}  // namespace bpfmaps::kernel
