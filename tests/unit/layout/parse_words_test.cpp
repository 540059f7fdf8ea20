// SPDX-License-Identifier: BSD-2-Clause
// DATA that could mean two things, or that leaves something out: what it comes to.
#include <gmock/gmock.h>

#include "base/text.h"
#include "layout/parse.h"
#include "unit/layout/types.h"

namespace bpfmaps::layout {
namespace {

using ::testing::HasSubstr;
using testing::Types;
using Words = std::vector<std::string>;

/// What `words` make of zeros, in hex, or the error's message and hint.
std::string parsed(const Layout& layout, const Words& words) {
  std::vector<unsigned char> bytes(layout.root().size);
  const Status status = parse(layout, {"value", words}, bytes);
  if (!status) return status.error().message() + " | " + status.error().hint;
  std::string hex;
  append_hex(hex, bytes.data(), bytes.size());
  return hex;
}

TEST(ParseWords, a_prefix_without_a_length_is_that_of_all_its_fields) {
  Types types;
  const int u32 = types.integer("__u32", 4), u8 = types.integer("__u8", 1);
  const int be32 = types.type_name("__be32", u32);
  const int be16 = types.type_name("__be16", types.integer("__u16", 2));
  const auto key = [&](std::uint32_t size, const std::vector<Types::Member>& fields) {
    std::vector<Types::Member> members = {{"prefixlen", u32}};
    members.insert(members.end(), fields.begin(), fields.end());
    Layout layout = types.layout(types.structure("key", size, members));
    layout.make_prefix();
    return layout;
  };
  const Layout four = key(8, {{"source", be32, 32}});
  EXPECT_EQ(parsed(four, {"source=10.0.0.1"}), "20 00 00 00 0a 00 00 01");
  EXPECT_EQ(parsed(four, {R"({"source":"10.0.0.1"})"}), "20 00 00 00 0a 00 00 01");
  EXPECT_EQ(parsed(four, {R"({"source":167772161})"}), "20 00 00 00 0a 00 00 01");
  EXPECT_EQ(parsed(four, {"prefixlen=0"}), "00 00 00 00 00 00 00 00");
  EXPECT_EQ(parsed(four, {R"({"prefixlen":0,"source":"10.0.0.1"})"}), "00 00 00 00 0a 00 00 01");
  EXPECT_EQ(parsed(four, {"0", "0", "0", "0", "1", "2", "3", "4"}), "00 00 00 00 01 02 03 04");
  EXPECT_EQ(parsed(four, {"hex", "0", "0", "0", "0", "1", "2", "3", "4"}),
            "00 00 00 00 01 02 03 04");

  const Layout six = key(20, {{"address", types.array(u8, 16), 32}});
  EXPECT_EQ(parsed(six, {"address[0]=0x20"}),
            "80 00 00 00 20 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
  const Layout mac = key(12, {{"mac", types.array(u8, 6), 32}});
  EXPECT_EQ(parsed(mac, {"mac=02:00:00:00:00:01"}), "30 00 00 00 02 00 00 00 00 01 00 00");
  const Layout text = key(12, {{"path", types.array(types.signed_integer("char", 1), 8), 32}});
  EXPECT_EQ(parsed(text, {"path=/a"}), "40 00 00 00 2f 61 00 00 00 00 00 00");
  const Layout service = key(8, {{"port", be16, 32}, {"protocol", u8, 48}});
  EXPECT_EQ(parsed(service, {"port=443"}), "18 00 00 00 01 bb 00 00");

  // The length may lie in a struct of its own, or have another name.
  const int head = types.structure("head", 4, {{"bits", u32}});
  Layout nested = types.layout(types.structure("key", 8, {{"head", head}, {"a", be32, 32}}));
  nested.make_prefix();
  EXPECT_EQ(parsed(nested, {"a=10.0.0.1"}), "20 00 00 00 0a 00 00 01");
  EXPECT_EQ(parsed(nested, {"head.bits=0", "a=10.0.0.1"}), "00 00 00 00 0a 00 00 01");
}

TEST(ParseWords, a_byte_that_bpftool_reads_as_octal_is_refused) {
  Types types;
  const Layout raw = Layout::raw(2), u8 = types.layout(types.integer("__u8", 1)),
               u32 = types.layout(types.integer("__u32", 4));
  EXPECT_EQ(parsed(raw, {"010", "1"}),
            "`value` takes `010` neither as octal nor as decimal | bpftool reads a leading 0 as "
            "octal: write 10 without it, or hex as 0x1f");
  EXPECT_THAT(parsed(raw, {"1", "08"}), HasSubstr("neither as octal nor"));
  EXPECT_THAT(parsed(u8, {"010"}), HasSubstr("neither as octal nor"));
  EXPECT_THAT(parsed(Layout::raw(1), {"010"}), HasSubstr("neither as octal nor"));
  EXPECT_EQ(parsed(raw, {"00", "07"}), "00 07");
  EXPECT_EQ(parsed(raw, {"hex", "010", "1f"}), "10 1f");
  EXPECT_EQ(parsed(u32, {"010"}), "0a 00 00 00");
}

TEST(ParseWords, tells_which_bits_were_given) {
  Types types;
  const int u32 = types.integer("__u32", 4), u8 = types.integer("__u8", 1);
  const int yes = types.integer("_Bool", 1, BTF_INT_BOOL);
  const Layout layout = types.layout(types.structure("mixed", 8,
                                                     {{"limit", u32},
                                                      {"low", u8, 32, 3},
                                                      {"high", u8, 35, 5},
                                                      {"flag", u8, 40},
                                                      {"on", yes, 56}}));
  std::vector<unsigned char> bytes(8, 0x11), given;
  ASSERT_TRUE(parse(layout, {"value", Words{"limit=2", "high=0", "on=true"}}, bytes, &given));
  EXPECT_EQ(given, (std::vector<unsigned char>{0xff, 0xff, 0xff, 0xff, 0xf8, 0, 0, 0xff}));
  EXPECT_EQ(bytes, (std::vector<unsigned char>{2, 0, 0, 0, 0x01, 0x11, 0x11, 1}));
}

TEST(ParseWords, the_exact_member_of_a_union_says_what_its_text_is) {
  Types types;
  const int u64 = types.integer("__u64", 8);
  const int eight = types.array(types.signed_integer("char", 1), 8);
  const Layout arg = types.layout(types.one_of("arg", 8, {{"text", eight}, {"number", u64}}));
  const std::string fffd = "\xef\xbf\xbd";
  EXPECT_EQ(parsed(arg, {R"({"text":")" + fffd + R"(","number":200})"}), "c8 00 00 00 00 00 00 00");
  EXPECT_EQ(parsed(arg, {R"({"number":200,"text":")" + fffd + R"("})"}), "c8 00 00 00 00 00 00 00");
  EXPECT_EQ(parsed(arg, {"text=" + fffd, "number=200"}), "c8 00 00 00 00 00 00 00");
  EXPECT_EQ(parsed(arg, {R"({"text":"ls","number":29548})"}), "6c 73 00 00 00 00 00 00");
  EXPECT_EQ(parsed(arg, {R"({"text":"","number":3000000000})"}), "00 5e d0 b2 00 00 00 00");
  // The same with eight bytes that are no UTF-8, longer in JSON than the field itself.
  std::string all;
  for (int i = 0; i < 8; ++i) all += fffd;
  EXPECT_EQ(parsed(arg, {R"({"text":")" + all + R"(","number":18446744073709551594})"}),
            "ea ff ff ff ff ff ff ff");
  EXPECT_THAT(parsed(arg, {R"({"text":"ls","number":1})"}), HasSubstr("contradicts"));
  EXPECT_THAT(parsed(arg, {R"({"text":")" + fffd + R"(","number":1})"}), HasSubstr("no U+FFFD"));
}

TEST(ParseWords, what_stands_for_bytes_that_are_no_utf8_is_refused) {
  Types types;
  const Layout text = types.layout(types.array(types.signed_integer("char", 1), 16));
  for (const std::string word : {"caf\xef\xbf\xbd", "\"caf\\ufffd\""})
    EXPECT_EQ(parsed(text, {word}),
              "`value` (char[16]) takes no U+FFFD, which stands for bytes that are no UTF-8 | "
              "--raw shows all bytes, and `hex` takes them");
  EXPECT_EQ(parsed(text, {"caf\xe9"}).substr(0, 11), "63 61 66 e9");
}

}  // namespace
}  // namespace bpfmaps::layout
