// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/xdp.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>
#include <net/if.h>

#include <cerrno>
#include <utility>

#include "kernel/log.h"

namespace bpfmaps::kernel {
namespace {

constexpr std::pair<XdpMode, std::string_view> kModes[] = {
    {XdpMode::generic, "generic"}, {XdpMode::native, "native"}, {XdpMode::offload, "offload"}};

}  // namespace

std::string_view xdp_mode_name(XdpMode mode) {
  for (const auto& [known, name] : kModes)
    if (known == mode) return name;
  return {};
}

XdpMode xdp_mode_from_name(std::string_view name) {
  for (const auto& [mode, known] : kModes)
    if (known == name) return mode;
  return XdpMode::automatic;
}

Result<Interface> interface_named(const std::string& name) {
  const std::uint32_t index = if_nametoindex(name.c_str());
  const int code = errno;
  if (index != 0) return Interface{index, name};
  return fail(Error::from_errno(code, "find interface", name)
                  .because("there is no such interface in this network namespace")
                  .as(Kind::not_found));
}

Result<std::vector<XdpAttached>> xdp_attached(const Interface& interface) {
  const Log quiet;
  bpf_xdp_query_opts found{};
  found.sz = sizeof found;
  const int code = -bpf_xdp_query(static_cast<int>(interface.index), 0, &found);
  if (code > 0) return fail(Error::from_errno(code, "ask for XDP programs", interface.name));
  std::vector<XdpAttached> attached;
  if (found.drv_prog_id != 0) attached.push_back({XdpMode::native, found.drv_prog_id});
  if (found.skb_prog_id != 0) attached.push_back({XdpMode::generic, found.skb_prog_id});
  if (found.hw_prog_id != 0) attached.push_back({XdpMode::offload, found.hw_prog_id});
  return attached;
}

Status replace_xdp(const Prog& old, const Prog& prog, const Interface& interface, XdpMode mode) {
  const Log quiet;
  bpf_xdp_attach_opts options{};
  options.sz = sizeof options;
  options.old_prog_fd = old.fd();
  const std::uint32_t flags = xdp_flag(mode) | XDP_FLAGS_REPLACE;
  const int code = -bpf_xdp_attach(static_cast<int>(interface.index), prog.fd(), flags, &options);
  if (code <= 0) return {};
  return fail(Error::from_errno(code, "replace XDP program", interface.name));
}

Status detach_xdp(const Prog& prog, const Interface& interface, XdpMode mode) {
  const Log quiet;
  bpf_xdp_attach_opts options{};
  options.sz = sizeof options;
  options.old_prog_fd = prog.fd();
  const int code = -bpf_xdp_detach(static_cast<int>(interface.index), xdp_flag(mode), &options);
  if (code <= 0) return {};
  return fail(Error::from_errno(code, "detach XDP program", interface.name));
}

std::uint32_t xdp_flag(XdpMode mode) {
  switch (mode) {
    case XdpMode::automatic: return 0;
    case XdpMode::generic: return XDP_FLAGS_SKB_MODE;
    case XdpMode::native: return XDP_FLAGS_DRV_MODE;
    case XdpMode::offload: return XDP_FLAGS_HW_MODE;
  }
  return 0;
}

}  // namespace bpfmaps::kernel
