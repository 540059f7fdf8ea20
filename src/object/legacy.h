// SPDX-License-Identifier: BSD-2-Clause
// Legacy objects: maps defined by `struct bpf_map_def SEC("maps")`, which libbpf 1.0 removed.
// They are rewritten, in memory, into what libbpf takes today, so that everything behind this
// knows one kind of object only.
#pragma once

#include <span>

#include "object/elf.h"

namespace bpfmaps::object {

bool has_legacy_maps(std::span<const Section> sections);

/// `image`, whose `sections` have been read, with each legacy definition said again in BTF. A pin
/// that iproute2's form of a definition asks for becomes LIBBPF_PIN_BY_NAME. Errors are of
/// Kind::unsupported and name the map that has an inner map or refers to other data.
Result<Image> modernised(const Image& image, std::span<const Section> sections);

}  // namespace bpfmaps::object
