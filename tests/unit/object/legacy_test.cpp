// SPDX-License-Identifier: BSD-2-Clause
// Maps of old: read, and refused by name where they are more than their five numbers.
#include <elf.h>
#include <gmock/gmock.h>
#include <linux/bpf.h>

#include <algorithm>
#include <cstring>

#include "object/elf.h"
#include "object/inspect.h"
#include "support/paths.h"

namespace bpfmaps::object {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A copy of the fixture, for a test to change.
class LegacyTest : public testing::Test {
 protected:
  LegacyTest() {
    const auto image = open_image(std::string(BPFMAPS_FIXTURES) + "/legacy.bpf.o");
    EXPECT_TRUE(image) << image.error().message();
    contents_.assign(image->contents().begin(), image->contents().end());
    const auto sections = read_sections(*image);
    for (const Section& section : *sections)
      sections_.emplace_back(section.name, section.header.sh_offset);
  }

  /// The n-th number of the i-th map's definition.
  void set(std::size_t i, std::size_t n, std::uint32_t value) {
    const auto maps = std::ranges::find(sections_, "maps", &Place::first);
    const std::size_t at = maps->second + (i * 9 + n) * 4;
    std::memcpy(&contents_.at(at), &value, sizeof value);
  }

  /// Takes a section's name away.
  void forget(std::string_view name) {
    const auto header = read_at<Elf64_Ehdr>(contents_, 0);
    for (std::size_t i = 0; i < sections_.size(); ++i)
      if (sections_[i].first == name)
        std::memset(&contents_.at(header.e_shoff + i * sizeof(Elf64_Shdr)), 0, 4);
  }

  Result<Spec> spec() const { return inspect(ElfImage("legacy.bpf.o", contents_)); }

  /// "name type key/value/entries/flags" of each map.
  std::vector<std::string> maps() const {
    const auto read = spec();
    EXPECT_TRUE(read) << read.error().message();
    if (!read) return {};
    EXPECT_TRUE(read->legacy);
    std::vector<std::string> lines;
    for (const MapSpec& map : read->maps)
      lines.push_back(map.name + " " + std::to_string(map.type) + " " +
                      std::to_string(map.key_size) + "/" + std::to_string(map.value_size) + "/" +
                      std::to_string(map.max_entries) + "/" + std::to_string(map.flags) +
                      (map.pinned_by_name ? " pinned" : ""));
    return lines;
  }

  std::string refusal() const {
    const auto read = spec();
    return read ? "" : read.error().message();
  }

 private:
  std::vector<std::byte> contents_;
  using Place = std::pair<std::string, std::size_t>;
  std::vector<Place> sections_;  // name and offset
};

TEST_F(LegacyTest, reads_definitions) {
  EXPECT_THAT(maps(), ElementsAre("verdicts 2 4/8/5/0", "lengths 1 4/8/42/1 pinned"));
  EXPECT_EQ(spec()->programs.at(0).name, "legacy");
}

TEST_F(LegacyTest, reads_definitions_without_btf) {
  forget(".BTF");
  forget(".BTF.ext");
  EXPECT_THAT(maps(), ElementsAre("verdicts 2 4/8/5/0", "lengths 1 4/8/42/1 pinned"));
}

TEST_F(LegacyTest, takes_any_number) {
  set(0, 3, 0xffffffff);
  EXPECT_THAT(maps().at(0), HasSubstr("verdicts 2 4/8/4294967295/0"));
}

TEST_F(LegacyTest, refuses_maps_of_maps_that_do_not_say_of_which) {
  set(0, 0, BPF_MAP_TYPE_HASH_OF_MAPS);
  EXPECT_THAT(refusal(), HasSubstr("verdicts is a map of maps and does not say of which"));
  set(0, 7, 3);
  EXPECT_THAT(refusal(), HasSubstr("verdicts is a map of maps and does not say of which"));
  set(1, 5, 3);
  set(0, 2, 4);
  EXPECT_THAT(maps(), ElementsAre("verdicts 13 4/4/5/0", "lengths 1 4/8/42/1 pinned"));
}

}  // namespace
}  // namespace bpfmaps::object
