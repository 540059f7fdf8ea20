// SPDX-License-Identifier: BSD-2-Clause
// An ELF file's sections and symbols, of whatever machine: nothing here follows what a section
// says without knowing that it is there.
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

/// What makes `image` no good.
Error bad_object(const Image& image, std::string why, Kind kind = Kind::invalid);

/// The ELF header, in the file's own byte order.
Result<Elf64_Ehdr> read_header(const Image& image);

/// Whether the file is of another byte order than this machine.
bool is_foreign(const Elf64_Ehdr& header);

/// The sections of a 64-bit ELF file of this machine's byte order, by index: all that is known of
/// them is that they lie within the file and have names. Errors are of Kind::invalid.
Result<std::vector<Section>> read_sections(const Image& image);

/// The text at `offset` in a table of strings, or null where it holds none there.
const char* text_at(Bytes table, std::uint64_t offset);

/// The first section of that name, or null.
const Section* find_section(std::span<const Section> sections, std::string_view name);

/// A symbol that lies in a section.
struct Symbol {
  std::string_view name;
  std::size_t section;  ///< its index
  std::uint64_t value;  ///< the offset there
  std::uint64_t size;
  std::size_t table, index;  ///< which symbol of which section it is
};
/// Those of every symbol table; the tables have been checked (elf_check.h).
std::vector<Symbol> symbols_of(std::span<const Section> sections);

/// The text in the "license" section up to its first NUL; "" without one.
std::string license_of(std::span<const Section> sections);

}  // namespace bpfmaps::object
