// SPDX-License-Identifier: BSD-2-Clause
// The counters of bpf/ that are part of the program: their names, what each is for, their bytes.
#pragma once

#include <span>
#include <string_view>

#include "base/bytes.h"

namespace bpfmaps::object {

struct Builtin {
  std::string_view name;
  std::string_view summary;  ///< one line
  Bytes contents;            ///< the ELF object, aligned to 8, there until exit
};

/// All of them, in the order a newcomer should meet them.
std::span<const Builtin> builtins();

/// The one of that name, or null.
const Builtin* find_builtin(std::string_view name);

}  // namespace bpfmaps::object
