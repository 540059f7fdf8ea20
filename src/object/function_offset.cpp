// SPDX-License-Identifier: BSD-2-Clause
#include "object/function_offset.h"

#include <optional>

#include "base/text.h"
#include "object/elf.h"

namespace bpfmaps::object {
namespace {

std::optional<std::uint64_t> find_in(const Sections& sections, const Section& table,
                                     const std::string& wanted) {
  std::optional<std::uint64_t> found;
  const auto look = [&](std::size_t, const Elf64_Sym& symbol, const char* name) {
    if (found || ELF64_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_shndx == SHN_UNDEF ||
        symbol.st_shndx >= sections.size() || name == nullptr || name != wanted)
      return;
    const Elf64_Shdr& section = sections[symbol.st_shndx].header;
    if (symbol.st_value >= section.sh_addr && symbol.st_value - section.sh_addr < section.sh_size)
      found = symbol.st_value - section.sh_addr + section.sh_offset;
  };
  for_each_symbol(sections, table, look);
  return found;
}

}  // namespace

Result<std::uint64_t> function_offset(const std::string& path, const std::string& name) {
  const ElfImage image = TRY(open_image(path));
  const auto sections = TRY(read_sections(image));
  for (const Section& section : sections)
    if (section.header.sh_type == SHT_SYMTAB || section.header.sh_type == SHT_DYNSYM)
      if (const auto offset = find_in(sections, section, name)) return *offset;
  return fail(Error::refused(Kind::not_found, "find a function", path + ":" + name,
                             "the file has no function of that name",
                             "`nm " + shell_word(path) +
                                 "` and `nm -D` show what it has; an offset "
                                 "may stand in its place: PATH:0x1234"));
}

}  // namespace bpfmaps::object
