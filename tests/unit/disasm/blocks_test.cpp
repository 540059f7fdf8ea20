// SPDX-License-Identifier: BSD-2-Clause
#include "disasm/blocks.h"

#include <gmock/gmock.h>
#include <linux/bpf.h>

namespace bpfmaps::disasm {
namespace {

using Edges = std::vector<std::size_t>;

// Blocks as "first-last".
struct Drawn {
  std::vector<std::string> blocks;
  std::vector<Edges> next;
};

Drawn drawn(const std::vector<bpf_insn>& code, std::uint64_t start = 0) {
  Function function;
  for (std::size_t i = 0; i < code.size(); ++i)
    function.instructions.push_back({.pc = start + i,
                                     .text = "",
                                     .bytes = std::as_bytes(std::span(&code[i], 1)),
                                     .source = {}});
  Drawn result;
  for (const Block& block : blocks_of(function)) {
    result.blocks.push_back(std::to_string(block.first) + "-" + std::to_string(block.last));
    result.next.push_back(block.next);
  }
  return result;
}

constexpr bpf_insn kMove = {0xb7, 0, 0, 0, 1}, kExit = {0x95, 0, 0, 0, 0};

bpf_insn jump_if(std::int16_t distance) { return {0x15, 1, 0, distance, 0}; }
bpf_insn jump(std::int16_t distance) { return {0x05, 0, 0, distance, 0}; }

TEST(Blocks, end_where_code_branches_and_meets) {
  const Drawn diamond = drawn({kMove, jump_if(2), kMove, jump(1), kMove, kExit}, 40);
  EXPECT_EQ(diamond.blocks, (std::vector<std::string>{"0-1", "2-3", "4-4", "5-5"}));
  EXPECT_EQ(diamond.next, (std::vector<Edges>{{1, 2}, {3}, {3}, {}}));
}

TEST(Blocks, loops_lead_back) {
  const Drawn loop = drawn({kMove, kMove, jump_if(-2), kExit});
  EXPECT_EQ(loop.blocks, (std::vector<std::string>{"0-0", "1-2", "3-3"}));
  EXPECT_EQ(loop.next, (std::vector<Edges>{{1}, {2, 1}, {}}));
}

TEST(Blocks, a_jump_to_the_next_instruction_is_one_way) {
  EXPECT_EQ(drawn({jump_if(0), kExit}).next, (std::vector<Edges>{{1}, {}}));
}

TEST(Blocks, a_jump_out_of_the_function_leads_nowhere) {
  EXPECT_EQ(drawn({jump_if(90), kExit}).next, (std::vector<Edges>{{}}));
  EXPECT_EQ(drawn({jump(-90), kExit}).next, (std::vector<Edges>{{}, {}}));
}

}  // namespace
}  // namespace bpfmaps::disasm
