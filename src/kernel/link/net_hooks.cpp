// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/net_hooks.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_hook.h>

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <variant>

#include "base/fd.h"
#include "kernel/handle.h"
#include "kernel/link/link_info.h"
#include "kernel/link/link_layout.h"
#include "kernel/link/netfilter.h"
#include "kernel/link/netlink.h"
#include "kernel/link/netns.h"
#include "kernel/link/prog_query.h"
#include "kernel/names.h"

namespace bpfmaps::kernel {
namespace {

/// What makes one program at netfilter's hooks: family, hook, priority, program.
using Filter = std::tuple<std::uint32_t, std::uint32_t, std::int32_t, std::uint32_t>;

/// The id of the program in what is said of one netfilter hook; 0 where it runs none.
std::uint32_t prog_in(const rtattr* chain) {
  constexpr std::uint32_t kBpf = 2;  // NFNL_HOOK_TYPE_BPF, Linux 6.4
  constexpr int kId = 1;             // NFNLA_HOOK_BPF_ID
  std::uint32_t type = 0, id = 0;
  for_attributes_in(chain, [&](const rtattr* part) {
    if (type_of(part) == NFNLA_HOOK_INFO_TYPE) type = ntohl(payload<std::uint32_t>(part));
    if (type_of(part) != NFNLA_HOOK_INFO_DESC) return;
    for_attributes_in(part, [&id](const rtattr* told) {
      if (type_of(told) == kId) id = ntohl(payload<std::uint32_t>(told));
    });
  });
  return type == kBpf ? id : 0;
}

/// Programs at one of netfilter's hooks in this network namespace.
Status find_at(std::uint32_t pf, std::uint32_t hook, std::set<Filter>& filters) {
  constexpr int kSubsystem = 12;  // NFNL_SUBSYS_HOOK, Linux 5.14
  struct {
    nlmsghdr header;
    nfgenmsg family;
    rtattr attribute;
    std::uint32_t hook;
  } request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = kSubsystem << 8 | NFNL_MSG_HOOK_GET;
  request.header.nlmsg_flags = NLM_F_DUMP;
  request.family.nfgen_family = static_cast<__u8>(pf);
  request.attribute = {sizeof request.attribute + sizeof request.hook, NFNLA_HOOK_HOOKNUM};
  request.hook = htonl(hook);
  const auto read = [&](const nlmsghdr& answer) {
    std::uint32_t priority = 0, prog = 0;
    for_attributes_of<nfgenmsg>(answer, [&](const rtattr* part) {
      if (type_of(part) == NFNLA_HOOK_PRIORITY) priority = ntohl(payload<std::uint32_t>(part));
      if (type_of(part) == NFNLA_HOOK_CHAIN_INFO) prog = prog_in(part);
    });
    if (prog != 0) filters.insert({pf, hook, static_cast<std::int32_t>(priority), prog});
  };
  return ask_netlink(request.header, "ask for netfilter's hooks", read, NETLINK_NETFILTER);
}

/// All of them; nothing where the kernel does not tell.
std::optional<std::set<Filter>> netfilter_programs() {
  std::set<Filter> filters;
  for (const std::uint32_t pf : {NFPROTO_IPV4, NFPROTO_IPV6})
    for (std::uint32_t hook = 0; hook < NF_INET_NUMHOOKS; ++hook)
      if (!find_at(pf, hook, filters)) return std::nullopt;
  return filters;
}

/// Before and behind all of netfilter's hooks.
constexpr std::int64_t kFirst = -1, kLast = NF_INET_NUMHOOKS;

template <class Number>
Number fact_of(const Facts& facts, std::string_view name) {
  for (const Fact& fact : facts)
    if (const auto* number = std::get_if<Number>(&fact.value); number && fact.name == name)
      return *number;
  return 0;
}

/// What this network namespace runs at one of its own hooks.
void find_hook(std::uint32_t attach_type, NetHooks& found) {
  const Fd network(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
  const auto queried = query_progs(network.get(), attach_type);
  if (!queried) {
    if (queried.error().kind != Kind::unsupported)  // else the kernel has no such hook
      found.unseen.push_back(attach_type_name(attach_type) + " (" + queried.error().message() +
                             ")");
    return;
  }
  for (const QueriedProg& prog : queried->progs)
    found.hooks.push_back({.prog_id = prog.id,
                           .attach_type = attach_type_name(attach_type),
                           .order = {attach_type == BPF_SK_LOOKUP ? kLast : kFirst, 0}});
}

class Links {
 public:
  explicit Links(NetHooks& found) : found_(found) {}

  void add(const Link& link) {
    const bpf_link_info& info = link.info();
    const auto told = link_facts(link, Interfaces::unnamed);
    if (!told)
      return found_.unseen.push_back(told.error().subject + " (" + told.error().message() + ")");
    const Facts& facts = *told;
    if (info.type == BPF_LINK_TYPE_XDP)
      found_.xdp_links.push_back({info.id, info.prog_id, fact_of<__u32>(facts, "ifindex")});
    if (info.type == BPF_LINK_TYPE_NETNS && fact_of<__u32>(facts, "netns_ino") == own_)
      add_to_hook(info, facts);
    if (info.type == kLinkNetfilter) add_filter(info, facts);
  }
  void finish() {
    if (any_filter_ && !programs_)
      found_.unseen.emplace_back(
          "whose network namespace netfilter's links are in (the kernel lacks "
          "CONFIG_NETFILTER_NETLINK_HOOK)");
  }

 private:
  void add_to_hook(const bpf_link_info& info, const Facts& facts) {
    for (NetHook& hook : found_.hooks)
      for (const Fact& fact : facts)
        if (hook.prog_id == info.prog_id && hook.link_id == 0 && fact.name == "attach_type" &&
            fact.value == decltype(fact.value)(hook.attach_type)) {
          hook.link_id = info.id;
          return;
        }
  }

  void add_filter(const bpf_link_info& info, const Facts& facts) {
    if (!any_filter_) programs_ = netfilter_programs();
    any_filter_ = true;
    const auto pf = fact_of<__u32>(facts, "pf"), hook = fact_of<__u32>(facts, "hook");
    const auto priority = fact_of<__s32>(facts, "prio");
    if (programs_ && !programs_->contains({pf, hook, priority, info.prog_id})) return;
    NetHook& one = found_.hooks.emplace_back();
    one = {.prog_id = info.prog_id,
           .link_id = info.id,
           .attach_type = "netfilter",
           .order = {hook, priority}};
    one.where = {
        {"pf", netfilter_family_name(pf)}, {"hook", netfilter_hook_name(hook)}, {"prio", priority}};
    if (!programs_) one.where.push_back({"netns", "unknown"});
  }

  NetHooks& found_;
  const std::uint32_t own_ = own_network_namespace();
  bool any_filter_ = false;
  std::optional<std::set<Filter>> programs_;
};

}  // namespace

std::uint32_t NetHooks::link_of_xdp(const NetAttachment& one) const {
  if (one.type != "xdp") return 0;
  for (const XdpLink& link : xdp_links)
    if (link.prog_id == one.prog_id && link.ifindex == one.interface.index) return link.id;
  return 0;
}

NetHooks net_hooks() {
  NetHooks found;
  find_hook(BPF_FLOW_DISSECTOR, found);
  find_hook(BPF_SK_LOOKUP, found);
  Links links(found);
  const Status listed = for_each_link([&links](const Link& link) { links.add(link); });
  links.finish();
  if (!listed) found.unseen.push_back("links (" + listed.error().message() + ")");
  std::ranges::stable_sort(found.hooks, {}, &NetHook::order);
  return found;
}

}  // namespace bpfmaps::kernel
