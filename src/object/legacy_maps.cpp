// SPDX-License-Identifier: BSD-2-Clause
// The layouts, by size in bytes, beyond the five numbers:
//
//   24, 28   samples of the kernel: index of the inner map, NUMA node (where the flags ask for one)
//   28       aya, iproute2 before 4.12: id, pinning
//   36       iproute2's struct bpf_elf_map: id, pinning, inner id, inner index
//   280      gobpf: pinning, and 256 bytes with the name of a directory
//   others   may follow the five numbers with zeros
#include "object/legacy_maps.h"

#include <linux/bpf.h>

#include <algorithm>
#include <array>

#include "kernel/map/map_kind.h"

namespace bpfmaps::object {
namespace {

constexpr std::size_t kGobpf = 280, kIproute2 = 36, kSamples = 28;
constexpr std::uint32_t kNoIndex = UINT32_MAX;  // iproute2: the map is put nowhere

bool holds_maps(std::uint32_t type) { return kernel::kind_of(type).holds == kernel::Holds::maps; }

using Numbers = std::array<std::uint32_t, kIproute2 / 4>;

/// The numbers of a definition; those that it is too short for are 0.
Numbers numbers_of(Bytes definition) {
  Numbers numbers{};
  for (std::size_t i = 0; i < numbers.size() && (i + 1) * 4 <= definition.size(); ++i)
    numbers[i] = read_at<std::uint32_t>(definition, i * 4);
  return numbers;
}

class Reader {
 public:
  Reader(const ElfImage& image, const Sections& sections) : image_(image), sections_(sections) {}

  Result<std::vector<LegacyMap>> read() && {
    for (const Symbol& symbol : symbols_of(sections_))
      if (is_legacy(sections_[symbol.section]) && !symbol.name.empty()) add(symbol);
    const auto place = [](const LegacyMap& map) { return std::pair(map.section, map.offset); };
    std::ranges::stable_sort(maps_, {}, place);
    const auto is_same = [&](const LegacyMap& one, const LegacyMap& next) {
      return place(one) == place(next);  // two names for one map
    };
    maps_.erase(std::unique(maps_.begin(), maps_.end(), is_same), maps_.end());
    TRY(check_sections());
    for (std::size_t i = 0; i < maps_.size(); ++i) TRY(read(i));
    for (std::size_t i = 0; i < maps_.size(); ++i) TRY(find_inner(i));
    return std::move(maps_);
  }

 private:
  void add(const Symbol& symbol) {
    maps_.push_back({.name = std::string(symbol.name),
                     .section = symbol.section,
                     .offset = static_cast<std::uint32_t>(symbol.value),
                     .size = static_cast<std::uint32_t>(symbol.size),
                     .symbol = symbol.index});
  }

  Status check_sections() const {
    for (std::size_t i = 0; i < sections_.size(); ++i) {
      if (!is_legacy(sections_[i])) continue;
      for (const Section& other : sections_)
        if (other.header.sh_type == SHT_REL && other.header.sh_info == i)
          return fail(refuse_legacy(image_, "a legacy map refers to something else in the object"));
      const auto first = std::ranges::find(maps_, i, &LegacyMap::section);
      if (first == maps_.end() || first->offset != 0)
        return fail(refuse_legacy(image_, "its section \"" + std::string(sections_[i].name) +
                                              "\" is no sequence of definitions"));
    }
    return {};
  }

  Status read(std::size_t i) {
    LegacyMap& map = maps_[i];
    const Bytes section = sections_[map.section].bytes;
    const bool is_last = i + 1 == maps_.size() || maps_[i + 1].section != map.section;
    const std::size_t room = (is_last ? section.size() : maps_[i + 1].offset) - map.offset;
    // A symbol without a size: the definition reaches to the next one.
    if (map.size < kLeastDefinition || map.size > room) map.size = static_cast<std::uint32_t>(room);
    if (map.size < kLeastDefinition)
      return fail(refuse_legacy(image_, "legacy map " + map.name + " is too short a definition"));
    const Bytes definition = section.subspan(map.offset, map.size);
    const Numbers numbers = numbers_.emplace_back(numbers_of(definition));
    map.type = numbers[0];
    map.key_size = numbers[1];
    map.value_size = numbers[2];
    map.max_entries = numbers[3];
    map.flags = numbers[4];
    if (map.size == kGobpf) {
      map.pinned = numbers[5] != 0;
    } else if (map.size <= kIproute2) {
      read_more(map, numbers);
    } else if (std::ranges::any_of(definition.subspan(kLeastDefinition),
                                   [](std::byte byte) { return byte != std::byte{0}; })) {
      return fail(refuse_legacy(image_, "legacy map " + map.name +
                                            " has fields beyond type, sizes and flags that no "
                                            "known loader has"));
    }
    return {};
  }

  static void read_more(LegacyMap& map, const Numbers& numbers) {
    map.id = numbers[5];
    if ((map.flags & BPF_F_NUMA_NODE) != 0 && map.size <= kSamples)
      map.numa_node = numbers[6];
    else
      map.pinned = numbers[6] != 0;
    if (map.size == kIproute2 && numbers[8] != kNoIndex) map.index = numbers[8];
  }

  Status find_inner(std::size_t i) {
    LegacyMap& map = maps_[i];
    if (!holds_maps(map.type)) return {};
    const std::uint32_t by_place = numbers_[i][5], by_id = numbers_[i][7];
    const auto found = map.size <= kSamples && by_place < maps_.size()
                           ? maps_.begin() + by_place
                           : std::ranges::find_if(maps_, [&](const LegacyMap& one) {
                               return one.id != 0 && one.id == by_id;
                             });
    if (found == maps_.end() || holds_maps(found->type)) {
      return fail(refuse_legacy(
          image_, "legacy map " + map.name + " is a map of maps and does not say of which"));
    }
    map.inner = static_cast<std::size_t>(found - maps_.begin());
    return {};
  }

  const ElfImage& image_;
  const Sections& sections_;
  std::vector<LegacyMap> maps_;
  std::vector<Numbers> numbers_;  // of each
};

}  // namespace

bool is_legacy(const Section& section) {
  return section.header.sh_type == SHT_PROGBITS &&
         (section.name == "maps" || section.name.starts_with("maps/"));
}

bool has_legacy_maps(const Sections& sections) { return std::ranges::any_of(sections, is_legacy); }

Result<std::vector<LegacyMap>> read_legacy_maps(const ElfImage& image, const Sections& sections) {
  return Reader(image, sections).read();
}

Error refuse_legacy(const ElfImage& image, std::string why) {
  return Error::refused(Kind::unsupported, "read legacy maps", image.name(), std::move(why),
                        "define the map in \".maps\" with __uint() and __type()");
}

}  // namespace bpfmaps::object
