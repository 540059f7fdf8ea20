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
/// Types from files are not trusted: ids, offsets and counts out of range and structs that hold
/// themselves are errors of Kind::invalid, as is a type whose size is not `size`. A data section
/// may be smaller than `size` (the kernel rounds mapped ones up to pages). What would become more
/// text than most_text() of text_bound.h is Kind::unsupported. Behind 32 levels, and 65,536 parts,
/// what is left of a type is bytes, and Layout::remark() says so.
///
/// Every byte that holds data has a field, and every field of a record a name of its own:
///
///   * a struct or union with bytes but no members is bytes, and so are holes (holes.h);
///   * an array of elements that have no bytes has no elements;
///   * names that several fields bear get their offsets behind them: `hits@0` and `hits@4`;
///   * what the kernel alone reads and writes (locks, timers, kernel pointers) is left out.
///
/// A typedef of an integer decodes as an enum when the same BTF has an enum of that name: the
/// kernel takes only integers as array keys, so that is how a program names its key's values.
Result<Layout> compile(const btf* types, std::uint32_t id, std::uint32_t size);

}  // namespace bpfmaps::layout
