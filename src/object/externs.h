// SPDX-License-Identifier: BSD-2-Clause
// What an object uses and does not define: values of the kernel's configuration, and the kernel's
// own functions and variables.
#pragma once

#include <span>
#include <vector>

#include "object/elf.h"
#include "object/spec.h"

namespace bpfmaps::object {

/// In the order of the symbol tables, which have been checked (elf_check.h). Types and kinds are
/// those of the object's BTF, as the compiler wrote it: libbpf changes it when it opens an object.
std::vector<ExternSpec> externs_of(const Sections& sections);

}  // namespace bpfmaps::object
