// SPDX-License-Identifier: BSD-2-Clause
#include "object/section_types.h"

#include <linux/bpf.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "kernel/log.h"
#include "kernel/names.h"

namespace bpfmaps::object {
namespace {

struct NewerSection {
  std::string_view name;
  std::string_view type;    ///< as kernel/names.h has it
  std::string_view attach;  ///< "" for none
  bool takes_more = false;  ///< "NAME/..." too
  bool sleeps = false;
};
constexpr NewerSection kNewer[] = {
    {"kprobe.session", "kprobe", "trace_kprobe_session", true},  // Linux 6.10
    {"uprobe.multi", "kprobe", "trace_uprobe_multi", true},      // Linux 6.6
    {"uprobe.multi.s", "kprobe", "trace_uprobe_multi", true, true},
    {"uretprobe.multi", "kprobe", "trace_uprobe_multi", true},
    {"uretprobe.multi.s", "kprobe", "trace_uprobe_multi", true, true},
    {"uprobe.session", "kprobe", "trace_uprobe_session", true},  // Linux 6.13
    {"uprobe.session.s", "kprobe", "trace_uprobe_session", true, true},
    {"uprobe.s", "kprobe", "", true, true},  // Linux 6.0
    {"uretprobe.s", "kprobe", "", true, true},
    {"usdt.s", "kprobe", "", true, true},
    {"tc/ingress", "sched_cls", "tcx_ingress"},  // Linux 6.6
    {"tc/egress", "sched_cls", "tcx_egress"},
    {"tcx/ingress", "sched_cls", "tcx_ingress"},
    {"tcx/egress", "sched_cls", "tcx_egress"},
    {"netkit/primary", "sched_cls", "netkit_primary"},  // Linux 6.7
    {"netkit/peer", "sched_cls", "netkit_peer"},
    {"netfilter", "netfilter", "netfilter"},                             // Linux 6.4
    {"sk_skb/verdict", "sk_skb", "sk_skb_verdict"},                      // Linux 5.13
    {"cgroup/connect_unix", "cgroup_sock_addr", "cgroup_unix_connect"},  // Linux 6.7
    {"cgroup/sendmsg_unix", "cgroup_sock_addr", "cgroup_unix_sendmsg"},
    {"cgroup/recvmsg_unix", "cgroup_sock_addr", "cgroup_unix_recvmsg"},
    {"cgroup/getpeername_unix", "cgroup_sock_addr", "cgroup_unix_getpeername"},
    {"cgroup/getsockname_unix", "cgroup_sock_addr", "cgroup_unix_getsockname"},
};

// What libbpf 1.1 knows and does not list.
constexpr std::string_view kSections[] = {
    "socket",
    "sk_reuseport",
    "sk_reuseport/migrate",
    "kprobe",
    "kretprobe",
    "kprobe.multi",
    "kretprobe.multi",
    "ksyscall",
    "kretsyscall",
    "uprobe",
    "uretprobe",
    "usdt",
    "tc",
    "classifier",
    "action",
    "tracepoint",
    "tp",
    "raw_tracepoint",
    "raw_tp",
    "raw_tracepoint.w",
    "raw_tp.w",
    "tp_btf",
    "fentry",
    "fentry.s",
    "fexit",
    "fexit.s",
    "fmod_ret",
    "fmod_ret.s",
    "freplace",
    "lsm",
    "lsm.s",
    "lsm_cgroup",
    "iter",
    "iter.s",
    "syscall",
    "xdp",
    "xdp.frags",
    "xdp/devmap",
    "xdp.frags/devmap",
    "xdp/cpumap",
    "xdp.frags/cpumap",
    "perf_event",
    "lwt_in",
    "lwt_out",
    "lwt_xmit",
    "lwt_seg6local",
    "sockops",
    "sk_skb",
    "sk_skb/stream_parser",
    "sk_skb/stream_verdict",
    "sk_msg",
    "sk_lookup",
    "lirc_mode2",
    "flow_dissector",
    "struct_ops",
    "cgroup_skb/ingress",
    "cgroup_skb/egress",
    "cgroup/skb",
    "cgroup/sock",
    "cgroup/sock_create",
    "cgroup/sock_release",
    "cgroup/post_bind4",
    "cgroup/post_bind6",
    "cgroup/bind4",
    "cgroup/bind6",
    "cgroup/connect4",
    "cgroup/connect6",
    "cgroup/sendmsg4",
    "cgroup/sendmsg6",
    "cgroup/recvmsg4",
    "cgroup/recvmsg6",
    "cgroup/getpeername4",
    "cgroup/getpeername6",
    "cgroup/getsockname4",
    "cgroup/getsockname6",
    "cgroup/sysctl",
    "cgroup/getsockopt",
    "cgroup/setsockopt",
    "cgroup/dev",
};

/// The value of that name in an enum of the kernel.
std::optional<std::uint32_t> number_of(kernel::Enum of, std::string_view name) {
  for (std::uint32_t value = 0;; ++value) {
    const std::string known = kernel::known_name(of, value);
    if (known == name) return value;
    if (known.empty()) return std::nullopt;
  }
}

ProgramType type_of(const NewerSection& section) {
  const std::uint32_t attach =
      section.attach.empty() ? 0
                             : number_of(kernel::Enum::attach_types, section.attach).value_or(0);
  return {.type = number_of(kernel::Enum::prog_types, section.type).value_or(0),
          .attach = attach,
          .flags = section.sleeps ? std::uint32_t{BPF_F_SLEEPABLE} : 0};
}

std::vector<std::string_view> all_sections() {
  std::vector<std::string_view> names(std::begin(kSections), std::end(kSections));
  for (const NewerSection& section : kNewer) names.push_back(section.name);
  return names;
}

}  // namespace

std::optional<ProgramType> type_of_newer_section(std::string_view section) {
  for (const NewerSection& one : kNewer) {
    if (!section.starts_with(one.name)) continue;
    const std::string_view rest = section.substr(one.name.size());
    if (rest.empty() || (one.takes_more && rest.starts_with('/'))) return type_of(one);
  }
  return std::nullopt;
}

Result<ProgramType> type_named(const std::string& name) {
  bpf_prog_type type{};
  bpf_attach_type attach{};
  const kernel::Log quiet;
  if (libbpf_prog_type_by_name(name.c_str(), &type, &attach) == 0 ||
      libbpf_prog_type_by_name((name + "/").c_str(), &type, &attach) == 0)
    return ProgramType{type, attach, 0};
  for (const NewerSection& section : kNewer)
    if (section.name == name || section.attach == name) return type_of(section);
  std::vector<std::string> known;
  for (std::uint32_t value = 1;; ++value) {
    known.push_back(kernel::known_name(kernel::Enum::prog_types, value));
    if (known.back() == name) return ProgramType{value, 0, 0};
    if (known.back().empty()) break;
  }
  std::vector<std::string_view> names = all_sections();
  names.insert(names.end(), known.begin(), known.end());
  return fail(Error::usage(name + " is no program type", did_you_mean(name, names)));
}

std::string type_hint(std::string_view section) {
  const std::vector<std::string_view> names = all_sections();
  std::string_view like;
  // "xdp-pass", "my_xdp/2": a word in it that is a section of its own.
  for (std::size_t at = 0; at < section.size() && like.empty();) {
    const std::size_t end = std::min(section.find_first_of("/-_.", at), section.size());
    const std::string_view word = section.substr(at, end - at);
    if (std::ranges::find(names, word) != names.end()) like = word;
    at = end + 1;
  }
  if (like.empty()) like = nearest(section, names);
  if (like.empty()) return "say it: `type TYPE`, `type xdp` for one";
  return "say it: `type " + std::string(like) + "`";
}

void set_type(bpf_program* program, const ProgramType& type) {
  bpf_program__set_type(program, static_cast<bpf_prog_type>(type.type));
  bpf_program__set_expected_attach_type(program, static_cast<bpf_attach_type>(type.attach));
  if (type.flags != 0) bpf_program__set_flags(program, bpf_program__flags(program) | type.flags);
}

}  // namespace bpfmaps::object
