// SPDX-License-Identifier: BSD-2-Clause
// struct bpf_link_info as Linux 6.18 has it: the headers this is built with may be older. An older
// kernel fills the front of it and wants the rest to be zero.
#pragma once

#include <linux/types.h>

#include "kernel/uapi.h"

namespace bpfmaps::kernel {

// enum bpf_perf_event_type, Linux 6.6.
enum class PerfEvent : __u32 { none, uprobe, uretprobe, kprobe, kretprobe, tracepoint, event };

// One for each type of link. Members named *_name, path, addrs, offsets, ref_ctr_offsets and
// cookies are addresses of room that the caller gives; the length or count beside them says how
// much, and comes back as how much there is.
struct RawTracepointInfo {
  __aligned_u64 tp_name;
  __u32 tp_name_len;
  __u32 : 32;
  __u64 cookie;
};
struct TracingInfo {
  __u32 attach_type, target_obj_id, target_btf_id;
  __u32 : 32;
  __u64 cookie;
};
struct CgroupInfo {
  __u64 cgroup_id;
  __u32 attach_type;
};
struct IterInfo {
  __aligned_u64 target_name;
  __u32 target_name_len;
  __u32 map_id;
  union {
    __u64 cgroup_id;
    __u32 task[2];  // tid, pid
  };
  __u32 cgroup_order;
};
struct NetnsInfo {
  __u32 netns_ino, attach_type;
};
struct InterfaceInfo {
  __u32 ifindex;
  __u32 attach_type;  // not with xdp
};
struct MapLinkInfo {
  __u32 map_id;
  __u32 attach_type;  // not with struct_ops
};
struct NetfilterInfo {
  __u32 pf, hooknum;
  __s32 priority;
  __u32 flags;
};
struct KprobeMultiInfo {
  __aligned_u64 addrs;
  __u32 count, flags;
  __u64 missed;
  __aligned_u64 cookies;
};
struct UprobeMultiInfo {
  __aligned_u64 path, offsets, ref_ctr_offsets, cookies;
  __u32 path_size, count, flags, pid;
};
struct UprobeInfo {
  __aligned_u64 file_name;
  __u32 name_len, offset;
  __u64 cookie, ref_ctr_offset;
};
struct KprobeInfo {
  __aligned_u64 func_name;
  __u32 name_len, offset;
  __u64 addr, missed, cookie;
};
struct TracepointInfo {
  __aligned_u64 tp_name;
  __u32 name_len;
  __u32 : 32;
  __u64 cookie;
};
struct EventInfo {
  __u64 config;
  __u32 type;
  __u32 : 32;
  __u64 cookie;
};
struct PerfEventInfo {
  PerfEvent type;
  __u32 : 32;
  union {
    UprobeInfo uprobe;
    KprobeInfo kprobe;
    TracepointInfo tracepoint;
    EventInfo event;
  };
};

struct LinkInfo {
  __u32 type, id, prog_id;
  union {
    RawTracepointInfo raw_tracepoint;
    TracingInfo tracing;
    CgroupInfo cgroup;
    IterInfo iter;
    NetnsInfo netns;
    InterfaceInfo on_interface;  // xdp, tcx, netkit
    MapLinkInfo of_map;          // struct_ops, sockmap
    NetfilterInfo netfilter;
    KprobeMultiInfo kprobe_multi;
    UprobeMultiInfo uprobe_multi;
    PerfEventInfo perf_event;
  };
};
static_assert(sizeof(LinkInfo) == 64);

}  // namespace bpfmaps::kernel
