// SPDX-License-Identifier: BSD-2-Clause
#include "object/load_plan.h"

#include "kernel/pin/pin_set.h"

namespace bpfmaps::object {

std::string LoadPlan::directory() const {
  const auto* one = std::get_if<OneProgram>(&programs);
  return one != nullptr ? kernel::parent_of(one->pin) : std::get<EveryProgram>(programs).directory;
}

}  // namespace bpfmaps::object
