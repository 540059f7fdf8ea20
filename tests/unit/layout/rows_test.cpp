// SPDX-License-Identifier: BSD-2-Clause
// How bytes look once they are rows: every shape a type can have, in every form.
#include "layout/rows.h"

#include <gmock/gmock.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "unit/layout/types.h"

namespace bpfmaps::layout {
namespace {

using output::Form;
using output::Style;
using ::testing::HasSubstr;
using testing::Types;
using Bytes = std::vector<unsigned char>;

std::string whole(Rows& rows, const Entries& entries, bool more = false) {
  Buffer text, body;
  rows.begin(entries, more, text);
  rows.append(entries, body);
  text.append(body.text().substr(entries.count == 0 ? 0 : rows.separator()));
  rows.finish(entries.count != 0, text);
  return std::string(text.text());
}

/// One entry without a key, in that style.
std::string shown(const Layout& value, const Bytes& bytes, Style style = {.form = Form::jsonl}) {
  const auto rows = make_rows({.value = &value}, style);
  return whole(*rows, {.values = bytes.data(), .count = 1, .value_stride = bytes.size()});
}

/// The value alone, as --jsonl prints it.
std::string json(const Layout& value, const Bytes& bytes, Style style = {.form = Form::jsonl}) {
  std::string line = shown(value, bytes, style);
  EXPECT_TRUE(line.starts_with("{\"value\":") && line.ends_with("}\n")) << line;
  return line.substr(9, line.size() - 11);
}

Bytes ones(std::size_t size) { return Bytes(size, 0xff); }

TEST(Rows, integers_are_numbers_signed_ones_signed) {
  Types types;
  for (const std::uint32_t size : {1u, 2u, 4u, 8u}) {
    const Layout is_signed = types.layout(types.signed_integer("int", size));
    const Layout is_not = types.layout(types.integer("unsigned int", size));
    EXPECT_EQ(json(is_signed, ones(size)), "-1");
    EXPECT_EQ(json(is_not, ones(size)),
              std::to_string(size == 8 ? UINT64_MAX : (1ull << size * 8) - 1));
  }
  EXPECT_EQ(json(types.layout(types.signed_integer("__s64", 8)), {0, 0, 0, 0, 0, 0, 0, 0x80}),
            "-9223372036854775808");
}

TEST(Rows, one_row_that_is_too_wide_for_the_terminal_is_a_record) {
  Types types;
  const Layout pair = types.layout(types.structure(
      "pair", 16,
      {{"packets", types.integer("__u64", 8), 0}, {"bytes", types.integer("__u64", 8), 64}}));
  const Bytes bytes = ones(16);
  EXPECT_EQ(shown(pair, bytes, {.width = 42}),
            "             packets                 bytes\n"
            "18446744073709551615  18446744073709551615\n");
  EXPECT_EQ(shown(pair, bytes, {.width = 41}),
            "packets  18446744073709551615\nbytes    18446744073709551615\n");
  EXPECT_EQ(shown(pair, bytes, {.human = true}), "packets   bytes\n 18.4 E  16 EiB\n");
}

TEST(Rows, of_rows_that_are_too_wide_whole_columns_are_left_out) {
  Types types;
  const int number = types.integer("__u64", 8);
  const Layout three = types.layout(types.structure(
      "three", 24, {{"a", number, 0}, {"packets", number, 64}, {"bytes", number, 128}}));
  const std::uint64_t values[6] = {1, 1234567, 65536, 2, 7, 7};
  const Entries two{
      .values = reinterpret_cast<const unsigned char*>(values), .count = 2, .value_stride = 24};
  const auto table = [&](int width) {
    const auto rows = make_rows({.value = &three}, {.width = width});
    return whole(*rows, two);
  };
  EXPECT_EQ(table(17), "a  packets  bytes\n1  1234567  65536\n2        7      7\n");
  EXPECT_EQ(table(16), "a  packets  +1\n1  1234567\n2        7\n");
  EXPECT_EQ(table(13), "a  +2\n1\n2\n");
}

TEST(Rows, a_struct_of_a_mac_address_is_one) {
  Types types;
  const int six = types.array(types.integer("__u8", 1), 6);
  const Layout mac = types.layout(types.structure("ethaddr", 6, {{"addr", six}}));
  EXPECT_EQ(json(mac, {2, 0, 0, 0, 10, 255}), R"({"addr":[2,0,0,0,10,255]})");
  EXPECT_EQ(json(mac, {2, 0, 0, 0, 10, 255}, {.form = Form::jsonl, .net = true}),
            R"("02:00:00:00:0a:ff")");
}

TEST(Rows, a_lone_char_is_a_number_and_arrays_of_char_are_text) {
  Types types;
  const int letter = types.integer("char", 1, BTF_INT_SIGNED);
  EXPECT_EQ(json(types.layout(letter), {'"'}), "34");
  EXPECT_EQ(json(types.layout(types.array(letter, 4)), {'a', '"', 0, 'x'}), R"("a\"")");
  EXPECT_EQ(json(types.layout(types.array(letter, 4)), {'a', 'b', 'c', 'd'}), R"("abcd")");
  EXPECT_EQ(json(types.layout(types.array(letter, 3)), {0xc3, 0xa9, 0xff}), "\"é\xef\xbf\xbd\"");
  const int byte = types.integer("unsigned char", 1);
  EXPECT_EQ(json(types.layout(types.array(byte, 2)), {'a', 'b'}), "[97,98]");
}

TEST(Rows, text_holds_all_bytes_and_parses_back) {
  Types types;
  const Layout text = types.layout(types.array(types.integer("char", 1, BTF_INT_SIGNED), 8));
  for (int byte = 1; byte < 256; ++byte) {
    const Bytes bytes = {'a', 'b', 'c', static_cast<unsigned char>(byte), 'e', 'f', 'g', 'h'};
    const auto parsed = nlohmann::json::parse(json(text, bytes));
    const std::string expected =
        byte < 0x80 ? "abc" + std::string(1, static_cast<char>(byte)) + "efgh" : "abc\uFFFDefgh";
    EXPECT_EQ(parsed.get<std::string>(), expected) << byte;
  }
}

TEST(Rows, booleans_pointers_floats_and_wide_integers) {
  Types types;
  const Layout boolean = types.layout(types.integer("_Bool", 1, BTF_INT_BOOL));
  EXPECT_EQ(json(boolean, {0}), "false");
  EXPECT_EQ(json(boolean, {2}), "true");
  EXPECT_EQ(json(types.layout(types.pointer(0)), {0x10, 0, 0, 0, 0, 0x88, 0xff, 0xff}),
            R"("0xffff880000000010")");
  EXPECT_EQ(json(types.layout(types.floating("float", 4)), {0, 0, 0xc0, 0x3f}), "1.5");
  EXPECT_EQ(json(types.layout(types.floating("double", 8)), {0, 0, 0, 0, 0, 0, 0xf0, 0x7f}),
            R"("Infinity")");
  EXPECT_EQ(json(types.layout(types.floating("double", 8)), {0, 0, 0, 0, 0, 0, 0xf0, 0x3f}), "1.0");
  const Layout wide = types.layout(types.integer("unsigned __int128", 16));
  EXPECT_EQ(json(wide, {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}), R"("0x1")");
  EXPECT_EQ(json(wide, {1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0}),
            R"("0x20000000000000001")");
}

TEST(Rows, enums_are_names_and_numbers_as_text_where_no_name_fits) {
  Types types;
  const Layout state =
      types.layout(types.enumeration("state", 4, {{"NEW", 0}, {"OPEN", 1}, {"FAR", 70000}}));
  EXPECT_EQ(json(state, {1, 0, 0, 0}), R"("OPEN")");
  EXPECT_EQ(json(state, {0x70, 0x11, 1, 0}), R"("FAR")");
  EXPECT_EQ(json(state, {0xfe, 0xff, 0xff, 0xff}), R"("4294967294")");
  EXPECT_THAT(shown(state, {7, 0, 0, 0}, {}), HasSubstr("\n7"));
}

TEST(Rows, a_typedef_of_an_integer_named_like_an_enum_shows_its_names) {
  Types types;
  types.enumeration("xdp_action", 4, {{"XDP_ABORTED", 0}, {"XDP_DROP", 1}});
  const int key = types.type_name("xdp_action", types.integer("unsigned int", 4));
  EXPECT_EQ(json(types.layout(key), {1, 0, 0, 0}), R"("XDP_DROP")");
  const int other = types.type_name("action", types.integer("unsigned int", 4));
  EXPECT_EQ(json(types.layout(other), {1, 0, 0, 0}), "1");
}

TEST(Rows, bitfields_of_every_sign_and_place) {
  Types types;
  const int is_signed = types.signed_integer("int", 4), is_not = types.integer("unsigned int", 4);
  const int longer = types.integer("unsigned long", 8);
  const Layout layout = types.layout(types.structure("bits", 16,
                                                     {{"a", is_not, 0, 3},
                                                      {"b", is_signed, 3, 4},
                                                      {"c", is_signed, 7, 18},
                                                      {"d", longer, 67, 61}}));
  Bytes bytes(16);
  const std::uint32_t low = 5 | (0xdu << 3) | (0x20001u << 7);
  std::memcpy(bytes.data(), &low, sizeof low);
  const std::uint64_t high = (0x1555555555555555ull) << 3;
  std::memcpy(bytes.data() + 8, &high, sizeof high);
  EXPECT_EQ(json(layout, bytes), R"({"a":5,"b":-3,"c":-131071,"d":1537228672809129301})");
}

TEST(Rows, members_of_anonymous_structs_and_unions_stand_in_their_parent) {
  Types types;
  const int u8 = types.integer("unsigned char", 1), u16 = types.integer("unsigned short", 2);
  const int inner = types.structure("", 2, {{"low", u8, 0}, {"high", u8, 8}});
  const int either = types.one_of("", 2, {{"both", u16, 0}, {"", inner, 0}});
  const Layout layout =
      types.layout(types.structure("outer", 4, {{"first", u16, 0}, {"", either, 16}}));
  EXPECT_EQ(json(layout, {1, 0, 2, 1}), R"({"first":1,"both":258,"low":2,"high":1})");
}

TEST(Rows, what_the_kernel_owns_inside_a_value_is_left_out) {
  Types types;
  const int u32 = types.integer("unsigned int", 4);
  const int lock = types.structure("bpf_spin_lock", 4, {{"val", u32, 0}});
  const Layout layout =
      types.layout(types.structure("guarded", 8, {{"lock", lock, 0}, {"count", u32, 32}}));
  EXPECT_EQ(json(layout, {0, 0, 0, 0, 3, 0, 0, 0}), R"({"count":3})");
}

TEST(Rows, arrays_of_records_short_and_long) {
  Types types;
  const int u8 = types.integer("unsigned char", 1);
  const int pair = types.structure("pair", 2, {{"x", u8, 0}, {"y", u8, 8}});
  EXPECT_EQ(json(types.layout(types.array(pair, 2)), {1, 2, 3, 4}),
            R"([{"x":1,"y":2},{"x":3,"y":4}])");
  EXPECT_EQ(json(types.layout(types.array(u8, 0)), {}), "[]");
  const Layout grid = types.layout(types.array(types.array(pair, 3), 40));
  Bytes bytes(240);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<unsigned char>(i);
  for (const Form form : {Form::jsonl, Form::json, Form::pretty}) {
    const auto parsed = nlohmann::json::parse(shown(grid, bytes, {.form = form}));
    const auto& rows = form == Form::jsonl ? parsed["value"] : parsed[0]["value"];
    ASSERT_EQ(rows.size(), 40u);
    EXPECT_EQ(rows[39][2]["y"], 239);
    EXPECT_EQ(rows[7][0]["x"], 42);
  }
}

TEST(Rows, addresses_are_text_in_tables_and_with_net) {
  Types types;
  const int be32 = types.type_name("__be32", types.integer("unsigned int", 4));
  const int be16 = types.type_name("__be16", types.integer("unsigned short", 2));
  const int mac = types.array(types.integer("unsigned char", 1), 6);
  const Layout layout = types.layout(
      types.structure("peer", 12, {{"addr", be32, 0}, {"port", be16, 32}, {"mac", mac, 48}}));
  const Bytes bytes = {10, 0, 0, 1, 0x1f, 0x90, 2, 0, 0, 0, 0, 1};
  EXPECT_EQ(json(layout, bytes), R"({"addr":167772161,"port":8080,"mac":[2,0,0,0,0,1]})");
  EXPECT_EQ(json(layout, bytes, {.form = Form::jsonl, .net = true}),
            R"({"addr":"10.0.0.1","port":8080,"mac":"02:00:00:00:00:01"})");
  EXPECT_THAT(shown(layout, bytes, {}), HasSubstr("10.0.0.1  8080  02:00:00:00:00:01\n"));
}

TEST(Rows, lpm_keys_are_a_cidr_where_addresses_are_text) {
  Layout four = Layout::raw(8), six = Layout::raw(20);
  four.make_prefix();
  six.make_prefix();
  EXPECT_EQ(json(four, {24, 0, 0, 0, 10, 1, 2, 0}, {.form = Form::jsonl, .net = true}),
            R"("10.1.2.0/24")");
  Bytes bytes(20);
  bytes[0] = 32, bytes[4] = 0x20, bytes[5] = 0x01, bytes[6] = 0x0d, bytes[7] = 0xb8;
  EXPECT_EQ(json(six, bytes, {.form = Form::jsonl, .net = true}), R"("2001:db8::/32")");
}

TEST(Rows, without_types_bytes_are_one_string_in_memory_order) {
  EXPECT_EQ(json(Layout::raw(4), {1, 0, 0xff, 0x0a}), R"("01 00 ff 0a")");
}

TEST(Rows, sixty_four_bit_integers_are_strings_when_asked) {
  Types types;
  const Layout layout = types.layout(types.structure(
      "two", 16, {{"a", types.integer("__u64", 8), 0}, {"b", types.integer("__u32", 4), 64}}));
  Bytes bytes = ones(16);
  EXPECT_EQ(json(layout, bytes, {.form = Form::jsonl, .string_ints = true}),
            R"({"a":"18446744073709551615","b":4294967295})");
}

TEST(Rows, an_array_has_one_element_to_a_line_and_an_empty_one_none) {
  const Layout key = Layout::index(), value = Layout::raw(1);
  const std::uint32_t keys[] = {0, 1};
  const unsigned char values[] = {1, 2};
  const Entries two{reinterpret_cast<const unsigned char*>(keys), values, 2, 4, 1};
  const auto rows = make_rows({.key = &key, .value = &value}, {.form = Form::json});
  EXPECT_EQ(whole(*rows, two),
            "[\n{\"key\":0,\"value\":\"01\"},\n{\"key\":1,\"value\":\"02\"}\n]\n");
  EXPECT_EQ(whole(*rows, {}), "[]\n");
}

TEST(Rows, each_cpu_is_an_object_in_json_and_a_row_in_tables) {
  Types types;
  const Layout key = Layout::index(), value = types.layout(types.integer("__u64", 8));
  const std::uint32_t number = 4;
  const std::uint64_t slots[] = {7, 8};
  const Entries one{reinterpret_cast<const unsigned char*>(&number),
                    reinterpret_cast<const unsigned char*>(slots), 1, 4, 16};
  const RowSpec spec{.key = &key, .value = &value, .cpus = {0, 3}, .slot = 8};
  EXPECT_EQ(whole(*make_rows(spec, {.form = Form::jsonl}), one),
            "{\"key\":4,\"values\":[{\"cpu\":0,\"value\":7},{\"cpu\":3,\"value\":8}]}\n");
  EXPECT_EQ(whole(*make_rows(spec, {.form = Form::csv}), one), "key,cpu,value\n4,0,7\n4,3,8\n");
  EXPECT_EQ(whole(*make_rows(spec, {}), one),
            "key  cpu  value\n  4    0      7\n  4    3      8\n");
}

TEST(Rows, tables_line_up_and_show_no_byte_that_a_terminal_obeys) {
  Types types;
  const Layout text = types.layout(types.array(types.integer("char", 1, BTF_INT_SIGNED), 8));
  EXPECT_EQ(shown(text, {'a', 0x1b, '[', '2', 'J', 0, 0, 0}, {}), "value\na\\x1b[2J\n");
  const Bytes bidi = {'a', 0xe2, 0x80, 0xae, 'b', 0, 0, 0};
  EXPECT_EQ(shown(text, bidi, {}), "value\na\\u{202e}b\n");
}

TEST(Rows, csv_quotes_what_would_break_a_line_or_a_field) {
  Types types;
  const Layout text = types.layout(types.array(types.integer("char", 1, BTF_INT_SIGNED), 8));
  EXPECT_EQ(shown(text, {'a', ',', '"', 'b', '\n', 0, 0, 0}, {.form = Form::csv}),
            "value\n\"a,\"\"b\n\"\n");
}

// A pipe gets the bytes, a terminal what it cannot obey.
TEST(Rows, csv_on_a_terminal_holds_no_byte_that_it_obeys) {
  Types types;
  const int text = types.array(types.integer("char", 1, BTF_INT_SIGNED), 8);
  const Layout record = types.layout(types.structure("s", 8, {{"a\x1b]0;b\x07", text, 0}}));
  const Bytes bytes = {'a', 0x1b, ',', '\n', '\r', 0, 0, 0};
  EXPECT_EQ(shown(record, bytes, {.form = Form::csv}), "a\x1b]0;b\x07\n\"a\x1b,\n\r\"\n");
  EXPECT_EQ(shown(record, bytes, {.form = Form::csv, .terminal = true}),
            "a\\x1b]0;b\\x07\n\"a\\x1b,\\x0a\\x0d\"\n");
}

// Types come from files, too, and any byte can stand in their names.
TEST(Rows, names_of_types_are_escaped_as_values_are) {
  Types types;
  const char* const breaks_out = "A\",\"admin\":\"yes";
  const char* const red = "E\x1b[31m,\u202e";
  const int state = types.enumeration("state", 4, {{breaks_out, 1}, {red, 2}});
  const Layout record = types.layout(
      types.structure("s", 16, {{"a\x1b]0;b\x07", state, 0}, {"c", types.array(state, 3), 32}}));
  const Bytes bytes = {1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0};

  const std::string line = json(record, bytes);
  EXPECT_EQ(line,
            "{\"a\\u001b]0;b\\u0007\":\"A\\\",\\\"admin\\\":\\\"yes\",\"c\":["
            "\"E\\u001b[31m,\\u202e\",\"A\\\",\\\"admin\\\":\\\"yes\",\"3\"]}");
  EXPECT_EQ(nlohmann::json::parse(line)["c"][0], red);

  EXPECT_EQ(shown(record, bytes, {}),
            "a\\x1b]0;b\\x07    c\n"
            "A\",\"admin\":\"yes  "
            "[\"E\\x1b[31m,\\u{202e}\",\"A\",\"admin\":\"yes\",\"3\"]\n");

  const Layout alone = types.layout(state);
  EXPECT_EQ(shown(alone, {1, 0, 0, 0}, {.form = Form::csv}),
            "value\n\"A\"\",\"\"admin\"\":\"\"yes\"\n");
}

TEST(Rows, a_cut_table_still_shows_no_byte_of_a_heading_that_a_terminal_obeys) {
  Types types;
  const Layout record =
      types.layout(types.structure("s", 4, {{"\x1b]0;\x07", types.integer("u32", 4), 0}}));
  EXPECT_EQ(shown(record, {1, 0, 0, 0}, {.width = 6}), "\\x1b]…\n     …\n");
}

}  // namespace
}  // namespace bpfmaps::layout
