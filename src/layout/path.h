// SPDX-License-Identifier: BSD-2-Clause
// Paths: from a text such as `in[0].a` to the field it names. Typed input and queries both read
// paths here, so that one path means one field everywhere.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "layout/encode.h"

namespace bpfmaps::layout {

/// The member `name` of the record at `field`. An error names its members.
Result<FieldRef> member_of(const FieldRef& field, std::string_view name);

/// Element `index` of the array at `field`; in range.
FieldRef element_of(const FieldRef& field, std::uint32_t index);

/// The way from `start` along `path`, members with points between them and elements in brackets:
/// `start` first, the field that `path` leads to last. Errors are of Kind::usage and name what the
/// path reached before it went wrong.
Result<std::vector<FieldRef>> follow(const FieldRef& start, std::string_view path);

}  // namespace bpfmaps::layout
