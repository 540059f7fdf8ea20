// SPDX-License-Identifier: BSD-2-Clause
#include "layout/parse.h"

#include <gmock/gmock.h>

#include <cstring>
#include <limits>

#include "base/text.h"
#include "unit/layout/types.h"

namespace bpfmaps::layout {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Types;
using Words = std::vector<std::string>;

/// What `words` make of zeros, in hex, or the error's message and hint.
std::string parsed(const Layout& layout, const Words& words, unsigned char before = 0) {
  std::vector<unsigned char> bytes(layout.root().size, before);
  const Status status = parse(layout, {"value", words}, bytes);
  if (!status) {
    EXPECT_EQ(status.error().kind, Kind::usage);
    const std::string& hint = status.error().hint;
    return status.error().message() + (hint.empty() ? "" : " | " + hint);
  }
  std::string hex;
  append_hex(hex, bytes.data(), bytes.size());
  return hex;
}

// Each named as C would: `scalars.u8`.
struct Scalars {
  Types types;
  Layout u8 = types.layout(types.integer("__u8", 1));
  Layout u32 = types.layout(types.integer("__u32", 4));
  Layout u64 = types.layout(types.integer("__u64", 8));
  Layout s8 = types.layout(types.signed_integer("__s8", 1));
  Layout s64 = types.layout(types.signed_integer("__s64", 8));
  Layout boolean = types.layout(types.integer("_Bool", 1, BTF_INT_BOOL));
  Layout wide = types.layout(types.signed_integer("__int128", 16));
  Layout pointer = types.layout(types.pointer(0));
  Layout f32 = types.layout(types.floating("float", 4));
  Layout f64 = types.layout(types.floating("double", 8));
  int state = types.enumeration("state", 4, {{"NEW", 0}, {"OPEN", 1}, {"BAD", 4294967295}});
  Layout enumeration = types.layout(state);
  Layout text = types.layout(types.array(types.integer("char", 1, BTF_INT_SIGNED), 4));
  int be16 = types.type_name("__be16", types.integer("__u16", 2));
  int be32 = types.type_name("__be32", types.integer("unsigned int", 4));
  Layout port = types.layout(be16);
  Layout number = types.layout(be32);
  Layout address = types.layout(types.type_name("ipv4_t", be32));
};

TEST(Parse, numbers_in_decimal_and_hex_and_with_a_sign) {
  const Scalars of;
  EXPECT_EQ(parsed(of.u32, {"258"}), "02 01 00 00");
  EXPECT_EQ(parsed(of.u32, {"0x102"}), "02 01 00 00");
  EXPECT_EQ(parsed(of.u32, {"+1"}), "01 00 00 00");
  EXPECT_EQ(parsed(of.s8, {"-1"}), "ff");
  EXPECT_EQ(parsed(of.s8, {"-0x80"}), "80");
  EXPECT_EQ(parsed(of.u64, {"18446744073709551615"}), "ff ff ff ff ff ff ff ff");
  EXPECT_EQ(parsed(of.s64, {"-9223372036854775808"}), "00 00 00 00 00 00 00 80");
}

TEST(Parse, a_number_that_does_not_fit_is_refused_with_the_range_of_its_type) {
  const Scalars of;
  EXPECT_EQ(parsed(of.u8, {"256"}), "`value` (__u8) takes 0 to 255, not `256`");
  EXPECT_EQ(parsed(of.u8, {"-1"}), "`value` (__u8) takes 0 to 255, not `-1`");
  EXPECT_EQ(parsed(of.s8, {"128"}), "`value` (__s8) takes -128 to 127, not `128`");
  EXPECT_EQ(parsed(of.s8, {"-129"}), "`value` (__s8) takes -128 to 127, not `-129`");
  EXPECT_EQ(parsed(of.u64, {"18446744073709551616"}),
            "`value` (__u64) takes 0 to 18446744073709551615, not `18446744073709551616`");
  EXPECT_EQ(parsed(of.u64, {"99999999999999999999999999"}),
            "`value` (__u64) takes 0 to 18446744073709551615, not `99999999999999999999999999`");
  EXPECT_EQ(parsed(of.u8, {"many"}), "`value` (__u8) takes a number, 0 to 255, not `many`");
  EXPECT_EQ(parsed(of.u8, {""}), "`value` (__u8) takes a number, 0 to 255, not ``");
  EXPECT_EQ(parsed(of.u8, {"1e1"}), "`value` (__u8) takes a number, 0 to 255, not `1e1`");
}

TEST(Parse, json_numbers_keep_every_digit) {
  const Scalars of;
  EXPECT_EQ(parsed(of.u64, {R"("18446744073709551615")"}), "ff ff ff ff ff ff ff ff");
  Types types;
  const Layout both = types.layout(types.structure(
      "both", 16, {{"u", types.integer("__u64", 8)}, {"s", types.signed_integer("__s64", 8), 64}}));
  EXPECT_EQ(parsed(both, {R"({"u":18446744073709551615,"s":-9223372036854775808})"}),
            "ff ff ff ff ff ff ff ff 00 00 00 00 00 00 00 80");
  EXPECT_EQ(parsed(both, {R"({"u":"9007199254740993","s":"-1"})"}),
            "01 00 00 00 00 00 20 00 ff ff ff ff ff ff ff ff");
  EXPECT_THAT(parsed(both, {R"({"u":18446744073709551616})"}),
              HasSubstr("0 to 18446744073709551615, not `18446744073709551616`"));
  EXPECT_THAT(parsed(both, {R"({"u":1.5})"}), HasSubstr("not `1.5`"));
  EXPECT_THAT(parsed(both, {R"({"u":true})"}), HasSubstr("not `true`"));
}

TEST(Parse, booleans_enums_pointers_wide_integers_and_floats) {
  const Scalars of;
  EXPECT_EQ(parsed(of.boolean, {"true"}), "01");
  EXPECT_EQ(parsed(of.boolean, {"0"}), "00");
  EXPECT_EQ(parsed(of.boolean, {"2"}), "`value` (_Bool) takes true or false, not `2`");
  EXPECT_EQ(parsed(of.enumeration, {"OPEN"}), "01 00 00 00");
  EXPECT_EQ(parsed(of.enumeration, {"BAD"}), "ff ff ff ff");
  EXPECT_EQ(parsed(of.enumeration, {"7"}), "07 00 00 00");
  EXPECT_EQ(parsed(of.enumeration, {"OPPEN"}),
            "`value` (enum state) takes a name of enum state, not `OPPEN` | did you mean `OPEN`?");
  EXPECT_THAT(parsed(of.enumeration, {"zebra"}), HasSubstr("| names: NEW, OPEN, BAD"));
  EXPECT_EQ(parsed(of.pointer, {"0xffff888100000000"}), "00 00 00 00 81 88 ff ff");
  EXPECT_EQ(
      parsed(of.wide, {"0x1"}), "01" + [] {
        std::string zeros;
        for (int i = 0; i < 15; ++i) zeros += " 00";
        return zeros;
      }());
  EXPECT_EQ(parsed(of.wide, {"0x102030405060708090a0b0c0d0e0f10"}),
            "10 0f 0e 0d 0c 0b 0a 09 08 07 06 05 04 03 02 01");
  EXPECT_THAT(parsed(of.wide, {"0x102030405060708090a0b0c0d0e0f1011"}), HasSubstr("32 hex digits"));
  EXPECT_EQ(parsed(of.f32, {"1.5"}), "00 00 c0 3f");
  EXPECT_EQ(parsed(of.f64, {"-Infinity"}), "00 00 00 00 00 00 f0 ff");
  EXPECT_EQ(parsed(of.f32, {"1e39"}),
            "`value` (float) takes a number that float can hold, not `1e39`");
}

TEST(Parse, text_may_fill_its_array_and_not_more) {
  const Scalars of;
  EXPECT_EQ(parsed(of.text, {"ab"}, 0xff), "61 62 00 00");
  EXPECT_EQ(parsed(of.text, {"abcd"}), "61 62 63 64");
  EXPECT_EQ(parsed(of.text, {""}, 0xff), "00 00 00 00");
  EXPECT_EQ(parsed(of.text, {"a=b"}), "61 3d 62 00");
  EXPECT_EQ(parsed(of.text, {"{"}), "7b 00 00 00");
  EXPECT_EQ(parsed(of.text, {R"("\u00e9\"")"}), "c3 a9 22 00");
  EXPECT_EQ(parsed(of.text, {"hex"}), "68 65 78 00");
  EXPECT_EQ(parsed(of.text, {"\xff"}), "ff 00 00 00");
  EXPECT_EQ(parsed(of.text, {"abcde"}), "`value` (char[4]) holds 4 bytes of text, not 5");
  EXPECT_THAT(parsed(of.text, {"two", "words"}), HasSubstr("stands in quotes"));
}

TEST(Parse, numbers_in_network_order_are_given_in_host_order) {
  Scalars of;
  const Layout be64 = of.types.layout(of.types.type_name("__be64", of.types.integer("__u64", 8)));
  EXPECT_EQ(parsed(of.port, {"443"}), "01 bb");
  EXPECT_EQ(parsed(of.port, {R"("443")"}), "01 bb");
  EXPECT_EQ(parsed(of.port, {"65536"}), "`value` (__be16) takes 0 to 65535, not `65536`");
  EXPECT_EQ(parsed(of.number, {"0x0a000001"}), "0a 00 00 01");
  EXPECT_EQ(parsed(of.number, {"10.0.0.1"}), "0a 00 00 01");
  EXPECT_EQ(parsed(of.number, {"10.0.1"}),
            "`value` (__be32) takes a number, 0 to 4294967295, not `10.0.1`");
  EXPECT_EQ(parsed(be64, {"258"}), "00 00 00 00 00 00 01 02");
}

TEST(Parse, addresses_are_text_or_numbers_in_host_order) {
  Scalars of;
  EXPECT_EQ(parsed(of.address, {"10.0.0.1"}), "0a 00 00 01");
  EXPECT_EQ(parsed(of.address, {"167772161"}), "0a 00 00 01");
  EXPECT_EQ(parsed(of.address, {"10.0.1"}), "`value` (ipv4_t) takes an IPv4 address, not `10.0.1`");
  Layout both =
      of.types.layout(of.types.structure("both", 8, {{"address", of.be32}, {"port", of.be16, 32}}));
  EXPECT_EQ(parsed(both, {R"({"address":167772161,"port":443})"}), "0a 00 00 01 01 bb 00 00");
  EXPECT_EQ(parsed(both, {R"({"address":"10.0.0.1","port":"443"})"}), "0a 00 00 01 01 bb 00 00");
  EXPECT_EQ(parsed(both, {"address=10.0.0.1", "port=443"}), "0a 00 00 01 01 bb 00 00");
}

TEST(Parse, structs_of_addresses_take_text_or_their_members) {
  Scalars of;
  const int v4 = of.types.structure("in_addr", 4, {{"s_addr", of.be32}});
  const int bytes = of.types.array(of.types.integer("__u8", 1), 16);
  const int words = of.types.array(of.be32, 4);
  const int parts = of.types.one_of("", 16, {{"u6_addr8", bytes}, {"u6_addr32", words}});
  const int v6 = of.types.structure("in6_addr", 16, {{"in6_u", parts}});
  EXPECT_EQ(parsed(of.types.layout(v4), {"10.0.0.1"}), "0a 00 00 01");
  EXPECT_EQ(parsed(of.types.layout(v4), {"s_addr=10.0.0.1"}), "0a 00 00 01");
  EXPECT_EQ(parsed(of.types.layout(v6), {"::ffff:1"}),
            "00 00 00 00 00 00 00 00 00 00 00 00 ff ff 00 01");
  // Both members of the union, as dump prints them.
  EXPECT_EQ(
      parsed(of.types.layout(v6), {R"({"in6_u":{"u6_addr8":[1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,2],)"
                                   R"("u6_addr32":[16777216,0,0,2]}})"}),
      "01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 02");
  EXPECT_THAT(parsed(of.types.layout(v6), {"1.2.3.4"}), HasSubstr("takes an IPv6 address"));
  const int six = of.types.array(of.types.integer("__u8", 1), 6);
  const Layout mac = of.types.layout(of.types.structure("ethaddr", 6, {{"addr", six}}));
  EXPECT_EQ(parsed(mac, {"02:00:00:00:0a:ff"}), "02 00 00 00 0a ff");
  EXPECT_EQ(parsed(mac, {R"({"addr":[2,0,0,0,10,255]})"}), "02 00 00 00 0a ff");
}

TEST(Parse, macs_and_prefixes) {
  Types types;
  const int six = types.array(types.integer("__u8", 1), 6);
  const Layout hop = types.layout(types.structure("hop", 6, {{"dst_mac", six}}));
  EXPECT_EQ(parsed(hop, {"dst_mac=02:00:00:00:0a:ff"}), "02 00 00 00 0a ff");
  EXPECT_EQ(parsed(hop, {"dst_mac=02-00-00-00-0A-FF"}), "02 00 00 00 0a ff");
  EXPECT_EQ(parsed(hop, {R"({"dst_mac":[2,0,0,0,10,255]})"}), "02 00 00 00 0a ff");
  EXPECT_THAT(parsed(hop, {"dst_mac=02:00"}), HasSubstr("takes a MAC address like"));

  Layout untyped = Layout::raw(8);
  untyped.make_prefix();
  EXPECT_EQ(parsed(untyped, {"10.1.0.0/16"}), "10 00 00 00 0a 01 00 00");
  EXPECT_EQ(parsed(untyped, {"10.1.0.0"}), "20 00 00 00 0a 01 00 00");
  EXPECT_EQ(parsed(untyped, {"10 00 00 00 0a 01 00 00"}), "10 00 00 00 0a 01 00 00");
  EXPECT_THAT(parsed(untyped, {"10.1.0.0/33"}), HasSubstr("takes an IPv4 prefix"));
  EXPECT_THAT(parsed(untyped, {"10.1.0.0/"}), HasSubstr("takes an IPv4 prefix"));
  Layout six_key = Layout::raw(20);
  six_key.make_prefix();
  EXPECT_EQ(parsed(six_key, {"2001:db8::/32"}),
            "20 00 00 00 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 00");
}

TEST(Parse, a_prefix_is_no_longer_than_its_address) {
  Types types;
  const int u32 = types.integer("__u32", 4);
  Layout eight = types.layout(
      types.structure("prefix", 12, {{"length", u32}, {"data", types.integer("__u64", 8), 32}}));
  eight.make_prefix();
  EXPECT_EQ(parsed(eight, {"length=64"}), "40 00 00 00 00 00 00 00 00 00 00 00");
  EXPECT_EQ(parsed(eight, {"length=65"}),
            "`value` (struct prefix) has 64 bits, and cannot be a prefix of 65");
  Layout raw = Layout::raw(8);
  raw.make_prefix();
  EXPECT_THAT(parsed(raw, {"99", "0", "0", "0", "1", "2", "3", "4"}), HasSubstr("a prefix of 99"));
}

TEST(Parse, bytes_as_bpftool_takes_them) {
  const Scalars of;
  const Layout raw = Layout::raw(4);
  EXPECT_EQ(parsed(raw, {"1", "0", "0x1f", "255"}), "01 00 1f ff");
  EXPECT_EQ(parsed(raw, {"hex", "01", "a", "0x1f", "ff"}), "01 0a 1f ff");
  EXPECT_EQ(parsed(raw, {"01 0a 1f ff"}), "01 0a 1f ff");
  EXPECT_EQ(parsed(raw, {R"("01 0a 1f ff")"}), "01 0a 1f ff");
  EXPECT_EQ(parsed(of.u32, {"1", "0", "0", "0"}), "01 00 00 00");
  EXPECT_EQ(parsed(of.u8, {"10"}), "0a") << "one word is a number";
  EXPECT_EQ(parsed(Layout::raw(1), {"10"}), "0a") << "bpftool's decimal";
  EXPECT_EQ(parsed(Layout::raw(1), {R"("10")"}), "10") << "what dump prints";
  EXPECT_THAT(parsed(raw, {"1", "2", "3"}), HasSubstr("`value` has 4 bytes, not 3"));
  EXPECT_EQ(parsed(raw, {"1", "2", "3", "256"}), "`value` `256` is no byte");
  EXPECT_EQ(parsed(raw, {"hex", "1", "2", "3", "100"}), "`value` `100` is no byte in hex");
  EXPECT_THAT(parsed(raw, {"7"}), HasSubstr("takes 4 bytes in hex"));
}

// struct nested { struct { __u8 a; __u16 b; } in[2]; union { __u32 word; char text[4]; };
//                 __u8 low : 3, high : 5; __s8 level : 3; };
Layout nested() {
  Types types;
  const int u8 = types.integer("__u8", 1), s8 = types.signed_integer("__s8", 1);
  const int inner = types.structure("inner", 4, {{"a", u8}, {"b", types.integer("__u16", 2), 16}});
  const int either = types.one_of(
      "", 4,
      {{"word", types.integer("__u32", 4)}, {"text", types.array(types.integer("char", 1), 4)}});
  return types.layout(types.structure("nested", 16,
                                      {{"in", types.array(inner, 2)},
                                       {"", either, 64},
                                       {"low", u8, 96, 3},
                                       {"high", u8, 99, 5},
                                       {"level", s8, 104, 3}}));
}

TEST(Parse, fields_by_their_paths) {
  const Layout layout = nested();
  EXPECT_EQ(parsed(layout, {"in[1].b=0x203", "in[0].a=1", "high=31", "level=-4"}),
            "01 00 00 00 00 00 03 02 00 00 00 00 f8 04 00 00");
  EXPECT_EQ(parsed(layout, {R"(in=[{"a":1},{"b":2}])", "low=7"}),
            "01 00 00 00 00 00 02 00 00 00 00 00 07 00 00 00");
  Types types;
  const Layout grid = types.layout(types.array(types.array(types.integer("__u8", 1), 2), 2));
  EXPECT_EQ(parsed(grid, {"[1][0]=5"}), "00 00 05 00");
  EXPECT_EQ(parsed(grid, {"[0]=[1,2]"}), "01 02 00 00");
  EXPECT_EQ(parsed(grid, {"[[1,2],[3,4]]"}), "01 02 03 04");
}

TEST(Parse, fields_that_are_not_given_keep_what_was_there) {
  const Layout layout = nested();
  EXPECT_EQ(parsed(layout, {"low=0"}, 0xff), "ff ff ff ff ff ff ff ff ff ff ff ff f8 ff ff ff");
  EXPECT_EQ(parsed(layout, {R"({"in":[{"a":0},{}],"text":"x"})"}, 0xff),
            "00 ff ff ff ff ff ff ff 78 00 00 00 ff ff ff ff");
}

TEST(Parse, a_wrong_path_is_refused_with_what_there_is) {
  const Layout layout = nested();
  EXPECT_EQ(parsed(layout, {"lwo=1"}),
            "`value` (struct nested) has no field `lwo` | did you mean `low`?");
  EXPECT_EQ(parsed(layout, {"in[0].zebra=1"}),
            "`value.in[0]` (struct inner) has no field `zebra` | its fields: a, b");
  EXPECT_EQ(parsed(layout, {"in[2].a=1"}),
            "`value.in` (struct inner[2]) has 2 elements, and no [2]");
  EXPECT_EQ(parsed(layout, {"in[.a=1"}), "`value.in` (struct inner[2]) needs a `]` behind [.a");
  EXPECT_EQ(parsed(layout, {"low[0]=1"}), "`value.low` (__u8 : 3) is no array");
  EXPECT_EQ(parsed(layout, {"low.x=1"}), "`value.low` (__u8 : 3) has no field `x`");
  EXPECT_EQ(parsed(layout, {"in=1"}),
            "`value.in` (struct inner[2]) takes an array like [1,2,3], or [0]=1 words, not `1`");
  EXPECT_EQ(parsed(layout, {"low=1", "low=1"}), "`value.low` (__u8 : 3) is given twice");
  EXPECT_THAT(parsed(layout, {"low=1", "high"}), HasSubstr("`high` is none"));
  EXPECT_EQ(parsed(layout, {"low=8"}), "`value.low` (__u8 : 3) takes 0 to 7, not `8`");
  EXPECT_EQ(parsed(layout, {"level=4"}), "`value.level` (__s8 : 3) takes -4 to 3, not `4`");
  EXPECT_THAT(parsed(layout, {"=1"}), HasSubstr("has no field ``"));
}

TEST(Parse, members_of_a_union_may_agree_and_may_not_contradict) {
  const Layout layout = nested();
  const std::string agreed = "00 00 00 00 00 00 00 00 61 62 00 07 00 00 00 00";
  EXPECT_EQ(parsed(layout, {R"({"word":117465697,"text":"ab"})"}), agreed);
  EXPECT_EQ(parsed(layout, {R"({"text":"ab","word":117465697})"}), agreed);
  EXPECT_EQ(parsed(layout, {"word=1", "text=ab"}),
            "`value.text` (char[4]) contradicts what another field says of the same bytes | "
            "members of a union share their bytes: give one of them");
}

TEST(Parse, json_of_the_wrong_shape_is_refused) {
  const Layout layout = nested();
  EXPECT_EQ(parsed(layout, {"[1]"}), "`value` (struct nested) takes an object, not an array");
  EXPECT_EQ(parsed(layout, {R"({"in":{}})"}),
            "`value.in` (struct inner[2]) takes an array, not an object");
  EXPECT_EQ(parsed(layout, {R"({"in":[{}]})"}),
            "`value.in` (struct inner[2]) has 2 elements, not 1");
  EXPECT_EQ(parsed(layout, {R"({"low":[1]})"}),
            "`value.low` (__u8 : 3) takes one value, not an array");
  EXPECT_EQ(parsed(layout, {R"({"low":null})"}),
            "`value.low` (__u8 : 3) takes one value, not null");
  EXPECT_EQ(parsed(layout, {R"({"text":5})"}),
            "`value.text` (char[4]) takes a text in quotes, not `5`");
  EXPECT_THAT(parsed(layout, {R"({"low":1,"low":1})"}), HasSubstr("`value` gives `low` twice"));
  EXPECT_THAT(parsed(layout, {R"({"low":1}})"}), HasSubstr("no JSON: wrong at character 10"));
  EXPECT_THAT(parsed(layout, {R"({"low":01})"}), HasSubstr("no JSON"));
  EXPECT_THAT(parsed(layout, {"{"}), HasSubstr("no JSON"));
  EXPECT_THAT(parsed(layout, {"{\"text\":\"\xff\"}"}), HasSubstr("no JSON"));
  EXPECT_THAT(parsed(layout, {std::string(100000, '[')}), HasSubstr("deeper than 64 levels"));
}

TEST(Parse, a_bitfield_leaves_its_neighbours_alone_even_over_nine_bytes) {
  Types types;
  const int u64 = types.integer("__u64", 8);
  const Layout layout = types.layout(types.structure(
      "packed", 9, {{"low", u64, 0, 4}, {"mid", u64, 4, 63}, {"high", u64, 67, 5}}));
  EXPECT_EQ(parsed(layout, {"mid=0x7fffffffffffffff"}), "f0 ff ff ff ff ff ff ff 07");
  EXPECT_EQ(parsed(layout, {"mid=0"}, 0xff), "0f 00 00 00 00 00 00 00 f8");
  EXPECT_THAT(parsed(layout, {"mid=0x8000000000000000"}),
              HasSubstr("takes 0 to 9223372036854775807"));
}

}  // namespace
}  // namespace bpfmaps::layout
