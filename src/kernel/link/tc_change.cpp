// SPDX-License-Identifier: BSD-2-Clause
// Making, replacing and removing filters of traffic control.
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <netinet/in.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "kernel/link/netlink.h"
#include "kernel/link/netlink_message.h"
#include "kernel/link/tc.h"

namespace bpfmaps::kernel {
namespace {

tcmsg head_of(const Interface& interface, std::uint32_t parent) {
  tcmsg head{};
  head.tcm_family = AF_UNSPEC;
  head.tcm_ifindex = static_cast<int>(interface.index);
  head.tcm_parent = parent;
  return head;
}

tcmsg head_of(const TcFilter& filter) {
  tcmsg head = head_of(filter.interface, filter.parent);
  head.tcm_handle = filter.handle;
  head.tcm_info = filter.pref << 16 | htons(filter.protocol);
  return head;
}

/// `made`, which may be null, gets the numbers that the kernel has chosen.
Status send(NetlinkMessage message, std::string_view operation, TcFilter* made = nullptr) {
  return ask_netlink(message.header(), operation, [made](const nlmsghdr& answer) {
    if (made == nullptr || answer.nlmsg_type != RTM_NEWTFILTER) return;
    const auto& tc = *static_cast<const tcmsg*>(NLMSG_DATA(&answer));
    made->handle = tc.tcm_handle;
    made->pref = tc.tcm_info >> 16;
  });
}

Status clsact(int type, int flags, const Interface& interface) {
  tcmsg head = head_of(interface, TC_H_CLSACT);
  head.tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0);
  NetlinkMessage message(type, flags | NLM_F_ACK, head);
  message.add_text(TCA_KIND, "clsact");
  return send(std::move(message), "make a clsact qdisc");
}

NetlinkMessage filter_message(const TcFilter& filter, const Prog& prog, int flags) {
  NetlinkMessage message(RTM_NEWTFILTER, flags, head_of(filter));
  message.add_text(TCA_KIND, "bpf");
  if (filter.chain != 0) message.add(TCA_CHAIN, filter.chain);
  const std::size_t options = message.begin(TCA_OPTIONS);
  message.add(TCA_BPF_FD, static_cast<std::uint32_t>(prog.fd()));
  message.add_text(TCA_BPF_NAME, prog.info().name + ":[" + std::to_string(prog.info().id) + "]");
  message.add(TCA_BPF_FLAGS, std::uint32_t{TCA_BPF_FLAG_ACT_DIRECT});
  message.end(options);
  return message;
}

}  // namespace

Result<TcFilter> add_filter(const Prog& prog, const Interface& interface, std::uint32_t parent,
                            std::uint32_t pref, std::uint32_t handle) {
  constexpr int kNew = NLM_F_CREATE | NLM_F_EXCL;
  const Status made_qdisc = clsact(RTM_NEWQDISC, kNew, interface);
  if (!made_qdisc && made_qdisc.error().kind != Kind::exists) return fail(made_qdisc.error());
  TcFilter filter{.interface = interface,
                  .parent = parent,
                  .pref = pref,
                  .handle = handle,
                  .protocol = ETH_P_ALL,
                  .prog_id = prog.info().id,
                  .direct_action = true};
  // With ECHO the kernel answers with what it has chosen.
  const Status made =
      send(filter_message(filter, prog, kNew | NLM_F_ECHO), "make a filter", &filter);
  if (made) return filter;
  if (made_qdisc) (void)clsact(RTM_DELQDISC, 0, interface);
  return fail(made.error());
}

Status replace_filter(const TcFilter& filter, const Prog& prog) {
  return send(filter_message(filter, prog, NLM_F_REPLACE | NLM_F_ACK), "replace a filter");
}

Status remove_filter(const TcFilter& filter) {
  NetlinkMessage message(RTM_DELTFILTER, NLM_F_ACK, head_of(filter));
  message.add_text(TCA_KIND, "bpf");
  if (filter.chain != 0) message.add(TCA_CHAIN, filter.chain);
  return send(std::move(message), "remove a filter");
}

}  // namespace bpfmaps::kernel
