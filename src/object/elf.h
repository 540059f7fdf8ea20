// SPDX-License-Identifier: BSD-2-Clause
// An ELF file's sections and symbols, read through libelf, of whatever machine. libelf checks that
// headers, sections and names lie within the file; what it does not check is in elf_check.h.
#pragma once

#include <elf.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "object/elf_image.h"

struct Elf;  // libelf's

namespace bpfmaps::object {

/// One section; the views point into the image.
struct Section {
  std::string_view name;
  Elf64_Shdr header;
  Bytes bytes;  ///< as they lie in the file; empty for SHT_NOBITS
};

/// The sections of a 64-bit ELF file of this machine's byte order, by index. The image outlives it.
class Sections {
 public:
  Sections() = default;  ///< none
  Sections(std::shared_ptr<Elf> file, const Elf64_Ehdr& header, std::vector<Section> sections)
      : file_(std::move(file)), header_(header), sections_(std::move(sections)) {}

  std::size_t size() const { return sections_.size(); }
  const Section* data() const { return sections_.data(); }
  const Section& operator[](std::size_t index) const { return sections_[index]; }
  auto begin() const { return sections_.begin(); }
  auto end() const { return sections_.end(); }
  std::size_t index_of(const Section& section) const {
    return static_cast<std::size_t>(&section - data());
  }

  const Elf64_Ehdr& header() const { return header_; }
  Elf* file() const { return file_.get(); }

 private:
  std::shared_ptr<Elf> file_;
  Elf64_Ehdr header_{};
  std::vector<Section> sections_;
};

/// What makes `image` no good.
Error bad_object(const ElfImage& image, std::string why, Kind kind = Kind::invalid);

/// The ELF header of a file of any class and byte order.
Result<Elf64_Ehdr> read_header(const ElfImage& image);

/// Whether the file is of another byte order than this machine.
bool is_foreign(const Elf64_Ehdr& header);

/// All that is known of the sections is that they lie within the file and have names. Errors are of
/// Kind::invalid, and Kind::unsupported for another byte order.
Result<Sections> read_sections(const ElfImage& image);

/// The bytes of `section`, decompressed where it is compressed; they live as long as `sections`.
Result<Bytes> contents_of(const ElfImage& image, const Sections& sections, const Section& section);

/// The first section of that name, or null.
const Section* find_section(const Sections& sections, std::string_view name);

/// Calls `visit` with the index, the symbol, and its name, or null where it has none, for each
/// symbol of `table`, which is a section of symbols. Returns false when it is no such table.
using SymbolVisitor = std::function<void(std::size_t, const Elf64_Sym&, const char*)>;
bool for_each_symbol(const Sections& sections, const Section& table, const SymbolVisitor& visit);

/// A symbol that lies in a section.
struct Symbol {
  std::string_view name;
  std::size_t section;  ///< its index
  std::uint64_t value;  ///< the offset there
  std::uint64_t size;
  std::size_t table, index;  ///< which symbol of which section it is
};
/// Those of every symbol table; the tables have been checked (elf_check.h).
std::vector<Symbol> symbols_of(const Sections& sections);

/// The text in the "license" section up to its first NUL; "" without one.
std::string license_of(const Sections& sections);

}  // namespace bpfmaps::object
