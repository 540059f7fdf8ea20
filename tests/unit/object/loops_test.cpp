// SPDX-License-Identifier: BSD-2-Clause
// What instructions tell: whether they go in circles, and which kernels take them.
#include "object/loops.h"

#include <gmock/gmock.h>
#include <linux/bpf.h>

#include "object/instructions.h"

namespace bpfmaps::object {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// struct bpf_insn, whose fields a test need not all name.
struct Insn {
  std::uint8_t code = 0;
  std::uint8_t src_reg = 0;
  std::int16_t off = 0;
  std::int32_t imm = 0;

  bpf_insn raw() const {
    bpf_insn insn{};
    insn.code = code;
    insn.src_reg = src_reg & 0xf;
    insn.off = off;
    insn.imm = imm;
    return insn;
  }
};

using Code = std::vector<Insn>;

std::vector<std::byte> bytes_of(const Code& code) {
  std::vector<bpf_insn> raw;
  for (const Insn& insn : code) raw.push_back(insn.raw());
  const auto bytes = std::as_bytes(std::span(raw));
  return {bytes.begin(), bytes.end()};
}

constexpr Insn kExit = {.code = BPF_JMP | BPF_EXIT};

Insn jump(std::int16_t distance) { return {.code = BPF_JMP | BPF_JA, .off = distance}; }
Insn jump_if(std::int16_t distance) { return {.code = BPF_JMP | BPF_JEQ | BPF_K, .off = distance}; }

bool loops(const Code& code) { return has_loop(bytes_of(code)); }

std::vector<std::string> needs(const Insn& insn) {
  std::vector<std::string> lines;
  for (const Need& need : instruction_needs(bytes_of({insn, kExit})))
    lines.push_back(need.since.text() + " " + need.name);
  return lines;
}

TEST(Loops, a_way_back_is_none_unless_it_closes) {
  EXPECT_FALSE(loops({}));
  EXPECT_FALSE(loops({kExit}));
  EXPECT_TRUE(loops({jump(-1)}));
  EXPECT_TRUE(loops({jump_if(1), jump(-2), kExit}));
  EXPECT_FALSE(loops({jump(1), kExit, jump(-2)}));                 // code moved around
  EXPECT_FALSE(loops({jump_if(2), jump_if(1), kExit, jump(-2)}));  // met twice
}

TEST(Loops, jumps_out_of_the_section_lead_nowhere) {
  EXPECT_FALSE(loops({jump(-2)}));
  EXPECT_FALSE(loops({jump(INT16_MAX)}));
  EXPECT_FALSE(loops({jump(INT16_MIN)}));
  EXPECT_FALSE(loops({{.code = BPF_JMP32 | BPF_JA, .imm = INT32_MIN}}));
}

TEST(Loops, far_jumps_and_wide_loads_are_followed) {
  EXPECT_TRUE(loops({kExit, {.code = BPF_JMP32 | BPF_JA, .imm = -1}}));
  // The second half of a wide load is no instruction: -2 lands on the load.
  EXPECT_TRUE(loops({{.code = BPF_LD | BPF_IMM | BPF_DW}, {}, jump(-3)}));
  EXPECT_FALSE(loops({{.code = BPF_LD | BPF_IMM | BPF_DW}, {}, kExit}));
}

TEST(Instructions, tell_the_first_kernel_that_takes_them) {
  EXPECT_THAT(needs({.code = BPF_ALU64 | BPF_MOV | BPF_K}), IsEmpty());
  EXPECT_THAT(needs({.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_loop}),
              ElementsAre("5.17 helper bpf_loop"));
  EXPECT_THAT(needs({.code = BPF_JMP | BPF_CALL, .imm = 211}), ElementsAre("6.2 helper 211"));
  EXPECT_THAT(needs({.code = BPF_JMP | BPF_CALL, .imm = 100'000}), IsEmpty());
  EXPECT_THAT(needs({.code = BPF_JMP | BPF_CALL, .src_reg = BPF_PSEUDO_CALL}),
              ElementsAre("4.16 functions that are called"));
  EXPECT_THAT(needs({.code = BPF_JMP32 | BPF_JEQ}), ElementsAre("5.1 jumps on 32 bits (cpu v3)"));
  EXPECT_THAT(needs({.code = BPF_ALU | BPF_DIV, .off = 1}),
              ElementsAre("6.6 instructions of cpu v4"));
  EXPECT_THAT(needs({.code = BPF_STX | BPF_ATOMIC | BPF_W, .imm = BPF_ADD}), IsEmpty());
  EXPECT_THAT(needs({.code = BPF_STX | BPF_ATOMIC | BPF_W, .imm = BPF_XCHG}),
              ElementsAre("5.12 atomic operations beyond addition"));
}

}  // namespace
}  // namespace bpfmaps::object
