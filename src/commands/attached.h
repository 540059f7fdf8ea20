// SPDX-License-Identifier: BSD-2-Clause
// Where programs are attached: by links, and on network interfaces without one.
#pragma once

#include <map>
#include <string>

#include "output/record.h"

namespace bpfmaps {

/// Places by the id of the program. A place is an object: `link_id` where a link holds it, `type`
/// and what links of that type say; XDP's `mode` beside it.
using Attachments = std::map<std::uint32_t, output::Value::List>;

/// Of all programs, or where `only` is not 0 of that one. Of interfaces, those of this network
/// namespace. Kind::permission without CAP_SYS_ADMIN, which links can be listed with.
Result<Attachments> attachments(std::uint32_t only = 0);

/// `places` in few words, for a column of a table: "xdp eth0", "iter bpf_map".
output::Value::List in_short(const output::Value::List& places);

}  // namespace bpfmaps
