// SPDX-License-Identifier: BSD-2-Clause
// What an object's ELF sections hold, checked before libbpf sees them: libbpf trusts its input.
#pragma once

#include <elf.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "object/image.h"

namespace bpfmaps::object {

/// One section; the views point into the image.
struct Section {
  std::string_view name;
  Elf64_Shdr header;
  Bytes bytes;  ///< empty for SHT_NOBITS
};

/// The sections of `image`, by index, after these checks: a whole ELF file, relocatable, for BPF,
/// of this machine's byte order; every section within the file and aligned; symbols,
/// relocations and strings within what they refer to. Errors are of Kind::invalid and name what
/// is wrong; those of another machine or byte order are Kind::unsupported.
Result<std::vector<Section>> read_sections(const Image& image);

/// The first section of that name, or null.
const Section* find_section(std::span<const Section> sections, std::string_view name);

/// A symbol that lies in a section.
struct Symbol {
  std::string_view name;
  std::size_t section;  ///< its index
  std::uint64_t value;  ///< the offset there
};
std::vector<Symbol> symbols_of(std::span<const Section> sections);

/// The text in the "license" section up to its first NUL; "" without one.
std::string license_of(std::span<const Section> sections);

}  // namespace bpfmaps::object
