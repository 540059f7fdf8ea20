// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/tc.h"

#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/tc_act/tc_bpf.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <functional>
#include <set>
#include <tuple>
#include <utility>

#include "kernel/link/netlink.h"

namespace bpfmaps::kernel {
namespace {

constexpr std::uint32_t kClsact = TC_H_CLSACT;  // the parent of clsact and of the ingress qdisc

/// A dump of one of traffic control's tables.
struct TcRequest {
  nlmsghdr header = {};
  tcmsg tc = {};

  TcRequest(int type, int ifindex, std::uint32_t parent) {
    header.nlmsg_len = sizeof *this;
    header.nlmsg_type = static_cast<__u16>(type);
    header.nlmsg_flags = NLM_F_DUMP;
    tc.tcm_family = AF_UNSPEC;
    tc.tcm_ifindex = ifindex;
    tc.tcm_parent = parent;
  }
  Status ask(const std::function<void(const nlmsghdr&, const tcmsg&)>& answer) {
    return ask_netlink(header, "ask for the filters of traffic control", [&](const auto& message) {
      if (message.nlmsg_len >= NLMSG_LENGTH(sizeof(tcmsg)))
        answer(message, *static_cast<const tcmsg*>(NLMSG_DATA(&message)));
    });
  }
};

/// `filter` with what the answer says of it; false where it runs no program.
bool read_filter(const nlmsghdr& message, const tcmsg& tc, TcFilter& filter) {
  bool is_bpf = false;
  filter.handle = tc.tcm_handle;
  filter.pref = tc.tcm_info >> 16;
  filter.protocol = ntohs(static_cast<std::uint16_t>(tc.tcm_info));
  for_attributes_of<tcmsg>(message, [&](const rtattr* attribute) {
    const int type = type_of(attribute);
    if (type == TCA_KIND) is_bpf = text_payload(attribute) == "bpf";
    if (type == TCA_CHAIN) filter.chain = payload<std::uint32_t>(attribute);
    if (type != TCA_OPTIONS || !is_bpf) return;
    for_attributes_in(attribute, [&filter](const rtattr* option) {
      if (type_of(option) == TCA_BPF_ID) filter.prog_id = payload<std::uint32_t>(option);
      if (type_of(option) == TCA_BPF_FLAGS)
        filter.direct_action = (payload<std::uint32_t>(option) & TCA_BPF_FLAG_ACT_DIRECT) != 0;
    });
  });
  return filter.prog_id != 0;
}

/// Adds the filters of one parent to `filters`.
Status read_filters(const Interface& interface, std::uint32_t parent,
                    std::vector<TcFilter>& filters) {
  return TcRequest(RTM_GETTFILTER, static_cast<int>(interface.index), parent)
      .ask([&](const nlmsghdr& message, const tcmsg& tc) {
        TcFilter filter{.interface = interface, .parent = parent};
        if (message.nlmsg_type == RTM_NEWTFILTER && read_filter(message, tc, filter))
          filters.push_back(std::move(filter));
      });
}

/// Filters of one pref run in the order in which the kernel gave them.
void sort(std::vector<TcFilter>& filters) {
  std::ranges::stable_sort(filters, {}, [](const TcFilter& filter) {
    return std::tuple(filter.interface.index, filter.parent, filter.chain, filter.pref);
  });
}

/// Where filters may be: at a qdisc or at one of its classes.
using Parents = std::set<std::pair<std::uint32_t, std::uint32_t>>;  // ifindex, parent

Result<Parents> parents_of(const std::set<std::uint32_t>& wanted) {
  Parents parents;
  std::set<std::uint32_t> with_classes;
  TRY(TcRequest(RTM_GETQDISC, 0, 0).ask([&](const nlmsghdr& message, const tcmsg& qdisc) {
    const auto index = static_cast<std::uint32_t>(qdisc.tcm_ifindex);
    if (message.nlmsg_type != RTM_NEWQDISC || !wanted.contains(index)) return;
    std::string kind;
    for_attributes_of<tcmsg>(message, [&](const rtattr* attribute) {
      if (type_of(attribute) == TCA_KIND) kind = text_payload(attribute);
    });
    if (qdisc.tcm_parent == kClsact) {
      parents.insert({index, kTcIngress});
      if (kind == "clsact") parents.insert({index, kTcEgress});
    } else if (qdisc.tcm_handle != 0) {
      parents.insert({index, qdisc.tcm_handle});
      with_classes.insert(index);
    } else if (qdisc.tcm_parent == TC_H_ROOT && kind != "noqueue") {
      parents.insert({index, 0});  // made by the kernel itself, without a handle
    }
  }));
  for (const std::uint32_t index : with_classes)
    TRY(TcRequest(RTM_GETTCLASS, static_cast<int>(index), 0)
            .ask([&](const nlmsghdr& message, const tcmsg& tc_class) {
              if (message.nlmsg_type == RTM_NEWTCLASS) parents.insert({index, tc_class.tcm_handle});
            }));
  return parents;
}

}  // namespace

const char* TcFilter::hook() const {
  return parent == kTcIngress ? "tc_ingress" : parent == kTcEgress ? "tc_egress" : "tc";
}

Facts TcFilter::told_apart_by() const {
  Facts facts;
  if (parent != kTcIngress && parent != kTcEgress)
    facts.push_back({"parent", tc_handle_text(parent)});
  facts.push_back({"pref", pref});
  facts.push_back({"handle", handle});
  if (chain != 0) facts.push_back({"chain", chain});
  if (protocol != ETH_P_ALL) facts.push_back({"protocol", __u32{protocol}});
  return facts;
}

Result<std::vector<TcFilter>> tc_filters(std::span<const Interface> interfaces) {
  std::set<std::uint32_t> indices;
  for (const Interface& interface : interfaces) indices.insert(interface.index);
  std::vector<TcFilter> filters;
  for (const auto& [index, parent] : TRY(parents_of(indices)))
    TRY(read_filters(*std::ranges::find(interfaces, index, &Interface::index), parent, filters));
  sort(filters);
  return filters;
}

Result<std::vector<TcFilter>> tc_filters_at(const Interface& interface, std::uint32_t parent) {
  std::vector<TcFilter> filters;
  TRY(read_filters(interface, parent, filters));
  sort(filters);
  return filters;
}

Result<std::vector<TcAction>> tc_actions() {
  struct {
    nlmsghdr header;
    tcamsg actions;
    rtattr table, first, kind;
    char name[4];
  } request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = RTM_GETACTION;
  request.header.nlmsg_flags = NLM_F_DUMP;
  request.table = {sizeof request - offsetof(decltype(request), table), TCA_ACT_TAB};
  request.first = {sizeof request - offsetof(decltype(request), first), 1};
  request.kind = {sizeof request - offsetof(decltype(request), kind), TCA_ACT_KIND};
  std::memcpy(request.name, "bpf", sizeof request.name);

  std::vector<TcAction> actions;
  const auto read_option = [&actions](const rtattr* option) {
    if (type_of(option) == TCA_ACT_BPF_PARMS)
      actions.back().index = payload<tc_act_bpf>(option).index;
    if (type_of(option) == TCA_ACT_BPF_ID) actions.back().prog_id = payload<std::uint32_t>(option);
  };
  const auto read_action = [&](const rtattr* action) {
    for_attributes_in(action, [&](const rtattr* part) {
      if (type_of(part) != TCA_ACT_OPTIONS) return;
      actions.emplace_back();
      for_attributes_in(part, read_option);
    });
  };
  TRY(ask_netlink(request.header, "ask for the actions of traffic control",
                  [&](const auto& answer) {
                    if (answer.nlmsg_type != RTM_NEWACTION && answer.nlmsg_type != RTM_GETACTION)
                      return;
                    for_attributes_of<tcamsg>(answer, [&](const rtattr* table) {
                      if (type_of(table) == TCA_ACT_TAB) for_attributes_in(table, read_action);
                    });
                  }));
  std::erase_if(actions, [](const TcAction& action) { return action.prog_id == 0; });
  return actions;
}

std::string tc_handle_text(std::uint32_t handle) {
  const auto hex = [](std::uint32_t number) {
    char digits[8];
    return std::string(digits, std::to_chars(digits, std::end(digits), number, 16).ptr);
  };
  if (handle == 0) return "root";
  const std::uint32_t minor = TC_H_MIN(handle);
  return hex(TC_H_MAJ(handle) >> 16) + ":" + (minor == 0 ? "" : hex(minor));
}

}  // namespace bpfmaps::kernel
