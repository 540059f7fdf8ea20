// SPDX-License-Identifier: BSD-2-Clause
// The C names of an object's types, and its global variables. Values are the layout room's.
#pragma once

#include <bpf/btf.h>

#include <string>
#include <vector>

#include "object/spec.h"

namespace bpfmaps::object {

/// "struct xdp_stats", "xdp_action", "char[16]", "__u64 *"; "" for type 0, an id that is not in
/// `types`, or without types (null).
std::string type_name(const btf* types, std::uint32_t id);

/// The variables of every data section, in the order of sections and offsets.
std::vector<VariableSpec> variables_of(const btf* types);

}  // namespace bpfmaps::object
