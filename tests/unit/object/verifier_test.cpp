// SPDX-License-Identifier: BSD-2-Clause
#include "object/verifier.h"

#include <gmock/gmock.h>

namespace bpfmaps::object {
namespace {

// As Linux 6.18 and 5.10 word them.
TEST(LastWords, reason_instruction_and_source) {
  EXPECT_EQ(last_words("func#0 @0\n"
                       "0: R1=ctx() R10=fp0\n"
                       "; int bad(struct xdp_md *ctx) @ bad.bpf.c:9\n"
                       "0: (b7) r1 = 0                        ; R1_w=0\n"
                       "; return *(int *)ctx->data; @ bad.bpf.c:11\n"
                       "1: (61) r0 = *(u32 *)(r1 +0)\n"
                       "R1 invalid mem access 'scalar'\n"
                       "processed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0 "
                       "peak_states 0 mark_read 0\n"),
            "R1 invalid mem access 'scalar', at `1: (61) r0 = *(u32 *)(r1 +0)`, from "
            "bad.bpf.c:11: `return *(int *)ctx->data;`");
}

TEST(LastWords, several_lines_of_reason) {
  EXPECT_EQ(last_words("0: (61) r2 = *(u32 *)(r1 +76)\n"
                       "1: (71) r0 = *(u8 *)(r2 +0)\n"
                       "invalid access to packet, off=0 size=1, R2(id=0,off=0,r=0)\n"
                       "R2 offset is outside of the packet\n"
                       "verification time 60 usec\n"
                       "stack depth 0\n"
                       "processed 2 insns (limit 1000000)\n"),
            "invalid access to packet, off=0 size=1, R2(id=0,off=0,r=0); R2 offset is outside of "
            "the packet, at `1: (71) r0 = *(u8 *)(r2 +0)`");
}

TEST(LastWords, a_reason_before_any_instruction) {
  EXPECT_EQ(last_words("Invalid insn code at line_info[0].insn_off\n"),
            "Invalid insn code at line_info[0].insn_off");
}

TEST(LastWords, source_without_its_place_and_a_place_without_text) {
  EXPECT_EQ(last_words("; x = *p;\n1: (61) r0 = *(u32 *)(r1 +0)\nno\n"),
            "no, at `1: (61) r0 = *(u32 *)(r1 +0)`, from `x = *p;`");
  EXPECT_EQ(last_words(";  @ a.c:7\n1: (61) r0 = *(u32 *)(r1 +0)\nno\n"),
            "no, at `1: (61) r0 = *(u32 *)(r1 +0)`, from a.c:7");
}

TEST(LastWords, none) {
  EXPECT_EQ(last_words(""), "");
  EXPECT_EQ(last_words("0: (b7) r0 = 0\n1: (95) exit\nprocessed 2 insns (limit 1000000)\n"), "");
}

}  // namespace
}  // namespace bpfmaps::object
