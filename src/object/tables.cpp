// SPDX-License-Identifier: BSD-2-Clause
#include "object/tables.h"

#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "base/number.h"
#include "kernel/map/map_kind.h"

namespace bpfmaps::object {
namespace {

/// "7/0" is place 0 of the table of id 7.
struct Place {
  std::uint32_t id, index;
};
std::optional<Place> place_of(std::string_view section) {
  const std::size_t slash = section.find('/');
  if (slash == section.npos) return std::nullopt;
  const auto id = parse_u64(section.substr(0, slash)), index = parse_u64(section.substr(slash + 1));
  if (!id || !index || *id > UINT32_MAX || *index > UINT32_MAX) return std::nullopt;
  return Place{static_cast<std::uint32_t>(*id), static_cast<std::uint32_t>(*index)};
}

bool is_code(const Section& section) { return (section.header.sh_flags & SHF_EXECINSTR) != 0; }

/// A place in a section that is filled with where a symbol ends up.
struct Reference {
  std::size_t section;
  std::uint64_t offset;
  const Symbol* to;
};

std::vector<Reference> references(const Sections& sections, const std::vector<Symbol>& symbols) {
  std::map<std::pair<std::size_t, std::size_t>, const Symbol*> by_place;
  for (const Symbol& symbol : symbols) by_place[{symbol.table, symbol.index}] = &symbol;
  std::vector<Reference> found;
  for (const Section& table : sections) {
    if (table.header.sh_type != SHT_REL) continue;
    for (std::size_t at = 0; at < table.bytes.size(); at += sizeof(Elf64_Rel)) {
      const auto relocation = read_at<Elf64_Rel>(table.bytes, at);
      const auto to = by_place.find({table.header.sh_link, ELF64_R_SYM(relocation.r_info)});
      if (to != by_place.end())
        found.push_back({table.header.sh_info, relocation.r_offset, to->second});
    }
  }
  return found;
}

/// The variable or function that lies at `offset` of a section, or null.
const Symbol* symbol_around(const std::vector<Symbol>& symbols, std::size_t section,
                            std::uint64_t offset) {
  for (const Symbol& symbol : symbols)
    if (symbol.section == section && !symbol.name.empty() && symbol.value <= offset &&
        offset - symbol.value < symbol.size)
      return &symbol;
  return nullptr;
}

}  // namespace

std::vector<TableEntry> table_entries(bpf_object* object, std::span<const LegacyMap> maps) {
  std::vector<TableEntry> entries;
  const auto handle_of = [&](const LegacyMap& map) {
    return bpf_object__find_map_by_name(object, map.name.c_str());
  };
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object) {
    const auto place = place_of(bpf_program__section_name(program));
    if (!place) continue;
    const auto table = std::ranges::find_if(maps, [&](const LegacyMap& map) {
      return map.id == place->id && kernel::kind_of(map.type).holds == kernel::Holds::programs;
    });
    if (table != maps.end()) entries.push_back({handle_of(*table), place->index, program, nullptr});
  }
  for (const LegacyMap& table : maps) {
    if (!table.inner || maps[*table.inner].id == 0) continue;
    for (const LegacyMap& map : maps)
      if (map.id == maps[*table.inner].id && map.index && !map.inner)
        entries.push_back({handle_of(table), *map.index, nullptr, handle_of(map)});
  }
  std::erase_if(entries, [](const TableEntry& entry) {
    return entry.table == nullptr || (entry.program == nullptr && entry.map == nullptr);
  });
  return entries;
}

Status write_entry(const TableEntry& entry) {
  const int fd = entry.program != nullptr ? bpf_program__fd(entry.program) : bpf_map__fd(entry.map);
  if (bpf_map_update_elem(bpf_map__fd(entry.table), &entry.index, &fd, BPF_ANY) == 0) return {};
  const int code = errno;
  const char* held =
      entry.program != nullptr ? bpf_program__name(entry.program) : bpf_map__name(entry.map);
  return fail(Error::from_errno(code, "fill table", bpf_map__name(entry.table))
                  .because(std::string(held) + " does not go to place " +
                           std::to_string(entry.index) + " of it"));
}

std::vector<TableProgram> programs_in_tables(const Sections& sections) {
  std::vector<TableProgram> found;
  const std::vector<Symbol> symbols = symbols_of(sections);
  for (const Reference& reference : references(sections, symbols)) {
    if (sections[reference.section].name != ".maps" || !is_code(sections[reference.to->section]))
      continue;
    const Symbol* table = symbol_around(symbols, reference.section, reference.offset);
    if (table != nullptr)
      found.push_back({std::string(table->name), std::string(reference.to->name)});
  }
  return found;
}

std::vector<std::string> maps_used_by(std::string_view program, const Sections& sections) {
  std::vector<std::string> found;
  const std::vector<Symbol> symbols = symbols_of(sections);
  for (const Reference& reference : references(sections, symbols)) {
    if (!is_code(sections[reference.section])) continue;
    const Symbol* user = symbol_around(symbols, reference.section, reference.offset);
    if (user != nullptr && user->name == program) found.emplace_back(reference.to->name);
  }
  return found;
}

}  // namespace bpfmaps::object
