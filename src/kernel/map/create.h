// SPDX-License-Identifier: BSD-2-Clause
// Creating maps, and saying which rule of the kernel stands in the way: the kernel says EINVAL to
// all of them.
#pragma once

#include <cstdint>
#include <string>

#include "kernel/btf.h"
#include "kernel/handle.h"

namespace bpfmaps::kernel {

/// A map that is to be made. Sizes in bytes.
struct NewMap {
  std::uint32_t type = 0;  ///< enum bpf_map_type
  std::string name;        ///< at most 15 of letters, digits, `_` and `.`; may be empty
  std::uint32_t key_size = 0, value_size = 0, max_entries = 0;
  std::uint32_t flags = 0;     ///< BPF_F_*
  std::uint64_t extra = 0;     ///< hash functions of a bloom filter, address of an arena
  const Map* inner = nullptr;  ///< what the maps in a map of maps look like
  /// The types of key and value; null where the map carries none. Needs Linux 4.18.
  btf* types = nullptr;
  std::uint32_t key_type_id = 0, value_type_id = 0;
};

/// What the kernel means by `code` when it does not make that map: the rule of its type that
/// `wanted` breaks, as far as one is known. `has_inner`: what the maps in a map of maps look like
/// is told, whether `inner` is or not.
Error explain_refused_map(int code, const NewMap& wanted, bool has_inner);

/// Creates the map; it lives as long as a descriptor or a pin does. Loads `types` into the kernel.
Result<Map> create_map(const NewMap& wanted);

}  // namespace bpfmaps::kernel
