// SPDX-License-Identifier: BSD-2-Clause
// BPF objects are always 64-bit ELF, and only those of this machine's byte order can be loaded:
// their headers are read as they lie in memory.
#include "object/elf.h"

#include <bit>
#include <cstring>

#include "kernel/btf_check.h"

namespace bpfmaps::object {
namespace {

constexpr unsigned char kThisByteOrder =
    std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;

/// What makes `image` no good, as an Error.
Error bad(const Image& image, std::string why, Kind kind = Kind::invalid) {
  return Error::refused(kind, "read object", image.name(), std::move(why));
}

std::string machine_name(unsigned machine) {
  switch (machine) {
    case EM_386: return "x86";
    case EM_X86_64: return "x86-64";
    case EM_ARM: return "ARM";
    case EM_AARCH64: return "AArch64";
    case EM_RISCV: return "RISC-V";
    default: return "machine " + std::to_string(machine);
  }
}

Result<Elf64_Ehdr> read_header(const Image& image) {
  const Bytes file = image.contents();
  if (file.empty()) return fail(bad(image, "the file is empty"));
  if (file.size() < SELFMAG || std::memcmp(file.data(), ELFMAG, SELFMAG) != 0)
    return fail(bad(image, "not an ELF object"));
  if (file.size() < sizeof(Elf64_Ehdr)) return fail(bad(image, "truncated in its ELF header"));
  const auto header = read_at<Elf64_Ehdr>(file, 0);
  // e_machine lies at the same place in 32-bit files; its byte order is the file's.
  const bool foreign = header.e_ident[EI_DATA] != kThisByteOrder;
  const unsigned machine = foreign ? __builtin_bswap16(header.e_machine) : header.e_machine;
  if (machine != EM_BPF) {
    return fail(
        bad(image, "an ELF file for " + machine_name(machine) + ", not for BPF", Kind::unsupported)
            .advise("compile the program with `clang -target bpf -g -O2 -c`"));
  }
  if (foreign) {
    return fail(
        bad(image, "compiled for the other byte order than this machine's", Kind::unsupported)
            .advise("compile it on this machine, or with -target bpfel or bpfeb"));
  }
  if (header.e_ident[EI_CLASS] != ELFCLASS64) return fail(bad(image, "not a 64-bit ELF object"));
  if (header.e_type != ET_REL) return fail(bad(image, "not a relocatable ELF object"));
  if (header.e_shnum == 0 || header.e_shentsize != sizeof(Elf64_Shdr))
    return fail(bad(image, "its ELF header has no table of sections"));
  if (!within(header.e_shoff, std::uint64_t{header.e_shnum} * sizeof(Elf64_Shdr), file.size()))
    return fail(bad(image, "truncated: its section headers lie behind the end of the file"));
  return header;
}

/// A string table's text at `offset`; nothing where the table does not hold one there.
const char* text_at(Bytes table, std::uint64_t offset) {
  if (offset >= table.size() || table.back() != std::byte{0}) return nullptr;
  return reinterpret_cast<const char*>(table.data()) + offset;
}

Status check_symbols(const Image& image, std::span<const Section> sections, const Section& table) {
  if (table.header.sh_entsize != sizeof(Elf64_Sym) || table.bytes.size() % sizeof(Elf64_Sym) != 0)
    return fail(bad(image, "its symbol table is no sequence of symbols"));
  if (table.header.sh_link >= sections.size() ||
      sections[table.header.sh_link].header.sh_type != SHT_STRTAB)
    return fail(bad(image, "its symbol table has no names"));
  const Section& names = sections[table.header.sh_link];
  for (std::size_t i = 0; i < table.bytes.size() / sizeof(Elf64_Sym); ++i) {
    const auto symbol = read_at<Elf64_Sym>(table.bytes, i * sizeof(Elf64_Sym));
    const auto which = [&] { return "its symbol " + std::to_string(i); };
    if (text_at(names.bytes, symbol.st_name) == nullptr)
      return fail(bad(image, which() + " has no name in the table of names"));
    if (symbol.st_shndx == SHN_UNDEF || symbol.st_shndx >= SHN_LORESERVE) continue;
    if (symbol.st_shndx >= sections.size())
      return fail(bad(image, which() + " lies in a section that is not there"));
    const Section& home = sections[symbol.st_shndx];
    if (!within(symbol.st_value, symbol.st_size, home.header.sh_size))
      return fail(
          bad(image, which() + " reaches behind the end of section " + std::string(home.name)));
  }
  return {};
}

Status check_relocations(const Image& image, std::span<const Section> sections,
                         const Section& table) {
  const std::string name(table.name);
  if (table.header.sh_entsize != sizeof(Elf64_Rel) || table.bytes.size() % sizeof(Elf64_Rel) != 0)
    return fail(bad(image, "section " + name + " is no sequence of relocations"));
  if (table.header.sh_info >= sections.size() || table.header.sh_link >= sections.size() ||
      sections[table.header.sh_link].header.sh_type != SHT_SYMTAB)
    return fail(bad(image, "section " + name + " relocates nothing that is there"));
  const Section& target = sections[table.header.sh_info];
  const std::size_t symbols = sections[table.header.sh_link].bytes.size() / sizeof(Elf64_Sym);
  for (std::size_t i = 0; i < table.bytes.size() / sizeof(Elf64_Rel); ++i) {
    const auto relocation = read_at<Elf64_Rel>(table.bytes, i * sizeof(Elf64_Rel));
    if (relocation.r_offset >= target.header.sh_size || ELF64_R_SYM(relocation.r_info) >= symbols)
      return fail(bad(image, "relocation " + std::to_string(i) + " of section " + name +
                                 " points behind an end"));
  }
  return {};
}

}  // namespace

Result<std::vector<Section>> read_sections(const Image& image) {
  const Bytes file = image.contents();
  const Elf64_Ehdr header = TRY(read_header(image));
  const Bytes headers = file.subspan(header.e_shoff);
  std::vector<Section> sections(header.e_shnum);
  for (std::size_t i = 0; i < sections.size(); ++i) {
    Section& section = sections[i];
    section.header = read_at<Elf64_Shdr>(headers, i * sizeof(Elf64_Shdr));
    if (section.header.sh_type == SHT_NOBITS || section.header.sh_type == SHT_NULL) continue;
    if (!within(section.header.sh_offset, section.header.sh_size, file.size())) {
      return fail(bad(image, "truncated: section " + std::to_string(i) +
                                 " reaches behind the end of the file"));
    }
    section.bytes = file.subspan(section.header.sh_offset, section.header.sh_size);
  }
  if (header.e_shstrndx >= sections.size()) return fail(bad(image, "its sections have no names"));
  for (std::size_t i = 0; i < sections.size(); ++i) {
    Section& section = sections[i];
    const char* name = text_at(sections[header.e_shstrndx].bytes, section.header.sh_name);
    if (name == nullptr) return fail(bad(image, "section " + std::to_string(i) + " has no name"));
    section.name = name;
    // libbpf would copy bytes that are not there (its issue 894 is one such case).
    if (section.header.sh_type == SHT_NOBITS && !section.name.starts_with(".bss"))
      return fail(bad(image, "section " + std::string(name) + " has a size but no contents"));
  }
  for (const Section& section : sections) {
    if (section.header.sh_type == SHT_SYMTAB) TRY(check_symbols(image, sections, section));
    if (section.header.sh_type == SHT_REL) TRY(check_relocations(image, sections, section));
    if (section.name == ".BTF") TRY(kernel::check_btf(section.bytes, image.name()));
    if (section.name == ".BTF.ext") TRY(kernel::check_btf_ext(section.bytes, image.name()));
  }
  return sections;
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
        symbols.push_back({text_at(names, symbol.st_name), symbol.st_shndx, symbol.st_value});
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
