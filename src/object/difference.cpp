// SPDX-License-Identifier: BSD-2-Clause
#include "object/difference.h"

namespace bpfmaps::object {

std::string text_of(const std::vector<Difference>& differences) {
  constexpr std::size_t kTold = 8;
  std::string text;
  for (std::size_t i = 0; i < differences.size() && i < kTold; ++i) {
    const Difference& one = differences[i];
    text.append(text.empty() ? "" : "; ").append(one.field);
    text.append(one.field == "entries" || one.field == "flags" ? " are " : " is ");
    text.append(one.is).append(", not ").append(one.wanted);
  }
  if (differences.size() > kTold)
    text.append("; and ").append(std::to_string(differences.size() - kTold)).append(" more");
  return text;
}

}  // namespace bpfmaps::object
