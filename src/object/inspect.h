// SPDX-License-Identifier: BSD-2-Clause
// What an object declares, without loading any of it.
#pragma once

#include "object/elf_image.h"
#include "object/spec.h"

namespace bpfmaps::object {

/// Maps, programs and variables in the order of the file. An object that declares neither maps
/// nor programs is an error of Kind::invalid, like one that is malformed.
Result<Spec> inspect(const ElfImage& image);

}  // namespace bpfmaps::object
