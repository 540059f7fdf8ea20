// SPDX-License-Identifier: BSD-2-Clause
// Parts of a value that only the kernel reads and writes.
#pragma once

#include <bpf/btf.h>

#include <cstdint>

namespace bpfmaps::layout {

/// Whether type `id` is such a part: a lock, timer, list, tree or reference count, a pointer to an
/// object of the kernel's, or an array of these. The kernel hands out zeros for them and ignores
/// what is written (check_and_init_map_value() and copy_map_value(), 5.1; pointers since 5.19), so
/// they are no data.
bool is_kernel_owned(const btf* types, std::uint32_t id);

/// Whether values of type `id` have such a part anywhere.
bool holds_kernel_owned(const btf* types, std::uint32_t id);

}  // namespace bpfmaps::layout
