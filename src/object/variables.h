// SPDX-License-Identifier: BSD-2-Clause
// Global variables of an object that is not loaded yet: given other values than it was compiled
// with. What a value means for a type is not known here.
#pragma once

#include <bpf/libbpf.h>

#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <string>

#include "base/result.h"

namespace bpfmaps::object {

/// Sets one variable in `bytes`, a data section of which type `section` of `types` tells; `word`
/// is NAME=VALUE, where NAME may lead into the variable.
using SetVariable = std::function<Status(const btf* types, std::uint32_t section,
                                         const std::string& word, std::span<unsigned char> bytes)>;

/// The data sections that were changed.
using Changed = std::set<const bpf_map*>;

/// Sets what each of `words` names by `set`. not_found, with the nearest name, where the object
/// named `subject` has no such variable.
Result<Changed> set_variables(bpf_object* object, const std::string& subject,
                              std::span<const std::string> words, const SetVariable& set);

}  // namespace bpfmaps::object
