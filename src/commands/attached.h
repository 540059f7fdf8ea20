// SPDX-License-Identifier: BSD-2-Clause
// Where a program is attached: by links, and on network interfaces without one.
#pragma once

#include "output/record.h"

namespace bpfmaps {

/// One object for each place: `link_id` where a link holds it, `type` and what links of that type
/// say; XDP's `mode` beside it. Of interfaces, those of this network namespace. Kind::permission
/// without CAP_SYS_ADMIN, which links can be listed with.
Result<output::Value::List> attached(std::uint32_t prog_id);

}  // namespace bpfmaps
