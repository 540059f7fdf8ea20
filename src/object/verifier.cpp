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

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t";
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  return text.substr(0, text.find_last_not_of(kBlank) + 1);
}

/// "a.c:7: `x = *p;`" for "; x = *p; @ a.c:7". The place is there since Linux 6.9; the text is,
/// unless the compiler did not find the file.
std::string source_of(std::string_view line) {
  constexpr std::string_view kPlace = " @ ";
  const std::size_t at = line.rfind(kPlace);
  std::string source(at == line.npos ? "" : line.substr(at + kPlace.size()));
  const std::string_view text = trimmed(line.substr(1, at - 1));
  if (text.empty()) return source;
  if (!source.empty()) source += ": ";
  return source.append("`").append(text).append("`");
}

}  // namespace

std::string last_words(std::string_view log) {
  std::string reason, source;
  std::string_view instruction;
  for (const std::string_view line : split(log, '\n')) {
    if (line.empty() || is_noise(line)) continue;
    if (line.starts_with("; ")) {
      source = source_of(line);
    } else if (is_instruction(line)) {
      instruction = trimmed(line.substr(0, line.find(" ; ")));
      reason.clear();  // what was said before was no reason to stop
    } else {
      reason.append(reason.empty() ? "" : "; ").append(line);
    }
  }
  if (reason.empty()) return {};
  if (!instruction.empty()) reason.append(", at `").append(instruction).append("`");
  if (!source.empty()) reason.append(", from ").append(source);
  return reason;
}

}  // namespace bpfmaps::object
