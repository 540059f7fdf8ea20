// SPDX-License-Identifier: BSD-2-Clause
#include "disasm/blocks.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "disasm/bpf.h"

namespace bpfmaps::disasm {
namespace {

// Indices into a function's instructions by their pc.
class Places {
 public:
  explicit Places(const std::vector<Instruction>& instructions) : instructions_(instructions) {}

  /// Where the jump at `from` goes; nothing where it is no jump, or leads out of the function.
  std::optional<std::size_t> target(std::size_t from) const {
    const Instruction& instruction = instructions_[from];
    const auto jump = flow(read_at<bpf_insn>(instruction.bytes, 0)).jump;
    if (!jump) return std::nullopt;
    const std::uint64_t pc = instruction.pc + 1 + static_cast<std::uint64_t>(*jump);
    const auto found = std::ranges::lower_bound(instructions_, pc, {}, &Instruction::pc);
    if (found == instructions_.end() || found->pc != pc) return std::nullopt;
    return static_cast<std::size_t>(found - instructions_.begin());
  }

  bool goes_on(std::size_t from) const {
    return flow(read_at<bpf_insn>(instructions_[from].bytes, 0)).goes_on;
  }

 private:
  const std::vector<Instruction>& instructions_;
};

}  // namespace

std::vector<Block> blocks_of(const Function& function) {
  const std::size_t count = function.instructions.size();
  const Places places(function.instructions);
  std::set<std::size_t> starts = {0};
  for (std::size_t i = 0; i < count; ++i) {
    const auto target = places.target(i);
    if (target) starts.insert(*target);
    if ((target || !places.goes_on(i)) && i + 1 < count) starts.insert(i + 1);
  }
  std::vector<Block> blocks;
  for (auto start = starts.begin(); start != starts.end(); ++start) {
    const auto behind = std::next(start);
    blocks.push_back({*start, (behind == starts.end() ? count : *behind) - 1, {}});
  }
  const auto block_at = [&blocks](std::size_t first) {
    return static_cast<std::size_t>(std::ranges::lower_bound(blocks, first, {}, &Block::first) -
                                    blocks.begin());
  };
  for (Block& block : blocks) {
    if (places.goes_on(block.last) && block.last + 1 < count)
      block.next.push_back(block_at(block.last + 1));
    if (const auto target = places.target(block.last)) {
      const std::size_t other = block_at(*target);
      if (std::ranges::find(block.next, other) == block.next.end()) block.next.push_back(other);
    }
  }
  return blocks;
}

}  // namespace bpfmaps::disasm
