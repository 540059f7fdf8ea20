// SPDX-License-Identifier: BSD-2-Clause
// Entries as JSON, back into bytes: the fast way and the slow one agree.
#include "layout/entry_json.h"

#include <gmock/gmock.h>

#include <random>

#include "unit/layout/flow.h"

namespace bpfmaps::layout {
namespace {

using testing::FlowTypes;
using ::testing::HasSubstr;
using testing::Types;

std::string row_of(const RowSpec& spec, const unsigned char* key, const unsigned char* value) {
  Buffer text;
  make_rows(spec, {.form = output::Form::jsonl})
      ->append({.keys = key, .values = value, .count = 1}, text);
  return std::string(text.text());
}

TEST(EntryJson, reads_what_dump_prints_of_any_bytes) {
  Types types;
  const int u8 = types.integer("__u8", 1), u16 = types.integer("__u16", 2),
            u32 = types.integer("__u32", 4), u64 = types.integer("__u64", 8),
            s64 = types.signed_integer("__s64", 8), wide = types.integer("__u128", 16),
            real = types.floating("double", 8), yes = types.integer("_Bool", 1, BTF_INT_BOOL),
            color = types.enumeration("color", 4, {{"RED", 0}, {"GREEN", 1}, {"BLUE", 255}});
  const Layout key =
      types.layout(types.structure("k", 8, {{"a", u16, 0}, {"b", u8, 16}, {"c", u32, 32}}));
  const Layout value =
      types.layout(types.structure("v", 136,
                                   {{"n", u64, 0},
                                    {"s", s64, 64},
                                    {"w", wide, 128},
                                    {"d", real, 256},
                                    {"y", yes, 320},
                                    {"e", color, 352},
                                    {"bits", u32, 384, 5},
                                    {"more", u32, 389, 20},
                                    {"many", types.array(u16, 20), 416 + 16},
                                    {"p", types.pointer(0), 768},
                                    {"t", types.array(types.integer("char", 1), 32), 832}}));
  const RowSpec spec{.key = &key, .value = &value};
  const EntryJson json(spec);
  const Scan scan(spec);
  std::mt19937_64 random(7);
  int compared = 0;
  for (int i = 0; i < 2000; ++i) {
    std::vector<unsigned char> k(8), v(136), k2(8), v2(136);
    for (auto* bytes : {&k, &v})
      for (unsigned char& byte : *bytes)
        byte = random() % 3 == 0 ? static_cast<unsigned char>(random() % 128) : 0;
    const std::string row = row_of(spec, k.data(), v.data());
    ASSERT_TRUE(json.read(row, k2.data(), v2.data())) << row;
    EXPECT_EQ(row_of(spec, k2.data(), v2.data()), row);
    std::vector<unsigned char> k3(8), v3(136), k4(8), v4(136);
    // Escapes are the slow way's.
    if (row.find('\\') == row.npos) {
      ++compared;
      EXPECT_TRUE(scan.run(row, k3.data(), v3.data())) << row;
      EXPECT_EQ(k3, k2);
      EXPECT_EQ(v3, v2) << row;
    }
    const auto tree = read_json(row, "row");
    ASSERT_TRUE(json.read_tree(*tree, k4.data(), v4.data()));
    EXPECT_EQ(k4, k2);
    EXPECT_EQ(v4, v2) << row;
  }
  EXPECT_GT(compared, 100);
}

TEST(EntryJson, takes_blanks_and_any_order_and_says_what_is_wrong) {
  const FlowTypes flow;
  const Layout key = Layout::index();
  Types types;
  const int u64 = types.integer("__u64", 8);
  const Layout value =
      types.layout(types.structure("v", 16, {{"packets", u64, 0}, {"bytes", u64, 64}}));
  const RowSpec spec{.key = &key, .value = &value};
  const EntryJson json(spec);
  const auto read = [&](std::string_view row) {
    std::vector<unsigned char> k(4), v(16);
    const Status done = json.read(row, k.data(), v.data());
    return done ? row_of(spec, k.data(), v.data()) : "! " + done.error().context + "\n";
  };
  const std::string plain = "{\"key\":7,\"value\":{\"packets\":1,\"bytes\":2}}\n";
  EXPECT_EQ(read(plain), plain);
  EXPECT_EQ(read(" { \"key\" : 7 , \"value\": {\"packets\": 1, \"bytes\" : 2 } }  "), plain);
  EXPECT_EQ(read("{\"value\":{\"bytes\":2,\"packets\":1},\"key\":7}"), plain);
  EXPECT_THAT(read("{\"key\":7}"), HasSubstr("no `value`"));
  EXPECT_THAT(read("{\"key\":7,\"value\":{\"pakets\":1}}"), HasSubstr("no field `pakets`"));
  EXPECT_THAT(read("{\"key\":4294967296,\"value\":{}}"), HasSubstr("0 to 4294967295"));
  EXPECT_THAT(read("{\"key\":07,\"value\":{}}"), HasSubstr("no JSON"));
  EXPECT_THAT(read("[1]"), HasSubstr("an entry is an object"));
  EXPECT_THAT(read("{\"key\":7,\"value\":{\"packets\":18446744073709551616,\"bytes\":0}}"),
              HasSubstr("`value.packets`"));
  EXPECT_EQ(read("{\"key\":7,\"value\":{\"packets\":18446744073709551615,\"bytes\":0}}"),
            "{\"key\":7,\"value\":{\"packets\":18446744073709551615,\"bytes\":0}}\n");
}

}  // namespace
}  // namespace bpfmaps::layout
