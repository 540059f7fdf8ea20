// SPDX-License-Identifier: BSD-2-Clause
// Which programs of an opened object are to be loaded, and as what type.
#pragma once

#include <bpf/libbpf.h>

#include <span>
#include <string>
#include <string_view>

#include "object/load.h"

namespace bpfmaps::object {

/// Leaves autoload on for the programs that `plan` asks for, and gives each its type. `subject` is
/// the object's name, for errors.
Status choose_programs(bpf_object* object, const std::string& subject, const LoadPlan& plan);

/// not_found where `name` is none of `names`, which are those of the object's maps or programs
/// (`what`).
Status check_named(const std::string& what, std::string_view name,
                   std::span<const std::string_view> names, const std::string& subject);

}  // namespace bpfmaps::object
