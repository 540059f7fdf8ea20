// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/xdp.h"

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

std::uint32_t flag_of(XdpMode mode) {
  switch (mode) {
    case XdpMode::automatic: return 0;
    case XdpMode::generic: return XDP_FLAGS_SKB_MODE;
    case XdpMode::native: return XDP_FLAGS_DRV_MODE;
    case XdpMode::offload: return XDP_FLAGS_HW_MODE;
  }
  return 0;
}

/// "program 7 (native)" for each.
std::string describe(const std::vector<XdpAttached>& attached) {
  std::string text;
  for (const XdpAttached& one : attached) {
    text.append(text.empty() ? "" : ", ").append("program ").append(std::to_string(one.prog_id));
    text.append(" (").append(xdp_mode_name(one.mode)).append(")");
  }
  return text;
}

Error explain_attach(int code, const Prog& prog, const Interface& interface, XdpMode mode) {
  Error error = Error::from_errno(code, "attach XDP program", interface.name);
  // EBUSY: another link or program holds this mode; EEXIST: generic and native exclude each other.
  if (code == EBUSY || code == EEXIST) {
    error.kind = Kind::exists;
    const auto attached = xdp_attached(interface);
    if (attached && !attached->empty()) {
      const std::string id = std::to_string(attached->front().prog_id);
      error.context = "there is an XDP program attached already: " + describe(*attached);
      error.hint = "`bpfmaps prog detach id " + id + " xdp dev " + interface.name + "` detaches it";
    }
  } else if (code == EOPNOTSUPP) {
    error.context = "the interface does not support XDP " + std::string(xdp_mode_name(mode));
    error.hint = "every interface supports `mode generic`";
  } else if (code == EINVAL && prog.info().type != BPF_PROG_TYPE_XDP) {
    error.kind = Kind::invalid;
    error.context = "program " + std::to_string(prog.info().id) + " is not an XDP program";
  } else if (code == EPERM) {
    error.context = "the kernel asks for CAP_NET_ADMIN in the interface's network namespace";
  }
  return error;
}

/// The link that holds `prog` on the interface.
Result<Link> link_holding(const Prog& prog, const Interface& interface) {
  for (const std::uint32_t id : TRY(all_ids(Noun::link))) {
    auto link = link_by_id(id);
    if (!link) {
      if (link.error().kind == Kind::not_found) continue;  // gone since the ids were listed
      return link;
    }
    const bpf_link_info& info = link->info();
    if (info.type == BPF_LINK_TYPE_XDP && info.prog_id == prog.info().id &&
        info.xdp.ifindex == interface.index)
      return link;
  }
  return fail(Error::from_errno(ENOENT, "find the link of an XDP program", interface.name));
}

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

Result<Link> attach_xdp(const Prog& prog, const Interface& interface, XdpMode mode) {
  bpf_link_create_opts options{};
  options.sz = sizeof options;
  options.flags = flag_of(mode);
  Fd fd(bpf_link_create(prog.fd(), static_cast<int>(interface.index), BPF_XDP, &options));
  const int code = errno;
  if (!fd) return fail(explain_attach(code, prog, interface, mode));
  return adopt_link(std::move(fd), interface.name);
}

Result<std::uint32_t> detach_xdp(const Prog& prog, const Interface& interface,
                                 const XdpAttached& attached) {
  const auto failed = [&interface](int code) {
    return fail(Error::from_errno(code, "detach XDP program", interface.name));
  };
  const Log quiet;
  bpf_xdp_attach_opts options{};
  options.sz = sizeof options;
  options.old_prog_fd = prog.fd();
  const int code =
      -bpf_xdp_detach(static_cast<int>(interface.index), flag_of(attached.mode), &options);
  if (code <= 0) return 0;
  if (code != EBUSY) return failed(code);  // EBUSY: a link holds it
  const Link link = TRY(link_holding(prog, interface));
  if (bpf_link_detach(link.fd()) == 0) return link.info().id;
  const int link_code = errno;
  return failed(link_code);
}

}  // namespace bpfmaps::kernel
