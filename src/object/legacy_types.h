// SPDX-License-Identifier: BSD-2-Clause
// Legacy maps said in BTF, as libbpf wants them: each a variable in the data section ".maps", of a
// struct whose members say by their own types what the map is (__uint() in bpf_helpers.h).
#pragma once

#include <span>

#include "kernel/btf.h"
#include "object/legacy_maps.h"

namespace bpfmaps::object {

/// The types of an object, or new ones where it has none, with those of `maps` added. `offsets` are
/// their places in the section ".maps" of `size` bytes, in which those that were modern already
/// stay where they are.
Result<kernel::Btf> add_map_types(const ElfImage& image, const Sections& sections,
                                  std::span<const LegacyMap> maps,
                                  std::span<const std::uint32_t> offsets, std::uint32_t size);

}  // namespace bpfmaps::object
