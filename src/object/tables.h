// SPDX-License-Identifier: BSD-2-Clause
// Tables that an object fills itself: of programs that call each other, and of maps.
#pragma once

#include <bpf/libbpf.h>

#include <span>
#include <string>
#include <vector>

#include "object/legacy_maps.h"

namespace bpfmaps::object {

/// What iproute2's loader puts into a table once all is loaded; libbpf knows nothing of it.
struct TableEntry {
  bpf_map* table;
  std::uint32_t index;
  bpf_program* program;  ///< null where it is a map
  bpf_map* map;
};

/// Programs in sections "ID/INDEX", and maps with the id that a map of maps names.
std::vector<TableEntry> table_entries(bpf_object* object, std::span<const LegacyMap> maps);

/// Writes `entry`, whose object is loaded.
Status write_entry(const TableEntry& entry);

/// A program that a table holds once the object is loaded, by libbpf's way of declaring it
/// (`.values = {...}`).
struct TableProgram {
  std::string table, program;
};
std::vector<TableProgram> programs_in_tables(const Sections& sections);

/// The maps that the code of `program` refers to, by name; those of functions that it calls, where
/// the compiler has not put them into it, are left out.
std::vector<std::string> maps_used_by(std::string_view program, const Sections& sections);

}  // namespace bpfmaps::object
