// SPDX-License-Identifier: BSD-2-Clause
#include "object/loops.h"

#include <array>
#include <vector>

#include "kernel/prog/instruction.h"

namespace bpfmaps::object {
namespace {

/// Where it goes on behind instruction `at`; a place past the end is nowhere.
std::array<std::size_t, 2> behind(Bytes section, std::size_t at) {
  const auto instruction = read_at<bpf_insn>(section, at * sizeof(bpf_insn));
  const std::size_t nowhere = section.size(), wide = instruction.code == kernel::kWideLoad ? 1 : 0;
  const kernel::Flow flow = kernel::flow(instruction);
  const auto target = static_cast<std::int64_t>(at) + 1 + flow.jump.value_or(0);
  return {flow.goes_on ? at + 1 + wide : nowhere,
          flow.jump ? static_cast<std::size_t>(target) : nowhere};
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
