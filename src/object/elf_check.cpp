// SPDX-License-Identifier: BSD-2-Clause
#include "object/elf_check.h"

#include "kernel/btf_check.h"

namespace bpfmaps::object {
namespace {

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

Status check_machine(const ElfImage& image) {
  const Elf64_Ehdr header = TRY(read_header(image));
  const unsigned machine = header.e_machine;
  if (machine == EM_BPF) return {};
  return fail(bad_object(image, "an ELF file for " + machine_name(machine) + ", not for BPF",
                         Kind::unsupported)
                  .advise("compile the program with `clang -target bpf -g -O2 -c`"));
}

/// What is wrong with a symbol, behind "its symbol 7"; "" for nothing.
std::string why_bad(const Sections& sections, const Elf64_Sym& symbol, const char* name) {
  if (name == nullptr) return " has no name in the table of names";
  if (symbol.st_shndx == SHN_UNDEF || symbol.st_shndx >= SHN_LORESERVE) return {};
  if (symbol.st_shndx >= sections.size()) return " lies in a section that is not there";
  const Section& home = sections[symbol.st_shndx];
  if (within(symbol.st_value, symbol.st_size, home.header.sh_size)) return {};
  return " reaches behind the end of section " + std::string(home.name);
}

Status check_symbols(const ElfImage& image, const Sections& sections, const Section& table) {
  if (table.header.sh_link >= sections.size() ||
      sections[table.header.sh_link].header.sh_type != SHT_STRTAB)
    return fail(bad_object(image, "its symbol table has no names"));
  std::string wrong;
  const auto check = [&](std::size_t i, const Elf64_Sym& symbol, const char* name) {
    const std::string why = why_bad(sections, symbol, name);
    if (wrong.empty() && !why.empty()) wrong = "its symbol " + std::to_string(i) + why;
  };
  if (!for_each_symbol(sections, table, check))
    return fail(bad_object(image, "its symbol table is no sequence of symbols"));
  if (!wrong.empty()) return fail(bad_object(image, wrong));
  return {};
}

Status check_relocations(const ElfImage& image, const Sections& sections, const Section& table) {
  const std::string name(table.name);
  if (table.header.sh_entsize != sizeof(Elf64_Rel) || table.bytes.size() % sizeof(Elf64_Rel) != 0)
    return fail(bad_object(image, "section " + name + " is no sequence of relocations"));
  if (table.header.sh_info >= sections.size() || table.header.sh_link >= sections.size() ||
      sections[table.header.sh_link].header.sh_type != SHT_SYMTAB)
    return fail(bad_object(image, "section " + name + " relocates nothing that is there"));
  const Section& target = sections[table.header.sh_info];
  const std::size_t symbols = sections[table.header.sh_link].bytes.size() / sizeof(Elf64_Sym);
  for (std::size_t i = 0; i < table.bytes.size() / sizeof(Elf64_Rel); ++i) {
    const auto relocation = read_at<Elf64_Rel>(table.bytes, i * sizeof(Elf64_Rel));
    if (relocation.r_offset >= target.header.sh_size || ELF64_R_SYM(relocation.r_info) >= symbols)
      return fail(bad_object(image, "relocation " + std::to_string(i) + " of section " + name +
                                        " points behind an end"));
  }
  return {};
}

}  // namespace

Result<Sections> read_bpf_object(const ElfImage& image) {
  TRY(check_machine(image));
  Sections sections = TRY(read_sections(image));
  if (sections.header().e_type != ET_REL)
    return fail(bad_object(image, "not a relocatable ELF object"));
  for (const Section& section : sections) {
    const Elf64_Word type = section.header.sh_type;
    // libbpf would copy bytes that are not there (its issue 894 is one such case).
    if (type == SHT_NOBITS && !section.name.starts_with(".bss")) {
      return fail(bad_object(
          image, "section " + std::string(section.name) + " has a size but no contents"));
    }
    if ((section.header.sh_flags & SHF_COMPRESSED) != 0 && !section.name.starts_with(".debug")) {
      return fail(bad_object(
          image,
          "section " + std::string(section.name) + " is compressed: libbpf does not read that",
          Kind::unsupported));
    }
    if (section.name == "license" && section.bytes.empty())  // libbpf would read it all the same
      return fail(bad_object(image, "its license section is empty"));
    if (type == SHT_SYMTAB) TRY(check_symbols(image, sections, section));
    if (type == SHT_REL) TRY(check_relocations(image, sections, section));
    if (section.name == ".BTF") TRY(kernel::check_btf(section.bytes, image.name()));
    if (section.name == ".BTF.ext") TRY(kernel::check_btf_ext(section.bytes, image.name()));
  }
  return sections;
}

}  // namespace bpfmaps::object
