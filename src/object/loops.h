// SPDX-License-Identifier: BSD-2-Clause
// Whether the code of a program has a loop.
#pragma once

#include "base/bytes.h"

namespace bpfmaps::object {

/// Whether a way through the instructions in `section` comes back to where it was. A jump backwards
/// need not: compilers move code around. Jumps out of the section lead nowhere.
bool has_loop(Bytes section);

}  // namespace bpfmaps::object
