// SPDX-License-Identifier: BSD-2-Clause
// Needs: what of an object not every kernel has, as far as it can be told without loading it.
#pragma once

#include <bpf/libbpf.h>

#include <span>
#include <vector>

#include "object/elf.h"
#include "object/spec.h"

namespace bpfmaps::object {

/// What `object` needs, the newest first. Types of maps and programs, where programs attach,
/// helpers and instructions are told from the object alone; that a driver or a configuration lacks
/// what its release has is not. What this build knows no release of is left out.
std::vector<Need> needs_of(const bpf_object* object, const Sections& sections,
                           std::span<const ExternSpec> externs);

}  // namespace bpfmaps::object
