// SPDX-License-Identifier: BSD-2-Clause
// CSV by RFC 4180, but for lines, which end with a line feed alone as those of other Unix programs
// do: quotes only where a field holds a comma, a quote or a line break.
// Lines end in \n, which every reader takes and every Unix tool expects.
#pragma once

#include <string>
#include <string_view>

namespace bpfmaps::output {

/// Appends one field, quoted where it must be.
void append_csv(std::string& to, std::string_view field);

}  // namespace bpfmaps::output
