// SPDX-License-Identifier: BSD-2-Clause
// RingFollower: reads the records of a ring buffer that others fill and empty, beside its owner.
// Knows memory and positions alone; makes no system call and writes nothing into the ring.
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/map/events.h"

namespace bpfmaps::kernel {

/// A ring as it lies in memory (kernel/bpf/ringbuf.c). Others write to it meanwhile. Positions
/// count the bytes since it was made and never go back.
struct RingMemory {
  const std::uint64_t* consumer = nullptr;  ///< behind what its owner has taken
  const std::uint64_t* producer = nullptr;  ///< behind what was reserved
  /// Of a ring that overwrites its oldest records: behind the last one that is gone. Else null.
  const std::uint64_t* overwritten = nullptr;
  const std::uint64_t* data = nullptr;
  std::uint64_t size = 0;  ///< bytes of `data`, a power of two from 8 on
  /// Its producer uses the last byte, too, as that of a user_ringbuf does; the kernel's never does.
  bool fills_up = false;
};

/// A record is a header of 8 bytes, whose first 4 hold the length and two bits, and the data,
/// filled up to 8 bytes. The busy bit is set until the record is whole.
///
/// The producer writes the header before it moves its position, so a record that begins at p is
/// still whole as long as the producer's position is less than p + size. That is asked after each
/// copy: what may have been overwritten meanwhile is thrown away and counted as lost.
class RingFollower {
 public:
  /// Begins at `from`, which is a position where a record begins.
  RingFollower(const RingMemory& ring, std::uint64_t from) : ring_(ring), position_(from) {}

  /// Copies the records that are whole, at most `most`. False where there was nothing: no record,
  /// and nothing lost.
  bool read(Burst& burst, std::uint64_t most = UINT64_MAX);

  /// Where the next record begins.
  std::uint64_t position() const { return position_; }
  /// Whether the last read() stopped at a record whose busy bit is set.
  bool is_busy() const { return busy_; }
  /// Whether lengths have been found that no producer writes. What could not be read was lost.
  bool is_broken() const { return broken_; }

 private:
  bool is_intact(std::uint64_t written) const;
  void skip_to(std::uint64_t position, Burst& burst);
  void skip(Burst& burst);
  void copy(std::uint64_t bytes);
  bool parse(std::uint64_t copied, std::uint64_t available, std::uint64_t most, Burst& burst);

  const RingMemory ring_;
  std::uint64_t position_;
  std::uint64_t least_ = 0;  // bytes to copy for the next record to be whole
  bool busy_ = false, broken_ = false;
  std::vector<std::uint64_t> copy_;
};

/// The position behind all that was written.
std::uint64_t newest_position(const RingMemory& ring);
/// The position of the first record that waits for the ring's consumer.
std::uint64_t waiting_position(const RingMemory& ring);
/// The position of the oldest record that is known to be whole: the first one of a ring that has
/// not come round yet, the oldest one that was not overwritten, or the first that waits. Of a
/// user_ringbuf always the first that waits.
std::uint64_t oldest_position(const RingMemory& ring);

}  // namespace bpfmaps::kernel
