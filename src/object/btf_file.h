// SPDX-License-Identifier: BSD-2-Clause
// Types from a file, for maps that carry none.
#pragma once

#include <string>

#include "kernel/btf.h"

namespace bpfmaps::object {

/// The types in the .BTF section of an ELF file of any machine (an object, a vmlinux), in a file of
/// raw BTF (/sys/kernel/btf/vmlinux), or in the built-in object of that name. They are checked
/// first: a malformed file is an error of Kind::invalid. The variables of a BPF object's data
/// sections are where they will be once it is loaded.
Result<kernel::Btf> read_types(const std::string& word);

}  // namespace bpfmaps::object
