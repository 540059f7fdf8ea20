// SPDX-License-Identifier: BSD-2-Clause
// BPF objects, checked before libbpf sees them: libbpf trusts its input.
#pragma once

#include "object/elf.h"

namespace bpfmaps::object {

/// The sections of `image` after these checks: for BPF and relocatable; symbols and relocations
/// within what they refer to; BTF sound (kernel/btf_check.h). Errors are of Kind::invalid and say
/// what is wrong; those of another machine are Kind::unsupported.
Result<Sections> read_bpf_object(const ElfImage& image);

}  // namespace bpfmaps::object
