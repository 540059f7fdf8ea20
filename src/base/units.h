// SPDX-License-Identifier: BSD-2-Clause
// Numbers with a unit behind them, as people type them in expressions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bpfmaps {

/// "1k" as "1000", "1.5MiB" as "1572864", "10ms" as "10000000", "80%" as "0.8": the number without
/// its unit, in decimal. k, M, G, T and P are powers of 1000; Ki, Mi, Gi, Ti and Pi of 1024; a B
/// may follow. ns, us, ms, s, m, h and d are times in nanoseconds, the kernel's own unit. Nothing
/// where `text` is no such number, or so great that no field holds it.
std::optional<std::string> without_unit(std::string_view text);

}  // namespace bpfmaps
