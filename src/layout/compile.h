// SPDX-License-Identifier: BSD-2-Clause
// From a BTF type to a Layout. All that can be wrong with a type is found here, before a value is
// read: after this nothing looks at BTF again.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "layout/layout.h"

struct btf;

namespace bpfmaps::layout {

/// Compiles type `id` of `types` for values of `size` bytes.
///
/// Types from files are not trusted: ids, offsets and counts out of range, cycles, more than 32
/// levels or 65,536 nodes are errors of Kind::invalid, as is a type whose size is not `size`.
/// A data section may be smaller than `size` (the kernel rounds mapped ones up to pages).
///
/// A typedef of an integer decodes as an enum when the same BTF has an enum of that name: the
/// kernel takes only integers as array keys, so that is how a program names its key's values.
Result<Layout> compile(const btf* types, std::uint32_t id, std::uint32_t size);

}  // namespace bpfmaps::layout
