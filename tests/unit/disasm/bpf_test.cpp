// SPDX-License-Identifier: BSD-2-Clause
// The text of every kind of BPF instruction: also those that no compiler here makes.
#include "disasm/bpf.h"

#include <gmock/gmock.h>

#include <vector>

namespace bpfmaps::disasm {
namespace {

struct Case {
  bpf_insn insn;
  const char* text;
};

// {code, dst_reg, src_reg, off, imm}
const std::vector<Case> kCases = {
    {{0x07, 1, 0, 0, -5}, "(07) r1 += -5"},
    {{0x0c, 1, 2, 0, 0}, "(0c) w1 += w2"},
    {{0x1f, 1, 2, 0, 0}, "(1f) r1 -= r2"},
    {{0x24, 3, 0, 0, 7}, "(24) w3 *= 7"},
    {{0x37, 3, 0, 0, 7}, "(37) r3 /= 7"},
    {{0x3f, 3, 4, 1, 0}, "(3f) r3 s/= r4"},
    {{0x9f, 3, 4, 0, 0}, "(9f) r3 %= r4"},
    {{0x94, 3, 0, 1, 9}, "(94) w3 s%= 9"},
    {{0x4f, 3, 4, 0, 0}, "(4f) r3 |= r4"},
    {{0x57, 3, 0, 0, 255}, "(57) r3 &= 255"},
    {{0xaf, 3, 4, 0, 0}, "(af) r3 ^= r4"},
    {{0x67, 3, 0, 0, 32}, "(67) r3 <<= 32"},
    {{0x77, 3, 0, 0, 32}, "(77) r3 >>= 32"},
    {{0xc4, 3, 0, 0, 3}, "(c4) w3 s>>= 3"},
    {{0x87, 3, 0, 0, 0}, "(87) r3 = -r3"},
    {{0x84, 3, 0, 0, 0}, "(84) w3 = -w3"},
    {{0xbf, 1, 10, 0, 0}, "(bf) r1 = r10"},
    {{0xb4, 1, 0, 0, -1}, "(b4) w1 = -1"},
    {{0xbf, 1, 2, 8, 0}, "(bf) r1 = (s8)r2"},
    {{0xbc, 1, 2, 16, 0}, "(bc) w1 = (s16)w2"},
    {{0xbf, 1, 2, 1, 0x10000}, "(bf) r1 = addr_space_cast(r2, 1, 0)"},
    {{0xbf, 1, 2, -1, 0}, "(bf) r1 = &(void __percpu *)(r2)"},
    {{0xd4, 1, 0, 0, 16}, "(d4) r1 = le16 r1"},
    {{0xdc, 1, 0, 0, 32}, "(dc) r1 = be32 r1"},
    {{0xd7, 1, 0, 0, 64}, "(d7) r1 = bswap64 r1"},
    {{0x71, 1, 2, 4, 0}, "(71) r1 = *(u8 *)(r2 +4)"},
    {{0x79, 1, 2, -8, 0}, "(79) r1 = *(u64 *)(r2 -8)"},
    {{0x81, 1, 2, 0, 0}, "(81) r1 = *(s32 *)(r2 +0)"},
    {{0x6b, 10, 1, -2, 0}, "(6b) *(u16 *)(r10 -2) = r1"},
    {{0x62, 10, 0, -4, 3}, "(62) *(u32 *)(r10 -4) = 3"},
    {{0xc2, 0, 0, 0, 0}, "(c2) nospec"},
    {{0xdb, 1, 2, 8, BPF_AND}, "(db) lock *(u64 *)(r1 +8) &= r2"},
    {{0xc3, 1, 2, 8, BPF_XOR | BPF_FETCH}, "(c3) r2 = atomic_fetch_xor((u32 *)(r1 +8), r2)"},
    {{0xdb, 1, 2, 0, BPF_XCHG}, "(db) r2 = atomic64_xchg((u64 *)(r1 +0), r2)"},
    {{0xdb, 1, 2, 0, BPF_CMPXCHG}, "(db) r0 = atomic64_cmpxchg((u64 *)(r1 +0), r0, r2)"},
    {{0xdb, 1, 2, 0, 0x100}, "(db) r1 = load_acquire((u64 *)(r2 +0))"},
    {{0xd3, 1, 2, 0, 0x110}, "(d3) store_release((u8 *)(r1 +0), r2)"},
    {{0x30, 0, 0, 0, 12}, "(30) r0 = *(u8 *)skb[12]"},
    {{0x48, 0, 6, 0, 14}, "(48) r0 = *(u16 *)skb[r6 + 14]"},
    {{0x05, 0, 0, -3, 0}, "(05) goto pc-3"},
    {{0x06, 0, 0, 0, 70000}, "(06) gotol pc+70000"},
    {{0x0d, 4, 0, 0, 0}, "(0d) gotox r4"},
    {{0xe5, 0, 0, 2, 0}, "(e5) may_goto pc+2"},
    {{0x15, 1, 0, 2, -1}, "(15) if r1 == 0xffffffff goto pc+2"},
    {{0x5e, 1, 2, 2, 0}, "(5e) if w1 != w2 goto pc+2"},
    {{0x45, 1, 0, 2, 8}, "(45) if r1 & 0x8 goto pc+2"},
    {{0xcd, 1, 2, 2, 0}, "(cd) if r1 s< r2 goto pc+2"},
    {{0xd6, 1, 0, 2, 5}, "(d6) if w1 s<= 0x5 goto pc+2"},
    {{0x85, 0, 0, 0, 5}, "(85) call 5"},
    {{0x95, 0, 0, 0, 0}, "(95) exit"},
    {{0xef, 1, 2, 3, 4}, "(ef) unknown"},
    {{0xdb, 1, 2, 0, 0x7777}, "(db) unknown"},
};

std::string text_of(const bpf_insn& insn) { return bpf_text({&insn, 1}); }

TEST(BpfText, is_what_the_verifier_writes) {
  for (const Case& one : kCases) EXPECT_EQ(text_of(one.insn), one.text);
}

TEST(BpfText, is_there_for_whatever_the_bytes_are) {
  for (int code = 0; code < 256; ++code)
    for (const int number : {0, -1, 1, 0x7fff}) {
      const bpf_insn insn = {static_cast<std::uint8_t>(code), 15, 15,
                             static_cast<std::int16_t>(number), number};
      EXPECT_THAT(text_of(insn), testing::StartsWith("("));
      EXPECT_GT(text_of(insn).size(), 5u);
    }
}

TEST(BpfText, a_wide_load_takes_two) {
  const bpf_insn wide[] = {{0x18, 1, 0, 0, -2}, {0, 0, 0, 0, 1}};
  EXPECT_EQ(width(wide), 2u);
  EXPECT_EQ(bpf_text(wide), "(18) r1 = 0x1fffffffe");
  EXPECT_EQ(bpf_text(wide, "map[id:7]"), "(18) r1 = map[id:7]");
  EXPECT_EQ(width({wide, 1}), 1u);  // cut off: there is nothing behind it
  EXPECT_EQ(bpf_text({wide, 1}), "(18) r1 = 0xfffffffe");
}

}  // namespace
}  // namespace bpfmaps::disasm
