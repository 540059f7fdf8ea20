// SPDX-License-Identifier: BSD-2-Clause
// Ring buffers: how far they are written and read, and their memory, mapped for reading.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "kernel/handle.h"
#include "kernel/map/ring_follower.h"

namespace bpfmaps::kernel {

/// Whether maps of that type are ring buffers, filled by programs or by user space.
bool is_ring(std::uint32_t map_type);

/// Bytes since the ring was made. What waits may still be under way from its producer.
struct RingPositions {
  std::uint64_t consumer = 0, producer = 0;
  /// Of a ring that overwrites its oldest records (Linux 6.19): behind the last one that is gone.
  std::optional<std::uint64_t> overwritten = {};

  std::uint64_t waiting() const {
    return producer - (overwritten && *overwritten > consumer ? *overwritten : consumer);
  }
};

/// The positions of a ringbuf or user_ringbuf, read through its pages mapped read-only. The kernel
/// shares them only through a descriptor opened for writing, so a `map` opened otherwise is opened
/// anew by its id, which takes CAP_SYS_ADMIN.
Result<RingPositions> ring_positions(const Map& map);

/// The pages of a ring, mapped for reading as long as it lives.
class RingPages {
 public:
  /// `map` is a ring and was opened for writing; it outlives this. Kind::system for want of memory.
  static Result<std::unique_ptr<RingPages>> map(const Map& map);
  ~RingPages();
  RingPages(const RingPages&) = delete;
  RingPages& operator=(const RingPages&) = delete;

  const RingMemory& memory() const { return memory_; }

  /// Maps the consumer's position for writing: what take() needs.
  Status own();
  /// Moves the consumer's position: what lies before `position` may be overwritten. After own().
  void take(std::uint64_t position);

 private:
  RingPages() = default;

  int fd_ = -1;
  void* pages_ = nullptr;
  std::size_t size_ = 0;
  void* consumer_ = nullptr;
  RingMemory memory_;
};

}  // namespace bpfmaps::kernel
