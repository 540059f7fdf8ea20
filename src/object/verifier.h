// SPDX-License-Identifier: BSD-2-Clause
// The verifier's log, boiled down to what its reader needs first.
#pragma once

#include <string>
#include <string_view>

namespace bpfmaps::object {

/// Why the verifier stopped, on one line: its last words, the instruction it stopped at and the
/// source line of that, as far as the log has them. "" for a log without any words.
///
///     R1 invalid mem access 'scalar', at `3: (61) r2 = *(u32 *)(r1 +0)`, from a.c:7: `x = *p;`
std::string last_words(std::string_view log);

}  // namespace bpfmaps::object
