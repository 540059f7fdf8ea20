// SPDX-License-Identifier: BSD-2-Clause
// Holes: bytes of a struct that belong to no member and that alignment does not explain. Compilers
// leave out of BTF what they have no C type for (the tag of a Rust enum); such bytes are data.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "layout/layout.h"

namespace bpfmaps::layout {

/// The bytes that one member takes.
struct Extent {
  std::uint32_t begin, end;
  std::uint32_t align;  ///< natural alignment of its type, in bytes
};

/// The holes of a struct or union of `size` bytes as fields of bytes, each called "@" and where it
/// starts. Padding is none: before a member and at the end, as much as the alignment of its type,
/// of words or of cache lines asks for.
std::vector<Node> holes_of(std::vector<Extent> members, std::uint32_t size);

/// The name of what lies at `offset` and has none: "@4". No name in C starts so.
std::string hole_name(std::uint32_t offset);
bool is_hole(const Node& field);

}  // namespace bpfmaps::layout
