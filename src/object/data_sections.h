// SPDX-License-Identifier: BSD-2-Clause
// Where the variables of data sections lie: clang leaves it to the loader to write that into BTF.
#pragma once

#include <bpf/btf.h>

#include <span>

#include "object/elf.h"

namespace bpfmaps::object {

/// Gives each data section of `types`, those of the object of `sections`, its size, and each global
/// variable its place, by offset, as libbpf does. What has a size is left alone. Changes `types`.
void place_variables(btf* types, const Sections& sections);

}  // namespace bpfmaps::object
