// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/hook.h"

#include <linux/bpf.h>

#include <functional>
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

/// Shows hooks to `wants` until it is content with one.
void find(const std::function<bool(Hook)>& wants) {
  if (wants({"raw_tracepoint", Of::raw_tracepoint})) return;
  if (wants({"tracepoint", Of::tracepoint, BPF_PERF_EVENT})) return;
  std::string name;
  for (std::uint32_t type = 0; !(name = known_name(Enum::attach_types, type)).empty(); ++type)
    if (const auto of = family_of(name); of && wants({name, *of, type})) return;
}

}  // namespace

std::optional<Hook> hook_named(const std::string& name) {
  std::optional<Hook> found;
  find([&](Hook hook) {
    if (hook.name == name) found = std::move(hook);
    return found.has_value();
  });
  return found;
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
