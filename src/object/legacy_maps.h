// SPDX-License-Identifier: BSD-2-Clause
// Map definitions of old: a struct of numbers for each map in a section "maps" or "maps/NAME".
// Which numbers there are was each loader's own choice; the sizes of the structs tell them apart.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "object/elf.h"

namespace bpfmaps::object {

struct LegacyMap {
  std::string name;
  std::size_t section = 0;   ///< index of the section that holds the definition
  std::uint32_t offset = 0;  ///< of the definition, there
  std::uint32_t size = 0;    ///< of the definition, at least kLeastDefinition
  std::size_t symbol = 0;    ///< index of its symbol in its table
  std::uint32_t type = 0, key_size = 0, value_size = 0, max_entries = 0, flags = 0;
  std::optional<std::uint32_t> numa_node = {};
  bool pinned = false;
  std::uint32_t id = 0;  ///< by which iproute2's definitions refer to each other; 0 for none
  std::optional<std::size_t> inner = {};    ///< of a map of maps: the definition of those in it
  std::optional<std::uint32_t> index = {};  ///< of a map in a map of maps: where iproute2 puts it
};

/// The five numbers that all loaders agreed on: type, sizes of key and value, entries, flags.
inline constexpr std::size_t kLeastDefinition = 20;

bool is_legacy(const Section& section);
bool has_legacy_maps(const Sections& sections);

/// One map for each symbol in such a section, in the order of sections and offsets. Errors are of
/// Kind::unsupported and name the map that nobody's loader could have meant.
Result<std::vector<LegacyMap>> read_legacy_maps(const ElfImage& image, const Sections& sections);

/// Why legacy maps cannot be taken, and what to do.
Error refuse_legacy(const ElfImage& image, std::string why);

}  // namespace bpfmaps::object
