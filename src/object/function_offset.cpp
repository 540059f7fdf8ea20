// SPDX-License-Identifier: BSD-2-Clause
#include "object/function_offset.h"

#include <optional>
#include <span>

#include "base/text.h"
#include "object/elf.h"

namespace bpfmaps::object {
namespace {

std::optional<std::uint64_t> find_in(std::span<const Section> sections, const Section& table,
                                     const std::string& wanted) {
  if (table.header.sh_link >= sections.size()) return std::nullopt;
  const Bytes names = sections[table.header.sh_link].bytes;
  for (std::size_t i = 0; i < table.bytes.size() / sizeof(Elf64_Sym); ++i) {
    const auto symbol = read_at<Elf64_Sym>(table.bytes, i * sizeof(Elf64_Sym));
    if (ELF64_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_shndx == SHN_UNDEF ||
        symbol.st_shndx >= sections.size())
      continue;
    const char* name = text_at(names, symbol.st_name);
    if (name == nullptr || name != wanted) continue;
    const Elf64_Shdr& section = sections[symbol.st_shndx].header;
    if (symbol.st_value < section.sh_addr || symbol.st_value - section.sh_addr >= section.sh_size)
      continue;
    return symbol.st_value - section.sh_addr + section.sh_offset;
  }
  return std::nullopt;
}

}  // namespace

Result<std::uint64_t> function_offset(const std::string& path, const std::string& name) {
  const Image image = TRY(open_image(path));
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
