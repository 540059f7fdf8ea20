// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/symbols.h"

#include <gmock/gmock.h>

namespace bpfmaps::kernel {
namespace {

constexpr std::string_view kText =
    "0000000000000000 A fixed_percpu_data\n"
    "ffffffff81000000 T _stext\n"
    "ffffffff81000100 T tcp_connect\n"
    "ffffffff81000104 D not_a_function\n"
    "ffffffff81000200 t tcp_close\n"
    "ffffffffc0000100 t nf_hook\t[nf_tables]\n"
    "broken\n"
    "ffffffff81000300 W last_without_a_line_break";

std::vector<std::string> names(const std::vector<__u64>& addresses) {
  std::vector<std::string> found;
  for (const Symbol& symbol : find_symbols(kText, addresses))
    found.push_back(symbol.name + (symbol.module.empty() ? "" : " of " + symbol.module));
  return found;
}

TEST(Symbols, are_told_in_the_order_asked_for) {
  EXPECT_THAT(
      names({0xffffffff81000200, 0xffffffffc0000100, 0xffffffff81000300}),
      testing::ElementsAre("tcp_close", "nf_hook of nf_tables", "last_without_a_line_break"));
}

TEST(Symbols, a_probe_behind_the_first_instruction_belongs_to_its_function) {
  EXPECT_THAT(names({0xffffffff81000104, 0xffffffff8100010f, 0xffffffff81000110, 0}),
              testing::ElementsAre("tcp_connect", "tcp_connect", "", ""));
}

TEST(Symbols, nothing_to_read_is_no_name) {
  EXPECT_EQ(find_symbols("", std::vector<__u64>{1}).front().name, "");
  EXPECT_TRUE(find_symbols(kText, {}).empty());
}

}  // namespace
}  // namespace bpfmaps::kernel
