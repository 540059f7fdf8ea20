// SPDX-License-Identifier: BSD-2-Clause
// How records look, form by form; that they read back is sinks_test.cpp's.
#include "output/record.h"

#include <gmock/gmock.h>

#include "output/table.h"
#include "unit/output/printed.h"

namespace bpfmaps::output {
namespace {

const std::vector<Column> kColumns = {
    {"id", "id"}, {"name", "NAME"}, {"none", "none"}, {"size", "size"}, {"pinned", "pinned"}};

std::vector<Record> two() {
  return {Record().add("id", 7u).add("name", "a").add("size", Value::Bytes{4096}),
          Record()
              .add("id", 12345u)
              .add("name", "long name")
              .add("pinned", list_of(std::vector<std::string>{"/a", "/b"}))};
}

std::string list(const Style& style, const std::vector<Record>& records) {
  return printed([&](Writer& out) { print_list(out, style, records, kColumns, "no maps"); });
}

std::string one(const Style& style, const Record& record) {
  return printed([&](Writer& out) { print_one(out, style, record); });
}

std::string json(const Value& value, const Style& style = {}) {
  std::string text;
  append_json(text, value, style);
  return text;
}

TEST(Table, aligns_numbers_right_and_text_left_and_leaves_out_empty_columns) {
  EXPECT_EQ(list({}, two()),
            "   id  NAME         size  pinned\n"
            "    7  a          4096 B  -\n"
            "12345  long name       -  /a,/b\n");
}

TEST(Table, leaves_columns_without_a_heading_to_csv) {
  const auto text = [](Form form) {
    return printed([&](Writer& out) {
      print_list(out, {.form = form}, two(), {{"id", "id"}, {"name", ""}}, "no maps");
    });
  };
  EXPECT_EQ(text(Form::table), "   id\n    7\n12345\n");
  EXPECT_EQ(text(Form::csv), "id,name\n7,a\n12345,long name\n");
}

TEST(Table, says_when_there_is_nothing) {
  EXPECT_EQ(list({}, {}), "no maps\n");
  EXPECT_EQ(list({.form = Form::jsonl}, {}), "");
  EXPECT_EQ(list({.form = Form::csv}, {}), "id,name,none,size,pinned\n");
}

TEST(Table, headings_are_bold_in_colour) {
  EXPECT_THAT(list({.color = true}, two()),
              testing::StartsWith("\x1b[1m   id  NAME         size  pinned\x1b[0m\n    7"));
}

TEST(Csv, a_terminal_gets_nothing_that_it_obeys) {
  const std::vector<Record> red = {Record().add("id", 7u).add("name", "\x1b[31m")};
  EXPECT_THAT(list({.form = Form::csv}, red), testing::HasSubstr("\n7,\x1b[31m,"));
  const Style terminal{.form = Form::csv, .terminal = true};
  EXPECT_THAT(list(terminal, red), testing::HasSubstr("\n7,\\x1b[31m,"));
  EXPECT_EQ(one(terminal, Record().add("na\x07me", "\x1b[31m")), "na\\x07me\n\\x1b[31m\n");
}

TEST(Table, is_cut_to_the_terminal_only) {
  EXPECT_EQ(list({.width = 16}, two()),
            "   id  NAME\n"
            "    7  a\n"
            "12345  long name\n");
}

TEST(Table, cuts_before_a_wide_character_that_has_no_room) {
  EXPECT_EQ(cut_to_width("日本語", 6), "日本語");
  EXPECT_EQ(cut_to_width("日本語", 5), "日本…");
  EXPECT_EQ(cut_to_width("日本語", 4), "日…");
  EXPECT_EQ(cut_to_width("abc", 1), "…");
}

TEST(Table, one_record_is_a_line_for_each_field) {
  const Record record =
      Record()
          .add("id", 7u)
          .add("flags", Value::List())
          .add("map_ids", list_of(std::vector<std::uint32_t>{1, 2}))
          .add("metadata", Value::Members{{"version", "1.2"}, {"num", 42}})
          .add("attached", Value::List{Value::Members{{"type", "xdp"}, {"ifindex", 3}},
                                       Value::Members{{"type", "tcx"}}});
  EXPECT_EQ(one({}, record),
            "id         7\n"
            "flags      -\n"
            "map_ids    1,2\n"
            "metadata\n"
            "  version  1.2\n"
            "  num      42\n"
            "attached   type=xdp ifindex=3\n"
            "           type=tcx\n");
}

TEST(Csv, nested_values_are_json) {
  const Record record = Record().add("a", Value::List{1, 2}).add("b", Value::Members{{"c", "d"}});
  EXPECT_EQ(one({.form = Form::csv}, record), "a,b\n\"1,2\",\"{\"\"c\"\":\"\"d\"\"}\"\n");
}

TEST(Table, shows_a_share_in_percent) {
  const std::vector<Record> shares = {Record().add("fill", Value::Share{1.0}),
                                      Record().add("fill", Value::Share{1.0 / 7})};
  const auto text = [&](Form form) {
    return printed([&](Writer& out) {
      print_list(out, {.form = form}, shares, {{"fill", "fill"}}, "no maps");
    });
  };
  EXPECT_EQ(text(Form::table), "   fill\n100.0 %\n 14.3 %\n");
  EXPECT_EQ(text(Form::csv), "fill\n1.0\n0.14285714285714285\n");
}

TEST(Csv, keeps_columns_that_no_record_fills) {
  EXPECT_EQ(list({.form = Form::csv}, two()),
            "id,name,none,size,pinned\n7,a,,4096,\n12345,long name,,,\"/a,/b\"\n");
}

TEST(Json, string_ints_follow_the_type_not_the_magnitude) {
  const Style style{.form = Form::json, .string_ints = true};
  EXPECT_EQ(json(std::uint64_t{1}, style), "\"1\"");
  EXPECT_EQ(json(std::int64_t{-1}, style), "\"-1\"");
  EXPECT_EQ(json(UINT32_MAX, style), "4294967295");
  EXPECT_EQ(json(Value::Bytes{1}, style), "1");
  EXPECT_EQ(json(Value::List{std::uint64_t{1}, 2}, style), "[\"1\",2]");
  EXPECT_EQ(json(std::uint64_t{1}), "1");
}

TEST(Json, doubles_stay_doubles) {
  EXPECT_EQ(json(1.0), "1.0");
  EXPECT_EQ(json(1e300), "1e+300");
}

TEST(Json, times_are_seconds_and_rfc3339_in_tables) {
  setenv("TZ", "UTC", 1);
  tzset();
  EXPECT_EQ(json(Value::Seconds{1795224438}), "1795224438");
  EXPECT_EQ(cell_text(Value::Seconds{1795224438}, {}), "2026-11-21T01:27:18+00:00");
  EXPECT_EQ(cell_text(Value::Seconds{1795224438}, {.form = Form::csv}), "1795224438");
}

}  // namespace
}  // namespace bpfmaps::output
