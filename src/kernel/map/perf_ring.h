// SPDX-License-Identifier: BSD-2-Clause
// PerfRing: the buffer of one perf event, mapped, and the records that programs put into it.
#pragma once

#include <cstdint>
#include <vector>

#include "base/fd.h"
#include "kernel/map/events.h"

namespace bpfmaps::kernel {

class PerfRing {
 public:
  /// Opens an event that programs running on `cpu` can write to. Kind::permission without
  /// CAP_PERFMON.
  static Result<PerfRing> open(std::uint32_t cpu);
  PerfRing(PerfRing&& other) noexcept;
  PerfRing& operator=(PerfRing&&) = delete;
  ~PerfRing();

  int fd() const { return event_.get(); }
  std::uint32_t cpu() const { return cpu_; }
  std::uint64_t capacity() const;

  /// Copies records, at most `most`, and makes room for new ones. The data of the events it adds
  /// to `burst` is valid until the next call.
  void read(Burst& burst, std::uint64_t most);

 private:
  PerfRing(Fd event, std::uint32_t cpu, void* pages)
      : event_(std::move(event)), cpu_(cpu), pages_(pages) {}
  void add(std::size_t at, std::uint64_t position, Burst& burst) const;

  Fd event_;
  std::uint32_t cpu_;
  void* pages_;
  std::vector<unsigned char> copy_;
};

}  // namespace bpfmaps::kernel
