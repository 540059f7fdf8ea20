// SPDX-License-Identifier: BSD-2-Clause
// The kernel gives numbers in rising order, so a table holds the first number of each release.
#include "object/releases.h"

#include <linux/bpf.h>

#include <algorithm>
#include <span>

namespace bpfmaps::object {
namespace {

struct First {
  std::uint32_t number;
  Linux since;
};

constexpr First kMapFlags[] = {
    {BPF_F_NO_PREALLOC, {4, 6}},     {BPF_F_NO_COMMON_LRU, {4, 10}},  {BPF_F_NUMA_NODE, {4, 14}},
    {BPF_F_RDONLY, {4, 15}},         {BPF_F_STACK_BUILD_ID, {4, 17}}, {BPF_F_ZERO_SEED, {5, 0}},
    {BPF_F_RDONLY_PROG, {5, 2}},     {BPF_F_CLONE, {5, 4}},           {BPF_F_MMAPABLE, {5, 5}},
    {BPF_F_PRESERVE_ELEMS, {5, 10}}, {BPF_F_INNER_MAP << 1, {}},
};

constexpr First kProgTypes[] = {
    {BPF_PROG_TYPE_SOCKET_FILTER, {3, 19}},
    {BPF_PROG_TYPE_KPROBE, {4, 1}},
    {BPF_PROG_TYPE_TRACEPOINT, {4, 7}},
    {BPF_PROG_TYPE_XDP, {4, 8}},
    {BPF_PROG_TYPE_PERF_EVENT, {4, 9}},
    {BPF_PROG_TYPE_CGROUP_SKB, {4, 10}},
    {BPF_PROG_TYPE_SOCK_OPS, {4, 13}},
    {BPF_PROG_TYPE_SK_SKB, {4, 14}},
    {BPF_PROG_TYPE_CGROUP_DEVICE, {4, 15}},
    {BPF_PROG_TYPE_SK_MSG, {4, 17}},
    {BPF_PROG_TYPE_LWT_SEG6LOCAL, {4, 18}},
    {BPF_PROG_TYPE_SK_REUSEPORT, {4, 19}},
    {BPF_PROG_TYPE_FLOW_DISSECTOR, {4, 20}},
    {BPF_PROG_TYPE_CGROUP_SYSCTL, {5, 2}},
    {BPF_PROG_TYPE_CGROUP_SOCKOPT, {5, 3}},
    {BPF_PROG_TYPE_TRACING, {5, 5}},
    {BPF_PROG_TYPE_STRUCT_OPS, {5, 6}},
    {BPF_PROG_TYPE_LSM, {5, 7}},
    {BPF_PROG_TYPE_SK_LOOKUP, {5, 9}},
    {BPF_PROG_TYPE_SYSCALL, {5, 14}},
    {32, {6, 4}},  // netfilter
    {33, {}},
};

// BPF_XDP, BPF_SK_REUSEPORT_SELECT and BPF_PERF_EVENT say what older kernels take for granted.
constexpr First kAttachTypes[] = {
    {BPF_CGROUP_UDP4_RECVMSG, {5, 2}},
    {BPF_CGROUP_GETSOCKOPT, {5, 3}},
    {BPF_TRACE_RAW_TP, {5, 5}},
    {BPF_MODIFY_RETURN, {5, 7}},
    {BPF_TRACE_ITER, {5, 8}},
    {BPF_CGROUP_INET_SOCK_RELEASE, {5, 9}},
    {BPF_XDP, {}},
    {BPF_SK_SKB_VERDICT, {5, 13}},
    {BPF_SK_REUSEPORT_SELECT, {}},
    {BPF_SK_REUSEPORT_SELECT_OR_MIGRATE, {5, 14}},
    {BPF_PERF_EVENT, {}},
    {BPF_TRACE_KPROBE_MULTI, {5, 18}},
    {BPF_LSM_CGROUP, {6, 0}},
    {44, {}},
    {45, {6, 4}},  // netfilter
    {46, {6, 6}},  // tcx_ingress, tcx_egress, trace_uprobe_multi
    {49, {6, 7}},  // cgroup_unix_*, netkit_*
    {56, {}},
};

constexpr First kHelpers[] = {
    {BPF_FUNC_map_lookup_elem, {3, 19}},
    {BPF_FUNC_probe_read, {4, 1}},
    {BPF_FUNC_tail_call, {4, 2}},
    {BPF_FUNC_get_cgroup_classid, {4, 3}},
    {BPF_FUNC_redirect, {4, 4}},
    {BPF_FUNC_skb_load_bytes, {4, 5}},
    {BPF_FUNC_get_stackid, {4, 6}},
    {BPF_FUNC_skb_change_proto, {4, 8}},
    {BPF_FUNC_current_task_under_cgroup, {4, 9}},
    {BPF_FUNC_get_numa_node_id, {4, 10}},
    {BPF_FUNC_probe_read_str, {4, 11}},
    {BPF_FUNC_get_socket_cookie, {4, 12}},
    {BPF_FUNC_set_hash, {4, 13}},
    {BPF_FUNC_redirect_map, {4, 14}},
    {BPF_FUNC_xdp_adjust_meta, {4, 15}},
    {BPF_FUNC_override_return, {4, 16}},
    {BPF_FUNC_msg_redirect_map, {4, 17}},
    {BPF_FUNC_xdp_adjust_tail, {4, 18}},
    {BPF_FUNC_get_local_storage, {4, 19}},
    {BPF_FUNC_sk_lookup_tcp, {4, 20}},
    {BPF_FUNC_msg_pop_data, {5, 0}},
    {BPF_FUNC_spin_lock, {5, 1}},
    {BPF_FUNC_skc_lookup_tcp, {5, 2}},
    {BPF_FUNC_send_signal, {5, 3}},
    {BPF_FUNC_tcp_gen_syncookie, {5, 4}},
    {BPF_FUNC_skb_output, {5, 5}},
    {BPF_FUNC_tcp_send_ack, {5, 6}},
    {BPF_FUNC_read_branch_records, {5, 7}},
    {BPF_FUNC_ktime_get_boot_ns, {5, 8}},
    {BPF_FUNC_skc_to_tcp6_sock, {5, 9}},
    {BPF_FUNC_load_hdr_opt, {5, 10}},
    {BPF_FUNC_task_storage_get, {5, 11}},
    {BPF_FUNC_check_mtu, {5, 12}},
    {BPF_FUNC_for_each_map_elem, {5, 13}},
    {BPF_FUNC_sys_bpf, {5, 14}},
    {BPF_FUNC_timer_init, {5, 15}},
    {BPF_FUNC_get_branch_snapshot, {5, 16}},
    {BPF_FUNC_find_vma, {5, 17}},
    {BPF_FUNC_get_retval, {5, 18}},
    {BPF_FUNC_kptr_xchg, {5, 19}},
    {BPF_FUNC_tcp_raw_gen_syncookie_ipv4, {6, 0}},
    {BPF_FUNC_ktime_get_tai_ns, {6, 1}},
    {210, {6, 2}},  // bpf_cgrp_storage_get, bpf_cgrp_storage_delete
    {212, {}},
};

/// The release of the last entry that is not beyond `number`.
Linux look_up(std::span<const First> table, std::uint32_t number) {
  const auto beyond = std::ranges::upper_bound(table, number, {}, &First::number);
  return beyond == table.begin() ? Linux() : (beyond - 1)->since;
}

}  // namespace

Linux map_flag_since(std::uint32_t flag) { return look_up(kMapFlags, flag); }
Linux prog_type_since(std::uint32_t type) { return look_up(kProgTypes, type); }
Linux attach_type_since(std::uint32_t type) { return look_up(kAttachTypes, type); }
Linux helper_since(std::uint32_t helper) { return look_up(kHelpers, helper); }

}  // namespace bpfmaps::object
