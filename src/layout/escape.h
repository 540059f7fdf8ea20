// SPDX-License-Identifier: BSD-2-Clause
// Names that a type gives to its fields and values, as a form can hold them. They come from files
// and from whoever loaded a map: any byte but NUL can stand in them.
#pragma once

#include <string>
#include <string_view>

#include "layout/program.h"

namespace bpfmaps::layout {

/// `text` as the inside of a JSON string, as a terminal may show it, or as plain UTF-8.
std::string escaped(std::string_view text, Dialect::Text form);

/// The names of an enum, each escaped.
Names escaped(const Names& names, Dialect::Text form);

/// Whether all names can stand in every form as they are, also between the commas of CSV.
bool are_harmless(const Names& names);

}  // namespace bpfmaps::layout
