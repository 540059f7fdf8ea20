// SPDX-License-Identifier: BSD-2-Clause
// Words of bpftool that are others here: hints for those who type them.
#pragma once

#include <string_view>

namespace bpfmaps::cli {

/// What to type in place of bpftool's OBJECT VERB, as a sentence; "" where there is nothing to say.
/// `verb` may be "".
std::string_view hint_for_bpftools(std::string_view object, std::string_view verb);

}  // namespace bpfmaps::cli
