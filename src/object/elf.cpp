// SPDX-License-Identifier: BSD-2-Clause
// What is read here is always 64-bit ELF of this machine's byte order, so that sections and symbols
// have the form that they have in the file.
#include "object/elf.h"

#include <gelf.h>
#include <libelf.h>

#include <bit>
#include <cstring>

namespace bpfmaps::object {
namespace {

std::string libelf_reason() {
  const char* text = elf_errmsg(-1);  // of the last call that failed
  return text != nullptr ? text : "unknown error";
}

/// libelf's view of the bytes of `image`, which it does not change.
Result<std::shared_ptr<Elf>> open_elf(const ElfImage& image) {
  const Bytes file = image.contents();
  if (file.empty()) return fail(bad_object(image, "the file is empty"));
  if (file.size() < SELFMAG || std::memcmp(file.data(), ELFMAG, SELFMAG) != 0)
    return fail(bad_object(image, "not an ELF object"));
  elf_version(EV_CURRENT);
  auto* bytes = const_cast<char*>(reinterpret_cast<const char*>(file.data()));
  std::shared_ptr<Elf> opened(elf_memory(bytes, file.size()), elf_end);
  if (opened == nullptr || elf_kind(opened.get()) != ELF_K_ELF)
    return fail(bad_object(image, "truncated, or no ELF object: " + libelf_reason()));
  return opened;
}

Result<Elf64_Ehdr> header_of(const ElfImage& image, Elf* file) {
  GElf_Ehdr header;
  if (gelf_getehdr(file, &header) != nullptr) return header;
  return fail(bad_object(image, "truncated in its ELF header: " + libelf_reason()));
}

Status check_form(const ElfImage& image, const Elf64_Ehdr& header) {
  if (is_foreign(header)) {
    return fail(
        bad_object(image, "made for the other byte order than this machine's", Kind::unsupported)
            .advise("compile it on this machine, or with -target bpfel or bpfeb"));
  }
  if (header.e_ident[EI_CLASS] != ELFCLASS64)
    return fail(bad_object(image, "not a 64-bit ELF object"));
  // With 65,280 sections and more it is 0 and the number is elsewhere: neither libbpf nor
  // legacy.cpp know that.
  if (header.e_shnum == 0 || header.e_shentsize != sizeof(Elf64_Shdr))
    return fail(bad_object(image, "its ELF header has no table of sections"));
  return {};
}

/// The section without its name.
Result<Section> read_section(const ElfImage& image, Elf* file, std::size_t index) {
  const auto which = [index] { return "section " + std::to_string(index); };
  Elf_Scn* scn = elf_getscn(file, index);
  Section section;
  if (scn == nullptr || gelf_getshdr(scn, &section.header) == nullptr)
    return fail(bad_object(image, "truncated: " + which() + " has no header within the file"));
  if (section.header.sh_type == SHT_NOBITS || section.header.sh_type == SHT_NULL) return section;
  const Elf_Data* data = elf_rawdata(scn, nullptr);
  if (data == nullptr || data->d_size != section.header.sh_size) {
    return fail(bad_object(image, "truncated: " + which() + " reaches behind the end of the file"));
  }
  // An empty section's address is null.
  if (data->d_buf != nullptr)
    section.bytes = {static_cast<const std::byte*>(data->d_buf), data->d_size};
  return section;
}

}  // namespace

Error bad_object(const ElfImage& image, std::string why, Kind kind) {
  return Error::refused(kind, "read object", image.name(), std::move(why));
}

Result<Elf64_Ehdr> read_header(const ElfImage& image) {
  return header_of(image, TRY(open_elf(image)).get());
}

bool is_foreign(const Elf64_Ehdr& header) {
  constexpr unsigned char kThisByteOrder =
      std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
  return header.e_ident[EI_DATA] != kThisByteOrder;
}

Result<Sections> read_sections(const ElfImage& image) {
  std::shared_ptr<Elf> file = TRY(open_elf(image));
  const Elf64_Ehdr header = TRY(header_of(image, file.get()));
  TRY(check_form(image, header));
  std::size_t count = 0;
  if (elf_getshdrnum(file.get(), &count) != 0 || count != header.e_shnum)
    return fail(bad_object(image, "truncated: its section headers lie behind the end of the file"));
  std::vector<Section> sections;
  for (std::size_t i = 0; i < count; ++i)
    sections.push_back(TRY(read_section(image, file.get(), i)));
  for (std::size_t i = 0; i < count; ++i) {
    const char* name = elf_strptr(file.get(), header.e_shstrndx, sections[i].header.sh_name);
    if (name == nullptr)
      return fail(bad_object(image, "section " + std::to_string(i) + " has no name"));
    sections[i].name = name;
  }
  return Sections(std::move(file), header, std::move(sections));
}

Result<Bytes> contents_of(const ElfImage& image, const Sections& sections, const Section& section) {
  if ((section.header.sh_flags & SHF_COMPRESSED) == 0) return section.bytes;
  Elf_Scn* scn = elf_getscn(sections.file(), sections.index_of(section));
  GElf_Chdr about;
  if (gelf_getchdr(scn, &about) == nullptr || about.ch_size > kLargestImage ||
      elf_compress(scn, 0, 0) < 0) {
    return fail(bad_object(image, "section " + std::string(section.name) +
                                      " cannot be decompressed: " + libelf_reason()));
  }
  const Elf_Data* data = elf_getdata(scn, nullptr);
  if (data == nullptr || data->d_buf == nullptr) return Bytes();
  return Bytes(static_cast<const std::byte*>(data->d_buf), data->d_size);
}

const Section* find_section(const Sections& sections, std::string_view name) {
  for (const Section& section : sections)
    if (section.name == name) return &section;
  return nullptr;
}

bool for_each_symbol(const Sections& sections, const Section& table, const SymbolVisitor& visit) {
  const std::size_t index = sections.index_of(table);
  Elf_Data* data = elf_getdata(elf_getscn(sections.file(), index), nullptr);
  if (data == nullptr || table.header.sh_entsize != sizeof(Elf64_Sym) ||
      table.bytes.size() % sizeof(Elf64_Sym) != 0)
    return false;
  for (std::size_t i = 0; i < table.bytes.size() / sizeof(Elf64_Sym); ++i) {
    GElf_Sym symbol;
    if (gelf_getsym(data, static_cast<int>(i), &symbol) == nullptr) return false;
    visit(i, symbol, elf_strptr(sections.file(), table.header.sh_link, symbol.st_name));
  }
  return true;
}

std::vector<Symbol> symbols_of(const Sections& sections) {
  std::vector<Symbol> symbols;
  for (const Section& table : sections) {
    if (table.header.sh_type != SHT_SYMTAB) continue;
    for_each_symbol(sections, table,
                    [&](std::size_t index, const Elf64_Sym& symbol, const char* name) {
                      if (symbol.st_shndx == SHN_UNDEF || symbol.st_shndx >= SHN_LORESERVE) return;
                      symbols.push_back({name, symbol.st_shndx, symbol.st_value, symbol.st_size,
                                         sections.index_of(table), index});
                    });
  }
  return symbols;
}

std::string license_of(const Sections& sections) {
  const Section* section = find_section(sections, "license");
  if (section == nullptr || section->bytes.empty()) return {};
  const auto* text = reinterpret_cast<const char*>(section->bytes.data());
  return {text, strnlen(text, section->bytes.size())};
}

}  // namespace bpfmaps::object
