// SPDX-License-Identifier: BSD-2-Clause
// Queries that make no sense: each is refused, with what is wrong and where.
#include <gmock/gmock.h>

#include "unit/layout/question.h"

namespace bpfmaps::layout {
namespace {

using ::testing::HasSubstr;

using RefusalTest = testing::Question;

TEST_F(RefusalTest, unknown_fields_are_refused_with_what_there_is) {
  EXPECT_EQ(refusal("u46 > 3"), "there is no field `u46`, at: u46 <-- here | did you mean `u16`?");
  EXPECT_EQ(refusal("zebra > 3"),
            "there is no field `zebra`, at: zebra <-- here | fields: saddr, daddr, v6, port, mac, "
            "key.id, u8, s8, u16, s16, low, across, ...");
  EXPECT_EQ(
      refusal("u8 == 1 && in[3].a > 3"),
      "`value.in` (struct part[3]) has 3 elements, and no [3], at: u8 == 1 && in[3].a <-- here");
  EXPECT_EQ(
      refusal("in[0].x > 3"),
      "`value.in[0]` (struct part) has no field `x`, at: in[0].x <-- here | its fields: a, b, c");
  EXPECT_EQ(refusal("key.u8 == 1"),
            "`key` (struct flow_key) has no field `u8`, at: key.u8 <-- here | its fields: saddr, "
            "daddr, v6, port, mac, id");
  EXPECT_EQ(refusal("id == 1"),
            "key and value both have a field `id`, at: id <-- here | write key.id or value.id");
  EXPECT_EQ(refusal("u8[0] == 1"), "`value.u8` (__u8) is no array, at: u8[0] <-- here");
  RowSpec per_cpu = types.spec();
  per_cpu.cpus = {0, 1};
  EXPECT_THAT(refusal(per_cpu, "cpu == 1"), HasSubstr("`cpu` is no field: each CPU's value"));
}

TEST_F(RefusalTest, bytes_without_a_type_are_refused) {
  const Layout raw = Layout::raw(8);
  const RowSpec spec{.key = &raw, .value = &raw};
  EXPECT_EQ(refusal(spec, "value == 1"),
            "`value` is bytes whose type is not known, at: value <-- here | name the type with "
            "--btf FILE; with --raw there are only bytes");
  EXPECT_EQ(refusal(spec, "packets == 1"),
            "there is no field `packets`: no type is known for the map's values, at: packets <-- "
            "here | name their type with --btf FILE; with --raw there are only bytes");
}

TEST_F(RefusalTest, numbers_that_do_not_fit_are_refused) {
  EXPECT_EQ(refusal("u8 == 256"),
            "`value.u8` (__u8) takes 0 to 255, not `256`, at: u8 == 256 <-- here");
  EXPECT_EQ(refusal("u8 > -1"), "`value.u8` (__u8) takes 0 to 255, not `-1`, at: u8 > -1 <-- here");
  EXPECT_EQ(refusal("u64 > -1"),
            "`value.u64` (__u64) takes 0 to 18446744073709551615, not `-1`, at: u64 > -1 <-- here");
  EXPECT_EQ(refusal("s64 < 9223372036854775808"),
            "`value.s64` (__s64) takes -9223372036854775808 to 9223372036854775807, not "
            "`9223372036854775808`, at: s64 < 9223372036854775808 <-- here");
  EXPECT_EQ(refusal("sbits in (1, 16)"),
            "`value.sbits` (__s32 : 5) takes -16 to 15, not `16`, at: sbits in (1, 16 <-- here");
  EXPECT_EQ(refusal("u8 & 256"),
            "`value.u8` (__u8) takes 0 to 255, not `256`, at: u8 & 256 <-- here");
  EXPECT_EQ(refusal("port == 65536"),
            "`key.port` (__be16) takes 0 to 65535, not `65536`, at: port == 65536 <-- here");
  EXPECT_THAT(refusal("u8 == 1.5"), HasSubstr("takes a number, 0 to 255, not `1.5`"));
  EXPECT_THAT(refusal("f32 == 1e40"), HasSubstr("takes a number that float can hold, not `1e40`"));
}

TEST_F(RefusalTest, comparisons_that_make_no_sense_are_refused) {
  EXPECT_EQ(refusal("text < 5"),
            "`value.text` (char[11]) takes a text in quotes, not `5`, at: text < 5 <-- here | "
            "write it as \"5\"");
  EXPECT_EQ(refusal("text == web"),
            "`value.text` (char[11]) takes a text in quotes, not `web`, at: text == web <-- here | "
            "write it as \"web\"");
  EXPECT_EQ(refusal("text == 'too long for it'"),
            "`value.text` (char[11]) holds 11 bytes of text, not 15, at: text == 'too long for it' "
            "<-- here");
  EXPECT_THAT(refusal(R"(text == 'a\x00b')"),
              HasSubstr("ends at the first NUL and never holds one"));
  EXPECT_EQ(refusal("state == STATE_OPNE"),
            "`value.state` (enum state) takes a name of enum state, not `STATE_OPNE`, at: state == "
            "STATE_OPNE <-- here | did you mean `STATE_OPEN`?");
  EXPECT_EQ(refusal("yes > false"),
            "`value.yes` (_Bool) is true or false: compare with == or !=, at: yes > <-- here");
  EXPECT_THAT(refusal("yes == maybe"), HasSubstr("takes true or false, not `maybe`"));
  EXPECT_EQ(refusal("saddr == 10.0.0.0/8"),
            "`key.saddr` (__be32) is one address: a prefix stands behind `in`, at: saddr == "
            "10.0.0.0/8 <-- here");
  EXPECT_THAT(refusal("saddr in 10.0.0.0/33"), HasSubstr("takes an IPv4 prefix like 10.0.0.0/8"));
  EXPECT_THAT(refusal("saddr == ::1"), HasSubstr("takes an IPv4 address, not `::1`"));
  EXPECT_THAT(refusal("v6 == 10.0.0.1"), HasSubstr("takes an IPv6 address, not `10.0.0.1`"));
  EXPECT_THAT(refusal("mac == 02:00"), HasSubstr("takes a MAC address like"));
  EXPECT_EQ(refusal("u8 =~ '1'"),
            "`value.u8` (__u8) is no text, and a pattern asks for text, at: u8 =~ <-- here");
  EXPECT_EQ(refusal("text =~ web"),
            "a pattern stands in quotes, not `web`, at: text =~ web <-- here");
  EXPECT_THAT(refusal("text =~ '(web'"), HasSubstr("`(web` is no regular expression: "));
  EXPECT_EQ(refusal("text & 1"),
            "`value.text` (char[11]) has no bits to ask for with &, at: text & 1 <-- here");
  EXPECT_THAT(refusal("f64 & 1"), HasSubstr("has no bits"));
  EXPECT_THAT(refusal("yes & 1"), HasSubstr("has no bits"));
  EXPECT_THAT(refusal("u8 & 1 =~ 'x'"), HasSubstr("a pattern asks for text"));
  EXPECT_EQ(refusal("text"), "`value.text` (char[11]) is compared with nothing, at: text <-- here");
  EXPECT_THAT(refusal("state && u8 == 1"), HasSubstr("is compared with nothing"));
  EXPECT_EQ(refusal("many == 1"),
            "`value.many` (__u32[2]) is an array: ask for one element, like `value.many[0]`, at: "
            "many <-- here");
  EXPECT_EQ(
      refusal("in[0] == 1"),
      "`value.in[0]` (struct part) is not one value, at: in[0] <-- here | its fields: a, b, c");
  EXPECT_EQ(refusal("u8 == text"),
            "`value.u8` (__u8) cannot be compared with `value.text` (char[11]), at: u8 == text <-- "
            "here");
  EXPECT_THAT(refusal("saddr == u32"), HasSubstr("cannot be compared with `value.u32`"));
  EXPECT_THAT(refusal("saddr == port"), HasSubstr("cannot be compared with `key.port`"));
  EXPECT_THAT(refusal("u8 == many"), HasSubstr("is an array"));
  EXPECT_THAT(refusal("u8 == bytez"), HasSubstr("there is no field `bytez`"));
  EXPECT_THAT(refusal("5 in u8"), HasSubstr("holds one value, nothing can be in it"));
  EXPECT_THAT(refusal("'web' =~ text"), HasSubstr("a text stands where a field should be named"));
}

TEST_F(RefusalTest, grammar_errors_show_the_place) {
  EXPECT_EQ(refusal(""), "the expression is empty, at:  <-- here");
  EXPECT_EQ(refusal("  "), "the expression is empty, at:    <-- here");
  EXPECT_EQ(refusal("u8 =="), "a field or a value is missing before the end, at: u8 == <-- here");
  EXPECT_EQ(refusal("u8 == 1 &&"),
            "a field or a value is missing before the end, at: u8 == 1 && <-- here");
  EXPECT_EQ(refusal("u8 == 1 u16 == 2"),
            "`u16` cannot follow a comparison, at: u8 == 1 u16 <-- here | join comparisons with && "
            "or ||");
  EXPECT_THAT(refusal("1 < u8 < 3"),
              HasSubstr("`<` cannot follow a comparison, at: 1 < u8 < <-- here"));
  EXPECT_EQ(refusal("(u8 == 1"), "`)` is missing, at: (u8 == 1 <-- here");
  EXPECT_THAT(refusal("u8 == 1)"), HasSubstr("`)` cannot follow a comparison"));
  EXPECT_THAT(refusal("u8 in (1 2)"), HasSubstr("`,` or `)` is missing before `2`"));
  EXPECT_THAT(refusal("u8 in ()"), HasSubstr("missing before `)`"));
  EXPECT_EQ(refusal("text == 'web"), "a quote is not closed, at: text == 'web <-- here");
  EXPECT_THAT(refusal("u8 | 1"), HasSubstr("`|` means nothing here, at: u8 | <-- here"));
  EXPECT_THAT(refusal("u8 == 1; u16"), HasSubstr("`;` means nothing here"));
  EXPECT_THAT(refusal(std::string(200, ' ') + "u8 == 256"), HasSubstr(", at: ...  "));
  EXPECT_THAT(refusal(std::string(1000, '(') + "u8"), HasSubstr("nests deeper than 64 levels"));
  EXPECT_THAT(refusal(std::string(1000, '!') + "u8"), HasSubstr("nests deeper than 64 levels"));
}

}  // namespace
}  // namespace bpfmaps::layout
