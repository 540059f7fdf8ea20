// SPDX-License-Identifier: BSD-2-Clause
// Structs of callbacks in SEC(".struct_ops.link"), such as a scheduler: they are registered by a
// link. libbpf knows the section since 1.2; for an older one it is called ".struct_ops", and the
// maps are given the flag that the newer one gives them.
#pragma once

#include <bpf/libbpf.h>

#include <optional>

#include "object/elf.h"

namespace bpfmaps::object {

/// `image` with that section and its types renamed; nothing where it has none, or libbpf knows it.
/// Kind::unsupported where it has a section ".struct_ops" too: such a libbpf takes only one.
Result<std::optional<ElfImage>> without_link_section(const ElfImage& image,
                                                     const Sections& sections);

/// Gives the maps of an object that was renamed the flag BPF_F_LINK.
void flag_links(bpf_object* object);

}  // namespace bpfmaps::object
