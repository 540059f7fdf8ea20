// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/prog/verdict.h"

#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <algorithm>
#include <span>

#include "kernel/uapi.h"

namespace bpfmaps::kernel {
namespace {

struct Verdict {
  std::uint32_t retval;
  std::string_view name;
  bool goes_on;
};

constexpr Verdict kXdp[] = {{XDP_ABORTED, "XDP_ABORTED", false},
                            {XDP_DROP, "XDP_DROP", false},
                            {XDP_PASS, "XDP_PASS", true},
                            {XDP_TX, "XDP_TX", true},
                            {XDP_REDIRECT, "XDP_REDIRECT", true}};
constexpr Verdict kTc[] = {{static_cast<std::uint32_t>(TC_ACT_UNSPEC), "TC_ACT_UNSPEC", true},
                           {TC_ACT_OK, "TC_ACT_OK", true},
                           {TC_ACT_RECLASSIFY, "TC_ACT_RECLASSIFY", true},
                           {TC_ACT_SHOT, "TC_ACT_SHOT", false},
                           {TC_ACT_PIPE, "TC_ACT_PIPE", true},
                           {TC_ACT_STOLEN, "TC_ACT_STOLEN", false},
                           {TC_ACT_QUEUED, "TC_ACT_QUEUED", false},
                           {TC_ACT_REPEAT, "TC_ACT_REPEAT", true},
                           {TC_ACT_REDIRECT, "TC_ACT_REDIRECT", true},
                           {TC_ACT_TRAP, "TC_ACT_TRAP", false}};
constexpr Verdict kDropOrPass[] = {{0, "drop", false}, {1, "pass", true}};
// Bit 1 says that the network is congested (NET_XMIT_CN), on egress only.
constexpr Verdict kCgroup[] = {
    {0, "drop", false}, {1, "pass", true}, {2, "drop", false}, {3, "pass", true}};
constexpr Verdict kLwt[] = {{BPF_OK, "BPF_OK", true},
                            {BPF_DROP, "BPF_DROP", false},
                            {BPF_REDIRECT, "BPF_REDIRECT", true},
                            {BPF_LWT_REROUTE, "BPF_LWT_REROUTE", true}};
constexpr Verdict kDissector[] = {{BPF_OK, "BPF_OK", true},
                                  {BPF_DROP, "BPF_DROP", false},
                                  {kFlowDissectorContinue, "BPF_FLOW_DISSECTOR_CONTINUE", true}};

std::span<const Verdict> verdicts_of(std::uint32_t prog_type) {
  switch (prog_type) {
    case BPF_PROG_TYPE_XDP: return kXdp;
    case BPF_PROG_TYPE_SCHED_CLS:
    case BPF_PROG_TYPE_SCHED_ACT: return kTc;
    case BPF_PROG_TYPE_CGROUP_SKB: return kCgroup;
    case BPF_PROG_TYPE_SK_LOOKUP:
    case kProgNetfilter: return kDropOrPass;
    case BPF_PROG_TYPE_LWT_IN:
    case BPF_PROG_TYPE_LWT_OUT:
    case BPF_PROG_TYPE_LWT_XMIT:
    case BPF_PROG_TYPE_LWT_SEG6LOCAL: return kLwt;
    case BPF_PROG_TYPE_FLOW_DISSECTOR: return kDissector;
    default: return {};
  }
}

const Verdict* find_verdict(std::uint32_t prog_type, std::uint32_t retval) {
  // A socket filter returns how many bytes it lets through.
  if (prog_type == BPF_PROG_TYPE_SOCKET_FILTER) return &kDropOrPass[retval == 0 ? 0 : 1];
  const auto known = verdicts_of(prog_type);
  const auto found = std::ranges::find(known, retval, &Verdict::retval);
  return found == known.end() ? nullptr : &*found;
}

}  // namespace

std::string_view verdict_name(std::uint32_t prog_type, std::uint32_t retval) {
  const Verdict* verdict = find_verdict(prog_type, retval);
  return verdict != nullptr ? verdict->name : std::string_view();
}

bool lets_go_on(std::uint32_t prog_type, std::uint32_t retval) {
  const Verdict* verdict = find_verdict(prog_type, retval);
  if (verdict != nullptr) return verdict->goes_on;
  // Of numbers without a meaning tc makes TC_ACT_UNSPEC; everything else drops.
  return prog_type == BPF_PROG_TYPE_SCHED_CLS || prog_type == BPF_PROG_TYPE_SCHED_ACT;
}

}  // namespace bpfmaps::kernel
