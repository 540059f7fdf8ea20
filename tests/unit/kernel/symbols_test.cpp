// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/symbols.h"

#include <gmock/gmock.h>

namespace bpfmaps::kernel {
namespace {

constexpr const char* kText =
    "0000000000000000 A fixed_percpu_data\n"
    "ffffffff81000000 T _stext\n"
    "ffffffff81000200 t tcp_close\n"
    "ffffffff81000100 T tcp_connect\n"
    "ffffffff81000100 T tcp_connect_alias\n"
    "ffffffff81000104 D not_a_function\n"
    "ffffffffc0000100 t nf_hook\t[nf_tables]\n"
    "broken\n"
    "ffffffff81000300 W last_without_a_line_break";

std::string name(std::uint64_t address, std::uint64_t reach = 16) {
  static const SymbolTable kTable(kText);
  const Symbol symbol = kTable.find(address, reach);
  return std::string(symbol.name) + (symbol.module.empty() ? "" : " of ") +
         std::string(symbol.module);
}

TEST(Symbols, begin_where_the_text_says_so) {
  EXPECT_EQ(name(0xffffffff81000200), "tcp_close");
  EXPECT_EQ(name(0xffffffffc0000100), "nf_hook of nf_tables");
  EXPECT_EQ(name(0xffffffff81000300), "last_without_a_line_break");
}

TEST(Symbols, reach_no_further_than_asked_for) {
  EXPECT_EQ(name(0xffffffff81000104), "tcp_connect");
  EXPECT_EQ(name(0xffffffff8100010f), "tcp_connect");
  EXPECT_EQ(name(0xffffffff81000110), "");
  EXPECT_EQ(name(0xffffffff810001ff, 0x1000), "tcp_connect");
  EXPECT_EQ(name(0), "");
}

TEST(Symbols, are_found_by_name) {
  EXPECT_EQ(SymbolTable(kText).address_of("tcp_close"), 0xffffffff81000200);
  EXPECT_EQ(SymbolTable(kText).address_of("tcp"), 0u);
}

TEST(Symbols, kept_back_addresses_are_no_names) {
  EXPECT_EQ(SymbolTable("").find(1, 16).name, "");
  EXPECT_EQ(SymbolTable("0000000000000000 T tcp_close\n").find(0, 16).name, "");
}

}  // namespace
}  // namespace bpfmaps::kernel
