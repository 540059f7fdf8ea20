// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/hook.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <iterator>
#include <utility>

#include "kernel/names.h"

namespace bpfmaps::kernel {
namespace {

using Of = Hook::Of;

/// What the names of attach types begin with, for those that BPF_LINK_CREATE takes with one target.
constexpr std::pair<std::string_view, Of> kFamilies[] = {
    {"xdp", Of::interface},     {"tcx_", Of::interface},         {"netkit_", Of::interface},
    {"cgroup_", Of::cgroup},    {"lsm_cgroup", Of::cgroup},      {"flow_dissector", Of::network},
    {"sk_lookup", Of::network}, {"sk_msg_verdict", Of::sockets}, {"sk_skb_", Of::sockets}};

std::optional<Of> family_of(const std::string& name) {
  // What runs on the entries of a devmap or cpumap is set with them.
  if (name == "xdp_devmap" || name == "xdp_cpumap") return {};
  for (const auto& [beginning, of] : kFamilies)
    if (name.starts_with(beginning)) return of;
  return {};
}

struct Alias {
  std::string_view name, hook, mode = {};
};
/// bpftool's words. What stands behind the slash in a section of libbpf is one of them, too.
constexpr Alias kAliases[] = {
    {"xdpgeneric", "xdp", "generic"},
    {"xdpdrv", "xdp", "native"},
    {"xdpoffload", "xdp", "offload"},
    {"ingress", "cgroup_inet_ingress"},
    {"egress", "cgroup_inet_egress"},
    {"sock_create", "cgroup_inet_sock_create"},
    {"sock", "cgroup_inet_sock_create"},
    {"sock_release", "cgroup_inet_sock_release"},
    {"sock_ops", "cgroup_sock_ops"},
    {"sockops", "cgroup_sock_ops"},
    {"device", "cgroup_device"},
    {"dev", "cgroup_device"},
    {"bind4", "cgroup_inet4_bind"},
    {"bind6", "cgroup_inet6_bind"},
    {"connect4", "cgroup_inet4_connect"},
    {"connect6", "cgroup_inet6_connect"},
    {"connect_unix", "cgroup_unix_connect"},
    {"post_bind4", "cgroup_inet4_post_bind"},
    {"post_bind6", "cgroup_inet6_post_bind"},
    {"getpeername4", "cgroup_inet4_getpeername"},
    {"getpeername6", "cgroup_inet6_getpeername"},
    {"getpeername_unix", "cgroup_unix_getpeername"},
    {"getsockname4", "cgroup_inet4_getsockname"},
    {"getsockname6", "cgroup_inet6_getsockname"},
    {"getsockname_unix", "cgroup_unix_getsockname"},
    {"sendmsg4", "cgroup_udp4_sendmsg"},
    {"sendmsg6", "cgroup_udp6_sendmsg"},
    {"sendmsg_unix", "cgroup_unix_sendmsg"},
    {"recvmsg4", "cgroup_udp4_recvmsg"},
    {"recvmsg6", "cgroup_udp6_recvmsg"},
    {"recvmsg_unix", "cgroup_unix_recvmsg"},
    {"sysctl", "cgroup_sysctl"},
    {"getsockopt", "cgroup_getsockopt"},
    {"setsockopt", "cgroup_setsockopt"},
    {"msg_verdict", "sk_msg_verdict"},
    {"sk_msg", "sk_msg_verdict"},
    {"skb_verdict", "sk_skb_verdict"},
    {"stream_verdict", "sk_skb_stream_verdict"},
    {"stream_parser", "sk_skb_stream_parser"},
};
/// The first parts of sections whose second part is such a word, and of those whose parts make the
/// name of a hook.
constexpr std::string_view kSections[] = {"cgroup", "cgroup_skb", "sk_skb"};
constexpr std::string_view kJoined[] = {"tc", "tcx", "netkit"};

/// Shows hooks to `wants` until it is content with one.
void find(const std::function<bool(Hook)>& wants) {
  const Hook before[] = {
      {"tc_ingress", Of::tc},
      {"tc_egress", Of::tc},
      {"netfilter", Of::netfilter, 45},  // BPF_NETFILTER, Linux 6.4
      {"raw_tracepoint", Of::raw_tracepoint},
      {"tracepoint", Of::tracepoint, BPF_PERF_EVENT},
      {"kprobe", Of::kprobe, BPF_PERF_EVENT},
      {"kretprobe", Of::kprobe, BPF_PERF_EVENT, true},
      {"uprobe", Of::uprobe, BPF_PERF_EVENT},
      {"uretprobe", Of::uprobe, BPF_PERF_EVENT, true},
      {"perf_event", Of::perf_event, BPF_PERF_EVENT},
  };
  for (const Hook& hook : before)
    if (wants(hook)) return;
  std::string name;
  for (std::uint32_t type = 0; !(name = known_name(Enum::attach_types, type)).empty(); ++type)
    if (const auto of = family_of(name); of && wants({name, *of, type})) return;
}

/// BPF_PROG_QUERY takes a hook of cgroups that the kernel has, and asks what the descriptor is of.
bool may_be_on_cgroups(std::uint32_t attach_type) {
  __u32 count = 0;
  return bpf_prog_query(-1, static_cast<bpf_attach_type>(attach_type), 0, nullptr, nullptr,
                        &count) == -EBADF;
}

std::optional<Hook> hook_by_own_name(std::string_view name) {
  std::optional<Hook> found;
  find([&](Hook hook) {
    if (hook.name == name) found = std::move(hook);
    return found.has_value();
  });
  return found;
}

}  // namespace

std::optional<Hook> hook_named(const std::string& name) {
  if (auto own = hook_by_own_name(name)) return own;
  std::string_view word = name;
  if (const std::size_t slash = word.find('/'); slash != word.npos) {
    const std::string_view section = word.substr(0, slash);
    word.remove_prefix(slash + 1);
    if (std::ranges::count(kJoined, section) != 0)
      return hook_by_own_name(std::string(section).append("_").append(word));
    if (std::ranges::count(kSections, section) == 0) return std::nullopt;
  }
  const auto alias = std::ranges::find(kAliases, word, &Alias::name);
  if (alias == std::end(kAliases)) return std::nullopt;
  auto hook = hook_by_own_name(alias->hook);
  if (hook) hook->mode = alias->mode;
  return hook;
}

std::vector<std::uint32_t> cgroup_attach_types() {
  // The names of hooks that are newer than this program are in the kernel's types, 6 MB of them:
  // read only where it has such a hook.
  constexpr std::uint32_t kMostNewer = 16;
  std::vector<std::uint32_t> types;
  std::uint32_t unnamed = 0;
  for (std::uint32_t type = 0; unnamed < kMostNewer; ++type) {
    std::string name = listed_name(Enum::attach_types, type);
    if (name.empty() && ++unnamed != 0 && may_be_on_cgroups(type))
      name = known_name(Enum::attach_types, type);
    if (family_of(name) == Of::cgroup) types.push_back(type);
  }
  return types;
}

std::vector<Hook> all_hooks() {
  std::vector<Hook> hooks;
  find([&](Hook hook) {
    hooks.push_back(std::move(hook));
    return false;
  });
  return hooks;
}

}  // namespace bpfmaps::kernel
