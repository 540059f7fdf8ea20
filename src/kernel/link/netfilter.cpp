// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/netfilter.h"

#include <linux/netfilter.h>

#include <algorithm>
#include <array>

namespace bpfmaps::kernel {
namespace {

constexpr std::array<std::string_view, NF_INET_NUMHOOKS> kHooks = {
    "pre_routing", "local_in", "forward", "local_out", "post_routing"};

}  // namespace

std::string netfilter_family_name(std::uint32_t pf) {
  return pf == NFPROTO_IPV4 ? "ipv4" : pf == NFPROTO_IPV6 ? "ipv6" : std::to_string(pf);
}

std::string netfilter_hook_name(std::uint32_t hook) {
  return hook < kHooks.size() ? std::string(kHooks[hook]) : std::to_string(hook);
}

std::optional<std::uint32_t> netfilter_family(std::string_view name) {
  if (name == "ipv4") return NFPROTO_IPV4;
  if (name == "ipv6") return NFPROTO_IPV6;
  return std::nullopt;
}

std::optional<std::uint32_t> netfilter_hook(std::string_view name) {
  const auto found = std::ranges::find(kHooks, name);
  if (found == kHooks.end()) return std::nullopt;
  return static_cast<std::uint32_t>(found - kHooks.begin());
}

}  // namespace bpfmaps::kernel
