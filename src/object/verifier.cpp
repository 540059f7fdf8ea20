// SPDX-License-Identifier: BSD-2-Clause
// A log is a walk through the program: lines of source ("; x = *p; @ a.c:7"), instructions
// ("3: (61) r2 = ..."), register states, and where it ends badly the reason. The kernel does not
// promise this shape; a line that fits none of these is taken for part of the reason.
#include "object/verifier.h"

#include <algorithm>

#include "base/text.h"

namespace bpfmaps::object {
namespace {

/// "3: (61) ..." and not "3: R1=ctx() R10=fp0", which is a register state.
bool is_instruction(std::string_view line) {
  const std::size_t digits = line.find_first_not_of("0123456789");
  return digits != 0 && digits != line.npos && line.substr(digits).starts_with(": (");
}

/// Register states, how the walk went and what it cost: nothing that explains a refusal.
bool is_noise(std::string_view line) {
  constexpr std::string_view kNoise[] = {"processed ",
                                         "verification time ",
                                         "stack depth ",
                                         "func#",
                                         "from ",
                                         "mark_precise: ",
                                         "last_idx ",
                                         "regs=",
                                         "parent ",
                                         "propagating ",
                                         "Func ",
                                         "Validating ",
                                         "max_states_per_insn"};
  if (std::ranges::any_of(kNoise,
                          [line](std::string_view start) { return line.starts_with(start); }))
    return true;
  const std::size_t digits = line.find_first_not_of("0123456789");
  return digits != 0 && digits != line.npos && line.substr(digits).starts_with(": R");
}

/// `line` up to where the verifier adds the registers' state or the source file.
std::string_view before(std::string_view line, std::string_view mark) {
  line = line.substr(0, line.find(mark));
  return line.substr(0, line.find_last_not_of(' ') + 1);
}

}  // namespace

std::string last_words(std::string_view log) {
  std::string reason;
  std::string_view instruction, source;
  for (const std::string_view line : split(log, '\n')) {
    if (line.empty() || is_noise(line)) continue;
    if (line.starts_with("; ")) {
      source = before(line.substr(2), " @ ");
    } else if (is_instruction(line)) {
      instruction = before(line, " ; ");
      reason.clear();  // what was said before was no reason to stop
    } else {
      reason.append(reason.empty() ? "" : "; ").append(line);
    }
  }
  if (reason.empty()) return {};
  if (!instruction.empty()) reason.append(", at `").append(instruction).append("`");
  if (!source.empty()) reason.append(", from `").append(source).append("`");
  return reason;
}

}  // namespace bpfmaps::object
