// SPDX-License-Identifier: BSD-2-Clause
// Perf events by the names that perf-list(1) has for those of linux/perf_event.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bpfmaps::kernel {

struct PerfEventId {
  std::uint32_t type = 0;    ///< enum perf_type_id, or a PMU's number
  std::uint64_t config = 0;  ///< what of that type

  bool operator==(const PerfEventId&) const = default;
};

/// "software", "hardware", or the name of a PMU; the number where there is no name.
std::string perf_type_name(const PerfEventId& event);
/// "page-faults", "cpu-cycles"; the number where there is no name.
std::string perf_config_name(const PerfEventId& event);

/// The event of that name, or of "TYPE:CONFIG", two numbers.
std::optional<PerfEventId> perf_event_named(std::string_view name);
std::vector<std::string_view> perf_event_names();

}  // namespace bpfmaps::kernel
