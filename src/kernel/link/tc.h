// SPDX-License-Identifier: BSD-2-Clause
// Programs that run as filters of traffic control (cls_bpf), on clsact and on any other qdisc.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/facts.h"
#include "kernel/handle.h"
#include "kernel/link/xdp.h"

namespace bpfmaps::kernel {

/// The parent of a filter: a qdisc or a class, in tc's numbers.
inline constexpr std::uint32_t kTcIngress = 0xfffffff2;  ///< of clsact, or the ingress qdisc
inline constexpr std::uint32_t kTcEgress = 0xfffffff3;   ///< of clsact

struct TcFilter {
  Interface interface = {};
  std::uint32_t parent = 0;
  std::uint32_t pref = 0;    ///< filters of a small one run first
  std::uint32_t handle = 0;  ///< tells those of one pref apart
  std::uint32_t chain = 0;
  std::uint16_t protocol = 0;  ///< ETH_P_*
  std::uint32_t prog_id = 0;
  bool direct_action = false;  ///< what the program returns decides

  /// "tc_ingress", "tc_egress", or "tc" on another qdisc.
  const char* hook() const;
  /// parent (where the hook does not tell it), pref, handle, chain where it is not 0, protocol
  /// where it is not all.
  Facts told_apart_by() const;
};

/// The filters on these interfaces, in the order in which each hook runs them. Those whose program
/// is classic BPF are left out.
Result<std::vector<TcFilter>> tc_filters(std::span<const Interface> interfaces);

/// The filters of one parent, as tc_filters() gives them; none where the interface has no such
/// qdisc.
Result<std::vector<TcFilter>> tc_filters_at(const Interface& interface, std::uint32_t parent);

/// Makes `prog` a filter at `parent`, one of kTcIngress and kTcEgress, with direct action. Where
/// the interface has no clsact it is made, and goes again where the filter is refused. `pref` and
/// `handle` of 0 are the kernel's to choose. Returns what was made. Kind::exists where there is a
/// filter of that pref and handle.
Result<TcFilter> add_filter(const Prog& prog, const Interface& interface, std::uint32_t parent,
                            std::uint32_t pref, std::uint32_t handle);
/// Puts `prog` in the place of the filter's program, in one step.
Status replace_filter(const TcFilter& filter, const Prog& prog);
/// Removes the filter. Its qdisc stays.
Status remove_filter(const TcFilter& filter);

/// A program that runs as an action (act_bpf), which any filter may lead to.
struct TcAction {
  std::uint32_t index = 0;  ///< by which filters name it
  std::uint32_t prog_id = 0;
};
/// Those of this network namespace.
Result<std::vector<TcAction>> tc_actions();

/// "1:a0", as tc writes a handle.
std::string tc_handle_text(std::uint32_t handle);

}  // namespace bpfmaps::kernel
