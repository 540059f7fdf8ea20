// SPDX-License-Identifier: BSD-2-Clause
// Making a map like another one: of its type, sizes, flags and types.
#pragma once

#include <string>

#include "entries/options.h"
#include "kernel/btf.h"
#include "kernel/handle.h"

namespace bpfmaps::entries {

/// What of it shall differ.
struct CreateLike {
  std::uint32_t max_entries = 0;       ///< 0: as many
  const kernel::Map* inner = nullptr;  ///< what maps in a map of maps look like
};

/// A new map like the one of `info`, whose types are in `types` (null: none, or those of the
/// kernel's BTF info.btf_id). Where the kernel refuses types for such a map it has none, and a
/// remark says so.
Result<kernel::Map> create_like(const kernel::MapInfo& info, const btf* types,
                                const CreateLike& differs, const Remark& remark);

}  // namespace bpfmaps::entries
