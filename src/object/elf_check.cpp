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

Status check_machine(const Image& image) {
  const Elf64_Ehdr header = TRY(read_header(image));
  // e_machine lies at the same place in 32-bit files; its byte order is the file's.
  const unsigned machine =
      is_foreign(header) ? __builtin_bswap16(header.e_machine) : header.e_machine;
  if (machine == EM_BPF) return {};
  return fail(bad_object(image, "an ELF file for " + machine_name(machine) + ", not for BPF",
                         Kind::unsupported)
                  .advise("compile the program with `clang -target bpf -g -O2 -c`"));
}

Status check_symbols(const Image& image, std::span<const Section> sections, const Section& table) {
  if (table.header.sh_entsize != sizeof(Elf64_Sym) || table.bytes.size() % sizeof(Elf64_Sym) != 0)
    return fail(bad_object(image, "its symbol table is no sequence of symbols"));
  if (table.header.sh_link >= sections.size() ||
      sections[table.header.sh_link].header.sh_type != SHT_STRTAB)
    return fail(bad_object(image, "its symbol table has no names"));
  const Section& names = sections[table.header.sh_link];
  for (std::size_t i = 0; i < table.bytes.size() / sizeof(Elf64_Sym); ++i) {
    const auto symbol = read_at<Elf64_Sym>(table.bytes, i * sizeof(Elf64_Sym));
    const auto which = [&] { return "its symbol " + std::to_string(i); };
    if (text_at(names.bytes, symbol.st_name) == nullptr)
      return fail(bad_object(image, which() + " has no name in the table of names"));
    if (symbol.st_shndx == SHN_UNDEF || symbol.st_shndx >= SHN_LORESERVE) continue;
    if (symbol.st_shndx >= sections.size())
      return fail(bad_object(image, which() + " lies in a section that is not there"));
    const Section& home = sections[symbol.st_shndx];
    if (!within(symbol.st_value, symbol.st_size, home.header.sh_size))
      return fail(bad_object(
          image, which() + " reaches behind the end of section " + std::string(home.name)));
  }
  return {};
}

Status check_relocations(const Image& image, std::span<const Section> sections,
                         const Section& table) {
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

Result<std::vector<Section>> read_bpf_object(const Image& image) {
  TRY(check_machine(image));
  std::vector<Section> sections = TRY(read_sections(image));
  if (TRY(read_header(image)).e_type != ET_REL)
    return fail(bad_object(image, "not a relocatable ELF object"));
  for (const Section& section : sections) {
    const Elf64_Word type = section.header.sh_type;
    // libbpf would copy bytes that are not there (its issue 894 is one such case).
    if (type == SHT_NOBITS && !section.name.starts_with(".bss")) {
      return fail(bad_object(
          image, "section " + std::string(section.name) + " has a size but no contents"));
    }
    if (type == SHT_SYMTAB) TRY(check_symbols(image, sections, section));
    if (type == SHT_REL) TRY(check_relocations(image, sections, section));
    if (section.name == ".BTF") TRY(kernel::check_btf(section.bytes, image.name()));
    if (section.name == ".BTF.ext") TRY(kernel::check_btf_ext(section.bytes, image.name()));
  }
  return sections;
}

}  // namespace bpfmaps::object
