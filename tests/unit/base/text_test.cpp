// SPDX-License-Identifier: BSD-2-Clause
#include "base/text.h"

#include <gmock/gmock.h>

#include <array>

namespace bpfmaps {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::string_view_literals;

Utf8 first_of(std::string_view text) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  return decode_utf8(bytes, bytes + text.size());
}

TEST(Utf8, every_code_point_survives_the_round_trip) {
  for (std::uint32_t code_point = 0; code_point <= 0x10ffff; ++code_point) {
    if (code_point >= 0xd800 && code_point <= 0xdfff) continue;  // surrogates are no characters
    std::string text;
    append_utf8(text, code_point);
    const Utf8 read = first_of(text);
    ASSERT_TRUE(read.valid) << code_point;
    ASSERT_EQ(read.code_point, code_point);
    ASSERT_EQ(read.length, text.size());
  }
}

TEST(Utf8, refuses_what_rfc_3629_refuses) {
  for (const std::string_view text :
       {"\x80"sv, "\xff"sv, "\xc3"sv, "\xe2\x82"sv, "\xc0\x80"sv, "\xe0\x80\x80"sv,
        "\xed\xa0\x80"sv, "\xf4\x90\x80\x80"sv, "\xf8\x88\x80\x80\x80"sv, "\xc3("sv}) {
    EXPECT_FALSE(first_of(text).valid) << testing::PrintToString(text);
    EXPECT_EQ(first_of(text).length, 1);
  }
}

TEST(TerminalSafe, leaves_text_and_escapes_what_a_terminal_obeys) {
  EXPECT_EQ(terminal_safe("caf\u00e9 \\n \u6771"), "caf\u00e9 \\n \u6771");
  EXPECT_EQ(terminal_safe("a\x1b[31m\n"), "a\\x1b[31m\\x0a");
  EXPECT_EQ(terminal_safe("\x7f"), "\\x7f");
  EXPECT_EQ(terminal_safe("\xc2\x9b"), "\\x9b");  // C1 as UTF-8
  EXPECT_EQ(terminal_safe("\x9b"), "\\x9b");      // no UTF-8
  EXPECT_EQ(terminal_safe("\u202e\u2066\u200b"), "\\u{202e}\\u{2066}\\u{200b}");
  EXPECT_EQ(terminal_safe("\u180e\U000e0041"), "\\u{180e}\\u{e0041}");
  EXPECT_EQ(terminal_safe("\0"sv), "\\x00");
}

TEST(TerminalSafe, lets_no_single_byte_through_that_a_terminal_obeys) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string safe = terminal_safe(std::string(1, static_cast<char>(byte)));
    for (const char c : safe) EXPECT_TRUE(c >= 0x20 && c < 0x7f) << byte;
  }
}

TEST(DisplayWidth, counts_columns) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("\u00e9"), 1u);
  EXPECT_EQ(display_width("\u6771\u4eac"), 4u);
  EXPECT_EQ(display_width("e\u0301"), 1u);  // e and a combining accent
}

TEST(Hex, is_in_memory_order) {
  std::string text;
  const std::array<unsigned char, 3> bytes = {0x01, 0x0a, 0xff};
  append_hex(text, bytes.data(), bytes.size());
  EXPECT_EQ(text, "01 0a ff");
  append_hex(text, bytes.data(), 0);
  EXPECT_EQ(text, "01 0a ff");
}

constexpr std::string_view kVerbs[] = {"list", "show", "dump", "lookup", "update", "delete"};

TEST(Nearest, knows_what_was_probably_meant) {
  EXPECT_EQ(nearest("dmup", kVerbs), "dump");
  EXPECT_EQ(nearest("loookup", kVerbs), "lookup");
  EXPECT_EQ(nearest("lo", kVerbs), "lookup");
  EXPECT_EQ(nearest("updat", kVerbs), "update");
  EXPECT_EQ(did_you_mean("lst", kVerbs), "did you mean `list`?");
}

TEST(Nearest, says_nothing_when_nothing_is_near) {
  EXPECT_EQ(nearest("frobnicate", kVerbs), "");
  EXPECT_EQ(nearest("x", kVerbs), "");
  EXPECT_EQ(did_you_mean("frobnicate", kVerbs), "");
}

TEST(Split, keeps_empty_parts_but_not_of_nothing) {
  EXPECT_THAT(split("", ','), IsEmpty());
  EXPECT_THAT(split("a", ','), ElementsAre("a"));
  EXPECT_THAT(split("a,b", ','), ElementsAre("a", "b"));
  EXPECT_THAT(split(",a,", ','), ElementsAre("", "a", ""));
}

TEST(ShellWord, is_what_a_shell_reads_back) {
  for (const char* plain : {"/sys/fs/bpf/xdp/stats", "a-b_c.d:e@f%g+h=i,j"})
    EXPECT_EQ(shell_word(plain), plain);
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word("$(id)`id`;\\"), "'$(id)`id`;\\'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word("~/größe"), "'~/größe'");
  EXPECT_EQ(shell_word("\x1b[2J'\\"), "$'\\x1b[2J\\'\\\\'");
  EXPECT_EQ(shell_word("a\u202e\xff"), "$'a\\xe2\\x80\\xae\\xff'");
}

TEST(WithShortQuotes, what_was_typed_is_cut_and_nothing_else) {
  const std::string typed = std::string(500, 'a') + std::string(500, 'z'), own(1000, 'b');
  const std::vector<std::string> words = {"map", typed};
  const std::string text = with_short_quotes(own + "`" + typed + "` " + own, words);
  EXPECT_EQ(text, own + "`" + std::string(140, 'a') + "…" + std::string(57, 'z') + "` " + own);
  EXPECT_EQ(with_short_quotes("`" + typed.substr(0, 200) + "`", words),
            "`" + typed.substr(0, 200) + "`");
  EXPECT_LT(with_short_quotes("a part: " + typed.substr(300, 400), words).size(), 220u);
}

TEST(WithShortQuotes, what_a_file_holds_is_cut_between_quotes) {
  const std::string word(1000, 'a'), cut = std::string(140, 'a') + "…" + std::string(57, 'a');
  EXPECT_EQ(with_short_quotes(word + " `" + word + "` and `b` and `" + word + "`"),
            word + " `" + cut + "` and `b` and `" + cut + "`");
  EXPECT_EQ(with_short_quotes("`" + word), "`" + word);
}

TEST(WithShortQuotes, characters_stay_whole) {
  std::string typed;
  for (int i = 0; i < 500; ++i) typed += "ß日";
  const std::string text = with_short_quotes(typed, std::vector<std::string>{typed});
  EXPECT_LE(text.size(), 200u);
  EXPECT_EQ(terminal_safe(text), text);
}

TEST(Nearest, a_word_far_longer_than_all_is_near_none) {
  const std::vector<std::string_view> known = {"map", "prog"};
  EXPECT_EQ(nearest(std::string(1 << 20, 'm'), known), "");
}

}  // namespace
}  // namespace bpfmaps
