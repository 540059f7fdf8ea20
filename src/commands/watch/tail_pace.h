// SPDX-License-Identifier: BSD-2-Clause
// TailPace: how long a follower waits before it looks again. A ring tells of a new record only when
// its owner had taken all others, so it is looked at from time to time, seldom where nothing comes.
#pragma once

#include <algorithm>
#include <cstdint>

namespace bpfmaps::commands {

class TailPace {
 public:
  /// How long to rest behind a burst of `bytes` that was read at `now_ns` from a buffer of
  /// `capacity` bytes: until an eighth of it may be new, a millisecond at most. 0 where that is
  /// too short to wait for.
  std::uint64_t after(std::uint64_t bytes, std::uint64_t capacity, std::uint64_t now_ns) {
    const auto elapsed = static_cast<double>(now_ns - last_ns_);
    last_ns_ = now_ns;
    idle_ns_ = kLeastIdle;
    const double rest =
        elapsed * static_cast<double>(capacity) / 8 / static_cast<double>(std::max(bytes, kOne));
    if (rest < kLeastRest) return 0;
    return rest < kMostRest ? static_cast<std::uint64_t>(rest) : kMostRest;
  }

  /// How long to wait for a sign where nothing was read: twice as long as before.
  std::uint64_t idle() {
    const std::uint64_t wait = idle_ns_;
    idle_ns_ = std::min(idle_ns_ * 2, kMostIdle);
    return wait;
  }

 private:
  static constexpr std::uint64_t kOne = 1, kLeastRest = 100'000, kMostRest = 1'000'000;
  static constexpr std::uint64_t kLeastIdle = 1'000'000, kMostIdle = 100'000'000;

  std::uint64_t last_ns_ = 0, idle_ns_ = kLeastIdle;
};

}  // namespace bpfmaps::commands
