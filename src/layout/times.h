// SPDX-License-Identifier: BSD-2-Clause
// Times: which fields are points in time, and of which clock. No type says so: the user does.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace bpfmaps::layout {

struct Node;
struct RowSpec;
struct Dialect;

/// The clocks that programs can read (ClockTimes).
enum class Clock : std::uint8_t { mono, boot, tai, wall };

/// "mono", "boot", "tai", "wall"; an error of Kind::usage for another word.
Result<Clock> clock_from_name(std::string_view name);

/// What `clock` says in `times`.
std::uint64_t time_of(const ClockTimes& times, Clock clock);

class Times {
 public:
  /// Takes `word`, FIELD or FIELD=CLOCK, to be a time in nanoseconds in rows of `spec`, whose
  /// layouts outlive this; an array of times too. Errors are of Kind::usage.
  Status add(const RowSpec& spec, std::string_view word);
  /// The same for rows with fewer fields: what they do not show is left out.
  void add_shown(const RowSpec& spec, std::string_view word);
  /// Ages are those at `now`.
  void settle(const ClockTimes& now) { now_ = now; }

  /// The clock of `node`; nothing where it is no time.
  std::optional<Clock> clock_of(const Node& node) const;

  /// Writes `time` as a dialect has it, in no more than kLongestScalar bytes: RFC 3339, and null
  /// where it is 0; on terminals "19:23:31, 2 s ago" and "never".
  char* write(char* to, std::uint64_t time, Clock clock, const Dialect& dialect) const;

 private:
  std::uint64_t wall_ns(std::uint64_t time, Clock clock) const;

  std::vector<std::pair<const Node*, Clock>> fields_;
  ClockTimes now_;
};

/// The most columns that a time takes on a terminal, mostly.
inline constexpr std::size_t kTimeWidth = 19;

}  // namespace bpfmaps::layout
