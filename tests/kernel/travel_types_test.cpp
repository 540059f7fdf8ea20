// SPDX-License-Identifier: BSD-2-Clause
// Maps of all types that can be read, saved and restored: the same bytes come back.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <gmock/gmock.h>

#include <cstring>
#include <random>

#include "base/fd.h"
#include "kernel/sandbox.h"
#include "kernel/travel.h"
#include "support/bpfmaps.h"
#include "support/must.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

using ::testing::HasSubstr;

class TravelTypes : public KernelTest {};

// Bytes of any value, for a type of map and types of keys and values by chance.
TEST_F(TravelTypes, what_is_saved_restored_and_saved_again_is_the_same) {
  struct Kind {
    const char* type;
    bool own_keys, per_cpu, has_keys;
  };
  constexpr Kind kKinds[] = {
      {"hash", true, false, true},       {"lru_hash", true, false, true},
      {"percpu_hash", true, true, true}, {"lru_percpu_hash", true, true, true},
      {"array", false, false, true},     {"percpu_array", false, true, true},
      {"lpm_trie", true, false, true},   {"queue", false, false, false},
      {"stack", false, false, false},
  };
  constexpr std::pair<const char*, std::size_t> kTypes[] = {
      {"u8", 1},  {"u16", 2}, {"u32", 4}, {"u64", 8}, {"s8", 1},  {"s16", 2},
      {"s32", 4}, {"s64", 8}, {"1", 1},   {"12", 12}, {"31", 31}, {"64", 64}};
  std::mt19937 random(17);
  const std::size_t cpus = static_cast<std::size_t>(libbpf_num_possible_cpus());
  for (int i = 0; i < 36; ++i) {
    const Kind& kind = kKinds[static_cast<std::size_t>(i) % std::size(kKinds)];
    const bool trie = std::string(kind.type) == "lpm_trie";
    const auto [key, key_size] =
        trie ? std::pair("8", std::size_t{8}) : kTypes[random() % std::size(kTypes)];
    const auto [value, value_size] = kTypes[random() % std::size(kTypes)];
    const std::string from = pin("from" + std::to_string(i)), to = pin("to" + std::to_string(i));
    const char* const take = kind.has_keys ? "" : " --consume";
    std::string create = "map create " + from + " type " + kind.type;
    if (kind.has_keys) create += std::string(" key ") + (kind.own_keys ? key : "4");
    create += std::string(" value ") + value + " entries 40 name made";
    if (trie) create += " flags no_prealloc";
    SCOPED_TRACE(create);
    done(create);
    const Fd map(bpf_obj_get(from.c_str()));
    for (std::uint32_t entry = 0; entry < 20; ++entry) {
      std::vector<unsigned char> k(64), v(((value_size + 7) & ~std::size_t{7}) * cpus);
      for (unsigned char& byte : k) byte = static_cast<unsigned char>(random());
      for (unsigned char& byte : v) byte = static_cast<unsigned char>(random());
      if (trie) {
        // Bits behind the prefix mean nothing to the kernel, which keeps them.
        const std::uint32_t bits = random() % 33;
        std::memcpy(k.data(), &bits, sizeof bits);
      } else if (!kind.own_keys) {
        std::memcpy(k.data(), &entry, sizeof entry);
      }
      must(bpf_map_update_elem(map.get(), kind.has_keys ? k.data() : nullptr, v.data(), 0), "put");
    }
    const std::string saved = done("map save " + from + take);
    const Ran restored = run_bpfmaps({"map", "restore", "-", to, "--create"}, {.input = saved});
    ASSERT_EQ(restored.exit_code, 0) << restored.err;
    const std::string again = done("map save " + to + take);
    EXPECT_EQ(entry_lines(again), entry_lines(saved));
    if (!kind.has_keys) EXPECT_EQ(again.substr(again.find('\n')), saved.substr(saved.find('\n')));
    const auto types = [](const std::string& text) {
      const std::size_t at = std::min(text.find("\"types\":"), text.find("\"schema\":"));
      return text.substr(at, text.find("\"kernel\":") - at);
    };
    EXPECT_EQ(types(again), types(saved));
    if (kind.has_keys) EXPECT_EQ(done("map diff " + from + " " + to), "no differences\n");
  }
}

// What the kernel does not look at is carried, too; it decides only which keys are the same.
TEST_F(TravelTypes, bits_behind_a_prefix_stay_as_they_were) {
  done("map create " + pin("trie") + " type lpm_trie key 8 value 4 entries 9 flags no_prealloc");
  const auto import = [&](const std::string& lines, const std::string& option) {
    return run_bpfmaps({"map", "import", pin("trie"), "-", "--jsonl", option}, {.input = lines});
  };
  const auto line = [](const char* last, const char* value) {
    return std::string("{\"key\":\"08 00 00 00 0a 01 02 ") + last + "\",\"value\":\"" + value +
           " 00 00 00\"}\n";
  };
  const auto dumped = [&] { return done("map dump " + pin("trie") + " --jsonl"); };
  const std::string three = line("03", "01");
  EXPECT_EQ(import(line("03", "01"), "--replace").out,
            "{\"entries\":1,\"written\":1,\"added\":1,\"changed\":0,\"unchanged\":0,"
            "\"removed\":0}\n");
  EXPECT_EQ(dumped(), three);
  const std::string saved = done("map save " + pin("trie"));
  // Another key for the same prefix changes this very entry.
  EXPECT_EQ(import(line("04", "02"), "--replace").out,
            "{\"entries\":1,\"written\":1,\"added\":0,\"changed\":1,\"unchanged\":0,"
            "\"removed\":0}\n");
  EXPECT_THAT(import(line("03", "01") + line("04", "02"), "--merge").err,
              HasSubstr("entries 1 and 2"));
  import(line("04", "02") + line("03", "01"), "--last-wins");
  EXPECT_EQ(dumped(), three);
  done("map clear " + pin("trie"));
  EXPECT_EQ(run_bpfmaps({"map", "restore", "-", pin("trie")}, {.input = saved}).exit_code, 0);
  EXPECT_EQ(dumped(), three);
  done("map copy " + pin("trie") + " " + pin("other") + " --create");
  EXPECT_EQ(done("map dump " + pin("other") + " --jsonl"), three);
  EXPECT_EQ(done("map diff " + pin("trie") + " " + pin("other")), "no differences\n");
}

}  // namespace
}  // namespace bpfmaps::test
