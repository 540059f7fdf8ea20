// SPDX-License-Identifier: BSD-2-Clause
// LPM tries: which entry a lookup finds, and that every verb agrees about which entries there are.
#include "kernel/map/prefix.h"

#include <gmock/gmock.h>

#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "kernel/fixture.h"
#include "kernel/map/reader.h"
#include "kernel/map/writer.h"
#include "kernel/pin/pin.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"

namespace bpfmaps::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

struct Key {
  std::uint32_t bits;
  unsigned char data[4];

  bool operator==(const Key& other) const { return std::memcmp(this, &other, sizeof other) == 0; }
  bool operator<(const Key& other) const { return std::memcmp(this, &other, sizeof other) < 0; }
};

/// The first `bits` bits of `key`.
Key cut(Key key, std::uint32_t bits) {
  key.bits = bits;
  for (std::uint32_t bit = bits; bit < 32; ++bit)
    key.data[bit / 8] &= static_cast<unsigned char>(~(0x80 >> bit % 8));
  return key;
}

class Prefixes : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    const bpf_map_create_opts options{.sz = sizeof(bpf_map_create_opts),
                                      .map_flags = BPF_F_NO_PREALLOC};
    const Fd trie(must(
        bpf_map_create(BPF_MAP_TYPE_LPM_TRIE, "rules", sizeof(Key), 8, 1000, &options), "create"));
    pin_fd(trie.get(), path);
  }
  kernel::Map open() { return *kernel::map_at(path, kernel::Access::write); }

  const std::string path = pin("rules");
};

TEST_F(Prefixes, are_found_as_a_walk_over_all_of_them_finds_them) {
  const kernel::Map map = open();
  std::mt19937 random(1);
  std::map<Key, std::uint64_t> there;
  // Few addresses, so that most prefixes lie in one another.
  const auto any = [&] {
    return cut({0,
                {10, static_cast<unsigned char>(random() % 3 * 64), 0,
                 static_cast<unsigned char>(random() % 8)}},
               random() % 33);
  };
  for (int i = 0; i < 200; ++i) {
    const Key key = any();
    const std::uint64_t value = there[key] = random() % 2;  // many are alike
    must(bpf_map_update_elem(map.fd(), &key, &value, BPF_ANY), "update");
  }
  EXPECT_TRUE(kernel::tries_are_exact()) << "Linux 6.13 or newer is expected here";
  for (int i = 0; i < 2000; ++i) {
    const Key key = any();
    Key wanted{}, found{}, read{};
    std::uint64_t value = 9, exact = 9;
    bool covered = false;
    for (std::uint32_t bits = key.bits + 1; bits-- > 0 && !covered;)
      covered = there.contains(wanted = cut(key, bits));
    ASSERT_EQ(kernel::lookup_prefix(map, &key, &found, &value).has_value(), covered);
    ASSERT_EQ(kernel::find_prefix_by_reading(map, &key, &read).has_value(), covered);
    ASSERT_EQ(kernel::lookup_exact(map, &key, &exact).has_value(), there.contains(key));
    if (!covered) continue;
    EXPECT_EQ(found, wanted);
    EXPECT_EQ(read, wanted);
    EXPECT_EQ(value, there[wanted]);
    if (there.contains(key)) EXPECT_EQ(exact, there[key]);
  }
}

TEST_F(Prefixes, of_an_empty_trie_are_not_found) {
  const kernel::Map map = open();
  const Key key{32, {10, 0, 0, 1}};
  Key found{};
  std::uint64_t value = 0;
  EXPECT_EQ(kernel::lookup_prefix(map, &key, &found, &value).error().kind, Kind::not_found);
  EXPECT_EQ(kernel::lookup_exact(map, &key, &value).error().kind, Kind::not_found);
  EXPECT_EQ(kernel::find_prefix_by_reading(map, &key, &found).error().kind, Kind::not_found);
}

TEST_F(Prefixes, that_only_cover_a_key_are_told_from_its_own) {
  const std::string there = "hex 8 0 0 0 a 0 0 0", inside = "hex 20 0 0 0 a 1 2 3";
  const auto line = [&](const std::string& verb, const std::string& key) {
    return "map " + verb + " " + path + " key " + key;
  };
  done(line("update", there) + " value 1 0 0 0 9 3 0 0");
  EXPECT_EQ(json::parse(done(line("lookup", inside) + " --json"))["key"],
            "08 00 00 00 0a 00 00 00");
  EXPECT_THAT(refused(line("delete", inside), 3), HasSubstr("map lookup` shows the longest"));
  refused(line("update", inside) + " value 1 0 0 0 0 0 0 0 exist", 3);
  refused(line("update", inside) + " value 1 0 0 0 0 0 0 0 exist --merge", 3);
  EXPECT_THAT(refused(line("lookup", "hex 8 0 0 0 b 0 0 0"), 3), HasSubstr("no prefix in the map"));
}

TEST_F(Prefixes, keep_only_their_own_fields_when_they_are_merged) {
  const std::string typed = " --value-type u32[2]";
  done("map update " + path + " key hex 8 0 0 0 a 0 0 0 value [1,777]" + typed);
  done("map update " + path + " key hex 20 0 0 0 a 1 2 3 value [0]=2 --merge" + typed);
  const auto value = [&](const std::string& key) {
    return json::parse(done("map lookup " + path + " key " + key + " --json" + typed))["value"];
  };
  EXPECT_EQ(value("hex 20 0 0 0 a 1 2 3"), json({2, 0}));
  done("map update " + path + " key hex 8 0 0 0 a 0 0 0 value [0]=3 --merge" + typed);
  EXPECT_EQ(value("hex 8 0 0 0 a 0 0 0"), json({3, 777}));
}

}  // namespace
}  // namespace bpfmaps::test
