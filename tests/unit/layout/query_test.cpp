// SPDX-License-Identifier: BSD-2-Clause
// Queries: every operator on every shape of field.
#include <gmock/gmock.h>

#include <limits>

#include "layout/fields.h"
#include "unit/layout/question.h"

namespace bpfmaps::layout {
namespace {

using ::testing::ElementsAre;
using testing::Flow;
using testing::FlowChunk;
using testing::FlowEntry;

using QueryTest = testing::Question;

TEST_F(QueryTest, numbers_keep_their_sign_and_width) {
  expect_order("u8", "199", "200", "201");
  expect_order("s8", "-101", "-100", "100");
  expect_order("u16", "0", "60000", "0xffff");
  expect_order("s16", "-30001", "-30000", "0");
  expect_order("u32", "0", "4000000000", "4294967295");
  expect_order("s32", "-2147483648", "-2000000000", "2147483647");
  entry.value.u64 = 5000000000;
  entry.value.s64 = -5000000000;
  expect_order("u64", "4999999999", "5000000000", "0x8000000000000000");
  expect_order("s64", "-5000000001", "-5000000000", "1");
}

TEST_F(QueryTest, bitfields) {
  expect_order("low", "4", "5", "7");
  expect_order("across", "0x1233", "0x1234", "8191");
  expect_order("sbits", "-16", "-3", "15");
}

TEST_F(QueryTest, wide_numbers_and_pointers) {
  expect_order("wide", "1", "0x10000000000000000000000000", "0x10000000000000000000000001");
  expect_order("swide", "-6", "-5", "0");
  expect_order("pointer", "0", "0xffff888100000000", "0xffffffffffffffff");
}

TEST_F(QueryTest, floats_as_they_are_printed) {
  expect_order("f32", "0.09", "0.1", "0.11");
  expect_order("f64", "-1e300", "-1.5", "-1.4");
  expect_order("f64", "-inf", "-1.5", "+1");
  entry.value.f64 = -0.0;
  EXPECT_TRUE(asks("f64 == 0 && f64 == -0.0 && f64 <= 0 && f64 >= 0 && !(f64 < 0)"));
}

TEST_F(QueryTest, nan_is_in_no_order) {
  entry.value.f64 = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(asks("f64 < 1 || f64 > 1 || f64 <= inf || f64 >= -inf || f64 == 0"));
  EXPECT_TRUE(asks("f64 != 0 && f64 == nan"));
  EXPECT_FALSE(asks("f32 < nan || f32 > nan || f32 <= nan || f32 >= nan || f32 == nan"));
  entry.value.f64 = -std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(asks("f64 == nan"));
}

TEST_F(QueryTest, enums_by_name_and_number) {
  expect_order("state", "STATE_NEW", "STATE_OPEN", "STATE_LAST");
  expect_order("level", "-5", "LEVEL_LOW", "LEVEL_NONE");
  EXPECT_TRUE(asks("state == 1 && state == 'STATE_OPEN' && level == \"LEVEL_LOW\""));
  entry.value.state = testing::STATE_LAST;
  EXPECT_TRUE(asks("state == STATE_LAST && state == 4294967294 && state > 2"));
}

TEST_F(QueryTest, booleans) {
  EXPECT_TRUE(asks("yes && yes == true && yes != false && yes == 1 && yes in (true)"));
  entry.value.yes = false;
  EXPECT_TRUE(asks("!yes && not yes && yes == false && yes != true"));
  reinterpret_cast<unsigned char&>(entry.value.yes) = 2;  // as dump shows it, not as C may
  EXPECT_TRUE(asks("yes && yes == true && yes == 1"));
}

TEST_F(QueryTest, a_number_alone_asks_whether_it_is_zero) {
  EXPECT_TRUE(asks("u8 && s8 && low && sbits && in[1].c"));
  EXPECT_FALSE(asks("in[0].a || many[0]"));
}

TEST_F(QueryTest, text) {
  expect_order("text", "\"web\"", "'web server'", "\"web server \"");
  expect_order("other", "'ful'", "'full'", "'g'");
  entry.value.text[3] = '\0';
  EXPECT_TRUE(asks("text == 'web'")) << "what stands behind the first NUL is no text";
  EXPECT_TRUE(asks("text < 'web!' && text > ''"));
}

TEST_F(QueryTest, escapes_in_text) {
  testing::set_text(entry.value.text, "a\"b'\\\t\n\x01");
  EXPECT_TRUE(asks(R"(text == "a\"b'\\\t\n\x01")"));
  EXPECT_TRUE(asks(R"(text == 'a"b\'\\\t\n\x01')"));
  EXPECT_TRUE(asks(R"(text != "a\qb")")) << "other backslashes stay";
}

TEST_F(QueryTest, patterns) {
  EXPECT_TRUE(asks("text =~ 'server' && text =~ '^web' && text =~ 'ver$' && text =~ ''"));
  EXPECT_TRUE(asks("text =~ '^web server$' && text !~ '^server' && !(text =~ 'web$')"));
  EXPECT_TRUE(asks("text =~ '^w.b\\s+(server|client)$' && text !~ '[0-9]' && other =~ 'l{2}'"));
  EXPECT_TRUE(asks("text =~ '(?:w)eb' && text !~ '\\d' && text =~ '[\\w ]{10}$'"));
  testing::set_text(entry.value.text, "a.b-7]");
  EXPECT_TRUE(
      asks(R"(text =~ "^a\.b-\d]$" && text =~ "[]]" && text !~ "^a\\.b" && text =~ '[\d]')"));
  testing::set_text(entry.value.text, "it's");
  EXPECT_TRUE(asks(R"(text =~ 'it\'s')"));
}

TEST_F(QueryTest, patterns_have_the_syntax_of_perl) {
  testing::set_text(entry.value.text, "Web-Server");
  EXPECT_TRUE(asks("text =~ '(?i)^web\\b' && text !~ '^web\\b' && text =~ '^(?!db).+?-S'"));
  EXPECT_TRUE(asks("text =~ '(e)[^e]+\\1' && text =~ '\\p{Lu}erver$' && text =~ '[[:upper:]]eb'"));
  testing::set_text(entry.value.text, "a\nb");
  EXPECT_TRUE(asks("text =~ '^a.b$' && text !~ '^a$'")) << "one text, whatever is in it";
  testing::set_text(entry.value.text, "b\n");
  EXPECT_TRUE(asks("text !~ '[b]$'"));
}

TEST_F(QueryTest, patterns_see_characters_and_nothing_in_bytes_that_are_none) {
  testing::set_text(entry.value.text, "K\xc3\xb6ln");
  EXPECT_TRUE(asks("text =~ '^K.ln$' && text =~ '^K[\xc3\xa4\xc3\xb6]ln$'"));
  testing::set_text(entry.value.text, "a\xffg.b");
  EXPECT_TRUE(asks("text =~ '^a' && text =~ '[.]b$' && text !~ '^a.g'"));
}

TEST_F(QueryTest, bits) {
  EXPECT_TRUE(asks("u8 & 0x8 && u8 & 0xc8 == 200 && (u8 & 8) == 8 && u8 & 0x37 == 0"));
  EXPECT_FALSE(asks("u8 & 0x37 || u8 & 8 == 0"));
  EXPECT_TRUE(asks("s32 & 0x80000000 && s8 & 0x9c == 0x9c")) << "bits have no sign";
  EXPECT_TRUE(asks("u8 & 0xf0 in (0xc0, 0xd0) && across & 0x1000 && state & STATE_OPEN"));
  EXPECT_TRUE(asks("saddr & 255.255.0.0 == 10.1.0.0 && !(u8 & 0)"));
}

TEST_F(QueryTest, addresses_and_prefixes) {
  expect_order("saddr", "9.255.255.255", "10.1.2.3", "10.1.2.4");
  expect_order("v6", "::", "2001:db8::1", "2001:db8::2");
  EXPECT_TRUE(asks("saddr in 10.0.0.0/8 && saddr in 0.0.0.0/0 && saddr in (1.2.3.4, 10.1.0.0/16)"));
  EXPECT_FALSE(asks("saddr in 10.0.0.0/16 || saddr in 10.1.2.4/32 || saddr not in 10.1.2.9/24"));
  EXPECT_TRUE(asks("v6 in 2001:db8::/32 && v6 in ::/0 && v6 in 2001:db8::1/128"));
  EXPECT_FALSE(asks("v6 in 2001:db9::/32 || v6 in fe80::/10"));
}

TEST_F(QueryTest, ports_and_macs) {
  expect_order("port", "22", "443", "8080");
  expect_order("mac", "01:ff:ff:ff:ff:ff", "02:00:00:00:00:01", "02:00:00:00:01:00");
  EXPECT_TRUE(asks("mac == '02-00-00-00-00-01'"));
}

TEST_F(QueryTest, elements_of_arrays) {
  EXPECT_TRUE(asks("in[1].a == 1 && in[1].b == -1 && in[1].c == 513 && in[2].c == 0"));
  EXPECT_TRUE(asks("many[1] = 9 and value.many[0] = 0 and value.in[1].a = 1"));
}

TEST_F(QueryTest, fields_beside_fields) {
  EXPECT_TRUE(asks("saddr != daddr && saddr < daddr && u8 > s8 && s64 < u64 && u64 > low"));
  EXPECT_TRUE(asks("key.id < value.id && text > other && in[0].a == many[0] && f32 > f64"));
  EXPECT_FALSE(asks("f64 == f32 || text == other || s8 == u8"));
  entry.value.f32 = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(asks("f32 != f64 && !(f32 == f32) && !(f32 < f64) && !(f32 > f64)"));
  entry.value.f32 = -0.0f;
  entry.value.f64 = 0;
  EXPECT_TRUE(asks("f32 == f64"));
}

TEST_F(QueryTest, joins_bind_as_in_c) {
  EXPECT_TRUE(asks("u8 == 200 || u8 == 1 && u8 == 2"));
  EXPECT_FALSE(asks("(u8 == 200 || u8 == 1) && u8 == 2"));
  EXPECT_TRUE(asks("!(u8 == 1) && !!yes && not (u8 == 1 or low == 1) and low==5"));
  EXPECT_TRUE(asks("!(u8 == 1 || !(low == 5 && (sbits == -3)))"));
  EXPECT_FALSE(asks("u8 == 1 || low == 1 || sbits == 0 || !yes"));
  EXPECT_TRUE(asks("u8==200&&s8==-100&&s8<-3||yes"));
}

TEST_F(QueryTest, fields_named_like_operators) {
  testing::Types made;
  const int u32 = made.integer("__u32", 4);
  const Layout odd = made.layout(made.structure(
      "odd", 16, {{"in", u32}, {"and", u32, 32}, {"not", u32, 64}, {"counter.0", u32, 96}}));
  const std::uint32_t words[] = {1, 2, 3, 4};
  std::memcpy(&entry.value, words, sizeof words);
  const RowSpec spec{.value = &odd};
  EXPECT_TRUE(asks(spec, "in in (1) && and == 2 and value.not == 3 && counter.0 == 4"));
}

TEST_F(QueryTest, a_key_that_is_one_value) {
  testing::Types made;
  const Layout number = made.layout(made.integer("__u32", 4));
  const Layout nothing = Layout::raw(4);
  const std::uint32_t index = 7;
  std::memcpy(&entry.key, &index, sizeof index);
  EXPECT_TRUE(asks({.key = &number, .value = &nothing}, "key == 7 && key in (7, 9)"));
}

TEST_F(QueryTest, prefixes_as_keys) {
  for (const bool wide : {false, true}) {
    testing::Types made;
    const std::uint32_t size = wide ? 16 : 4;
    const int u32 = made.integer("__u32", 4);
    Layout key = made.layout(made.structure(
        "prefix", 4 + size,
        {{"prefixlen", u32}, {"address", made.array(made.integer("__u8", 1), size), 32}}));
    key.make_prefix();
    const RowSpec spec{.key = &key, .value = &types.value()};
    const auto put = [&](const char* address, std::uint32_t length) {
      auto* bytes = reinterpret_cast<unsigned char*>(&entry.key);
      std::memcpy(bytes, &length, sizeof length);
      inet_pton(wide ? AF_INET6 : AF_INET, address, bytes + 4);
    };
    const auto asks_key = [&](const std::string& expression) { return asks(spec, expression); };
    if (wide) {
      put("2001:db8:1::", 48);
      EXPECT_TRUE(asks_key("key == 2001:db8:1::/48 && key in 2001:db8::/32 && key in ::/0"));
      EXPECT_FALSE(
          asks_key("key == 2001:db8:1::/47 || key in 2001:db8:1::/49 || key != 2001:db8:1::/48"));
      EXPECT_TRUE(asks_key("2001:db8:1:2::3 in key && 2001:db8:2::1 not in key"));
      EXPECT_TRUE(asks_key("key.prefixlen == 48 && key.address[0] == 0x20"));
      put("::", 0);
      EXPECT_TRUE(asks_key("::1 in key && key in ::/0"));
    } else {
      put("10.1.0.0", 16);
      EXPECT_TRUE(
          asks_key("key == 10.1.0.0/16 && key in 10.0.0.0/8 && key in (1.1.1.1, 10.1.0.0/16)"));
      EXPECT_FALSE(asks_key("key == 10.1.0.0/17 || key in 10.1.0.0/17 || key == 10.1.0.0"));
      EXPECT_TRUE(asks_key("10.1.200.7 in key && 10.2.0.0 not in key && key != 10.2.0.0/16"));
      put("0.0.0.0", 0);
      EXPECT_TRUE(asks_key("10.1.2.3 in key && key in 0.0.0.0/0 && !(key in 0.0.0.0/1)"));
      put("10.1.2.3", 33);
      EXPECT_FALSE(asks_key("10.1.2.3 in key")) << "the kernel makes no such key, a file may";
    }
  }
}

TEST_F(QueryTest, any_cpu_is_enough_and_keys_are_asked_once) {
  testing::Types made;
  const Layout number = made.layout(made.integer("__u64", 8));
  const RowSpec spec{.key = &number, .value = &number, .cpus = {0, 1, 2}, .slot = 8};
  const std::uint64_t key = 3, slots[] = {5, 10, 15};
  const auto fits = [&](std::string_view expression) {
    const auto query = Query::compile(spec, expression);
    const auto* bytes = reinterpret_cast<const unsigned char*>(slots);
    return Matcher(*query).fits(reinterpret_cast<const unsigned char*>(&key), bytes);
  };
  EXPECT_TRUE(fits("value == 15") && fits("value == 5") && fits("value != 5"));
  EXPECT_FALSE(fits("value == 5 && value == 10")) << "one CPU's value has to fit the whole";
  EXPECT_TRUE(fits("key == 3") && fits("key == 3 && value > 10"));
  EXPECT_FALSE(fits("key == 4") || fits("value > 15"));
}

TEST_F(QueryTest, keeps_what_fits) {
  std::vector<FlowEntry> entries(10);
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    entries[i].key.id = i;
    entries[i].value.u64 = i * 100;
  }
  const FlowChunk chunk(entries);
  const auto kept = [&](std::string_view expression) {
    const auto query = Query::compile(types.spec(), expression);
    Matcher matcher(*query);
    const Entries some = matcher.keep(chunk.entries());
    std::vector<std::uint32_t> ids;
    for (std::uint32_t i = 0; i < some.count; ++i) {
      const auto id = load_as<std::uint32_t>(some.key(i) + offsetof(testing::FlowKey, id));
      ids.push_back(id);
      EXPECT_EQ(load_as<std::uint64_t>(some.value(i) + offsetof(Flow, u64)), id * 100);
    }
    return ids;
  };
  EXPECT_THAT(kept("u64 in (0, 300) || key.id == 9"), ElementsAre(0, 3, 9));
  EXPECT_THAT(kept("key.id > 100"), ElementsAre());
  EXPECT_EQ(kept("key.id < 100").size(), 10);
}

TEST_F(QueryTest, a_long_chain_needs_no_depth) {
  std::string chain = "u8 == 1";
  for (int i = 0; i < 5000; ++i) chain += " || u8 == 2";
  EXPECT_FALSE(asks(chain));
  EXPECT_TRUE(asks(chain + " || u8 == 200"));
}

TEST_F(QueryTest, field_names_are_headings) {
  const auto names = field_names(types.spec());
  EXPECT_THAT(names, ::testing::IsSupersetOf({"saddr", "key.id", "value.id", "text", "in"}));
  for (const std::string& name : names) EXPECT_TRUE(find_field(types.spec(), name)) << name;
}

TEST_F(QueryTest, the_ends_of_64_bits) {
  EXPECT_TRUE(asks("u64 == 18446744073709551615 && u64 > 18446744073709551614 && u64 >= 0"));
  EXPECT_FALSE(asks("u64 > 18446744073709551615 || u64 < 18446744073709551615 || u64 < 0"));
  EXPECT_TRUE(asks("s64 < 0 && s64 <= -9223372036854775808 && s64 != 9223372036854775807"));
  EXPECT_FALSE(asks("s64 < -9223372036854775808 || s64 > 9223372036854775807"));
}

}  // namespace
}  // namespace bpfmaps::layout
