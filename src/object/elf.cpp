// SPDX-License-Identifier: BSD-2-Clause
// What is read here is always 64-bit ELF of this machine's byte order: headers are taken as they
// lie in memory, once it is known that they lie there.
#include "object/elf.h"

#include <bit>
#include <cstring>

namespace bpfmaps::object {
namespace {

Result<std::vector<Section>> sections_at(const Image& image, const Elf64_Ehdr& header) {
  const Bytes file = image.contents();
  if (header.e_shnum == 0 || header.e_shentsize != sizeof(Elf64_Shdr))
    return fail(bad_object(image, "its ELF header has no table of sections"));
  if (!within(header.e_shoff, std::uint64_t{header.e_shnum} * sizeof(Elf64_Shdr), file.size()))
    return fail(bad_object(image, "truncated: its section headers lie behind the end of the file"));
  std::vector<Section> sections(header.e_shnum);
  for (std::size_t i = 0; i < sections.size(); ++i) {
    Section& section = sections[i];
    section.header = read_at<Elf64_Shdr>(file, header.e_shoff + i * sizeof(Elf64_Shdr));
    if (section.header.sh_type == SHT_NOBITS || section.header.sh_type == SHT_NULL) continue;
    if (!within(section.header.sh_offset, section.header.sh_size, file.size())) {
      return fail(bad_object(image, "truncated: section " + std::to_string(i) +
                                        " reaches behind the end of the file"));
    }
    section.bytes = file.subspan(section.header.sh_offset, section.header.sh_size);
  }
  return sections;
}

}  // namespace

Error bad_object(const Image& image, std::string why, Kind kind) {
  return Error::refused(kind, "read object", image.name(), std::move(why));
}

Result<Elf64_Ehdr> read_header(const Image& image) {
  const Bytes file = image.contents();
  if (file.empty()) return fail(bad_object(image, "the file is empty"));
  if (file.size() < SELFMAG || std::memcmp(file.data(), ELFMAG, SELFMAG) != 0)
    return fail(bad_object(image, "not an ELF object"));
  if (file.size() < sizeof(Elf64_Ehdr))
    return fail(bad_object(image, "truncated in its ELF header"));
  return read_at<Elf64_Ehdr>(file, 0);
}

bool is_foreign(const Elf64_Ehdr& header) {
  constexpr unsigned char kThisByteOrder =
      std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
  return header.e_ident[EI_DATA] != kThisByteOrder;
}

Result<std::vector<Section>> read_sections(const Image& image) {
  const Elf64_Ehdr header = TRY(read_header(image));
  if (is_foreign(header)) {
    return fail(
        bad_object(image, "made for the other byte order than this machine's", Kind::unsupported)
            .advise("compile it on this machine, or with -target bpfel or bpfeb"));
  }
  if (header.e_ident[EI_CLASS] != ELFCLASS64)
    return fail(bad_object(image, "not a 64-bit ELF object"));
  std::vector<Section> sections = TRY(sections_at(image, header));
  if (header.e_shstrndx >= sections.size())
    return fail(bad_object(image, "its sections have no names"));
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const char* name = text_at(sections[header.e_shstrndx].bytes, sections[i].header.sh_name);
    if (name == nullptr)
      return fail(bad_object(image, "section " + std::to_string(i) + " has no name"));
    sections[i].name = name;
  }
  return sections;
}

const char* text_at(Bytes table, std::uint64_t offset) {
  if (offset >= table.size() || table.back() != std::byte{0}) return nullptr;
  return reinterpret_cast<const char*>(table.data()) + offset;
}

const Section* find_section(std::span<const Section> sections, std::string_view name) {
  for (const Section& section : sections)
    if (section.name == name) return &section;
  return nullptr;
}

std::vector<Symbol> symbols_of(std::span<const Section> sections) {
  std::vector<Symbol> symbols;
  for (const Section& table : sections) {
    if (table.header.sh_type != SHT_SYMTAB) continue;
    const Bytes names = sections[table.header.sh_link].bytes;
    for (std::size_t at = 0; at < table.bytes.size(); at += sizeof(Elf64_Sym)) {
      const auto symbol = read_at<Elf64_Sym>(table.bytes, at);
      if (symbol.st_shndx != SHN_UNDEF && symbol.st_shndx < SHN_LORESERVE)
        symbols.push_back({text_at(names, symbol.st_name), symbol.st_shndx, symbol.st_value,
                           symbol.st_size, static_cast<std::size_t>(&table - sections.data()),
                           at / sizeof(Elf64_Sym)});
    }
  }
  return symbols;
}

std::string license_of(std::span<const Section> sections) {
  const Section* section = find_section(sections, "license");
  if (section == nullptr) return {};
  const auto* text = reinterpret_cast<const char*>(section->bytes.data());
  return {text, strnlen(text, section->bytes.size())};
}

}  // namespace bpfmaps::object
