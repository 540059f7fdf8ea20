// SPDX-License-Identifier: BSD-2-Clause
// Legacy objects: maps defined by a struct in SEC("maps"), which libbpf 1.0 removed. They are
// rewritten, in memory, into what libbpf takes today, so that everything behind this knows one kind
// of object only.
#pragma once

#include "object/legacy_maps.h"

namespace bpfmaps::object {

/// `image`, whose `sections` have been read, with the definitions of `maps` moved into ".maps" and
/// said again in BTF. A pin that a definition asks for becomes LIBBPF_PIN_BY_NAME.
Result<ElfImage> modernised(const ElfImage& image, const Sections& sections,
                            std::span<const LegacyMap> maps);

}  // namespace bpfmaps::object
