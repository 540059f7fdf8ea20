// SPDX-License-Identifier: BSD-2-Clause
// BTF: where the types of a map or program come from. Decoding them is the layout room's.
#pragma once

#include <bpf/btf.h>

#include <memory>
#include <string>

#include "base/result.h"

namespace bpfmaps::kernel {

struct BtfDeleter {
  void operator()(btf* types) const { btf__free(types); }
};
using Btf = std::unique_ptr<btf, BtfDeleter>;

/// The BTF object of that id. Needs CAP_SYS_ADMIN: Kind::permission otherwise.
Result<Btf> btf_by_id(std::uint32_t id);

/// Whether this process may ask for them at all.
bool shows_types();

/// Hands `types` to the kernel, which keeps them as long as what uses them; their descriptor is
/// btf__fd(types) then.
Status load_types(btf* types);

/// The running kernel's own types; loaded once, kept until exit. Null when the kernel has none.
const btf* vmlinux_btf();

}  // namespace bpfmaps::kernel
