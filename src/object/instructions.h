// SPDX-License-Identifier: BSD-2-Clause
// What the instructions of a program tell of the kernels that take them. Nothing here follows the
// program: every instruction of a section is looked at once.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "object/releases.h"

namespace bpfmaps::object {

/// Something that came with a release: "map type ringbuf", "helper bpf_loop".
struct Need {
  std::string name;
  Linux since;
};

/// What the instructions in `section` need, each once; nothing of what every kernel knows. What is
/// left of a section behind its last whole instruction is not looked at.
std::vector<Need> instruction_needs(Bytes section);

}  // namespace bpfmaps::object
