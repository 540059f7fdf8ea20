// SPDX-License-Identifier: BSD-2-Clause
// Names of netfilter's families and hooks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bpfmaps::kernel {

/// "ipv4" for NFPROTO_IPV4, "local_in" for NF_INET_LOCAL_IN; the number where there is no name.
std::string netfilter_family_name(std::uint32_t pf);
std::string netfilter_hook_name(std::uint32_t hook);

/// The other way round; nothing where it is no such name.
std::optional<std::uint32_t> netfilter_family(std::string_view name);
std::optional<std::uint32_t> netfilter_hook(std::string_view name);

}  // namespace bpfmaps::kernel
