// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/net.h"

#include <bpf/bpf.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>

#include "base/fd.h"

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

  Facts facts() const { return {{"ifindex", index}, {"devname", name}}; }
};

void read_xdp(Interface& interface, const rtattr* nested) {
  for_attributes(static_cast<const rtattr*>(RTA_DATA(nested)), RTA_PAYLOAD(nested),
                 [&](const rtattr* attribute) {
                   const char* mode = attribute->rta_type == IFLA_XDP_DRV_PROG_ID   ? "native"
                                      : attribute->rta_type == IFLA_XDP_SKB_PROG_ID ? "generic"
                                      : attribute->rta_type == IFLA_XDP_HW_PROG_ID  ? "offload"
                                                                                    : nullptr;
                   if (mode != nullptr)
                     interface.programs.push_back(
                         {payload<std::uint32_t>(attribute), "xdp", interface.facts(), mode});
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

Result<std::vector<Interface>> interfaces() {
  const Fd socket_fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!socket_fd) return fail(netlink_error(errno));
  struct {
    nlmsghdr header;
    ifinfomsg link;
  } request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = RTM_GETLINK;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
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
    }
  }
}

/// Adds the programs at one tcx hook; none where the kernel has no tcx.
void read_tcx(Interface& interface, bpf_attach_type hook, const char* name) {
  std::array<std::uint32_t, 64> ids{};  // as many as one hook takes (BPF_MPROG_MAX)
  struct bpf_prog_query_opts options {};
  options.sz = sizeof options;
  options.prog_ids = ids.data();
  options.prog_cnt = ids.size();
  if (bpf_prog_query_opts(static_cast<int>(interface.index), hook, &options) != 0) return;
  for (std::uint32_t i = 0; i < options.prog_cnt; ++i) {
    Facts where = interface.facts();
    where.push_back({"attach_type", std::string(name)});
    interface.programs.push_back({ids[i], "tcx", std::move(where), ""});
  }
}

}  // namespace

std::string interface_name(std::uint32_t ifindex) {
  char name[IF_NAMESIZE];
  const char* found = if_indextoname(ifindex, name);
  return found != nullptr ? found : "";
}

Result<std::vector<NetAttachment>> net_attachments() {
  constexpr auto kTcxIngress = static_cast<bpf_attach_type>(46);  // Linux 6.6
  constexpr auto kTcxEgress = static_cast<bpf_attach_type>(47);
  std::vector<NetAttachment> found;
  for (Interface& interface : TRY(interfaces())) {
    read_tcx(interface, kTcxIngress, "tcx_ingress");
    read_tcx(interface, kTcxEgress, "tcx_egress");
    std::ranges::move(interface.programs, std::back_inserter(found));
  }
  return found;
}

}  // namespace bpfmaps::kernel
