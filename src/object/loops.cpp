// SPDX-License-Identifier: BSD-2-Clause
#include "object/loops.h"

#include <linux/bpf.h>

#include <array>
#include <vector>

namespace bpfmaps::object {
namespace {

constexpr std::uint8_t kWideLoad = BPF_LD | BPF_IMM | BPF_DW;  // takes two places
constexpr std::uint8_t kFarJump = BPF_JMP32 | BPF_JA;          // its distance is imm; Linux 6.6

/// Where it goes on behind instruction `at`; a place past the end is nowhere.
std::array<std::size_t, 2> behind(Bytes section, std::size_t at) {
  const auto instruction = read_at<bpf_insn>(section, at * sizeof(bpf_insn));
  const std::uint8_t code = instruction.code, kind = BPF_CLASS(code), operation = BPF_OP(code);
  const std::size_t nowhere = section.size(), next = at + (code == kWideLoad ? 2 : 1);
  const bool jumps = kind == BPF_JMP || kind == BPF_JMP32;
  if (!jumps || operation == BPF_CALL) return {next, nowhere};
  if (operation == BPF_EXIT) return {nowhere, nowhere};
  const std::int64_t distance = code == kFarJump ? instruction.imm : instruction.off;
  const auto target = static_cast<std::size_t>(static_cast<std::int64_t>(at) + 1 + distance);
  return {operation == BPF_JA ? nowhere : next, target};
}

}  // namespace

bool has_loop(Bytes section) {
  enum class State : std::uint8_t { unseen, on_way, done };
  const std::size_t count = section.size() / sizeof(bpf_insn);
  std::vector<State> states(count, State::unseen);
  std::vector<std::size_t> way;
  for (std::size_t start = 0; start < count; ++start) {
    way.push_back(start);
    while (!way.empty()) {
      const std::size_t at = way.back();
      if (states[at] != State::unseen) {
        states[at] = State::done;  // all behind it is, or it was met twice
        way.pop_back();
        continue;
      }
      states[at] = State::on_way;
      for (const std::size_t next : behind(section, at)) {
        if (next >= count || states[next] == State::done) continue;
        if (states[next] == State::on_way) return true;
        way.push_back(next);
      }
    }
  }
  return false;
}

}  // namespace bpfmaps::object
