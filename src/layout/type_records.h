// SPDX-License-Identifier: BSD-2-Clause
// BTF types one by one: finding them by name, what each is made of, and what it says of itself.
#pragma once

#include <bpf/btf.h>

#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include "output/record.h"

namespace bpfmaps::layout {

/// The types called `name`: `struct`, `union` or `enum` and a tag, or a bare name, which a struct,
/// union, enum, typedef, integer, float or function may have. Declarations without a body are none.
std::vector<std::uint32_t> types_named(const btf* types, std::string_view name);

/// The types that `id` is made of, itself first.
void add_parts(const btf* types, std::uint32_t id, std::set<std::uint32_t>& parts);

/// One type by bpftool's names of fields: id, kind ("STRUCT"), name, size, members and so on.
output::Record type_record(const btf* types, std::uint32_t id);

}  // namespace bpfmaps::layout
