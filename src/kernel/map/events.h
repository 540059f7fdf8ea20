// SPDX-License-Identifier: BSD-2-Clause
// Events: the records that programs send to user space through a map, and what was missed of them.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"

namespace bpfmaps::kernel {

/// One record. Its bytes are a copy, valid until its source is asked for more.
struct Event {
  std::uint64_t position = 0;  ///< bytes that were written before it since the ring was made
  std::uint64_t time_ns = 0;   ///< since 1970; 0 where the kernel keeps no time
  const unsigned char* data = nullptr;
  std::uint32_t size = 0;  ///< bytes
  std::uint32_t cpu = 0;   ///< of a perf_event_array
};

/// Records that were overwritten before they could be read. The kernel counts those of a ring
/// buffer in bytes, with their headers, and those of a perf_event_array in records.
struct Lost {
  std::uint64_t bytes = 0, records = 0;
  std::uint32_t cpu = 0;
};

/// What was read at once: what was lost before, then the records in their order.
struct Burst {
  std::vector<Lost> lost;
  std::vector<Event> events;
  std::uint64_t bytes = 0;  ///< that were read, with headers and discarded records

  void clear() {
    lost.clear();
    events.clear();
    bytes = 0;
  }
  bool is_empty() const { return lost.empty() && events.empty() && bytes == 0; }
};

/// Where a reader begins.
enum class From : std::uint8_t { now, oldest };

/// A map whose records are followed.
class EventSource {
 public:
  virtual ~EventSource() = default;

  /// Reads what there is, at most `most` records, and says whether there was anything.
  virtual bool read(Burst& burst, std::uint64_t most) = 0;
  /// Makes the records of the last burst free for its producer, where records are consumed.
  virtual void release() {}

  /// Readable when a record was written and the producer told so, which it does not always do: it
  /// has to be looked at from time to time, too. -1 where no producer tells.
  virtual int fd() const = 0;
  /// Makes fd() wait for the next record.
  virtual void rearm() {}

  /// Bytes that its buffer holds.
  virtual std::uint64_t capacity() const = 0;
  /// Where the next record is still being written: its position; else nothing can be told.
  virtual bool is_busy(std::uint64_t& /*position*/) const { return false; }
  /// Whether the memory held what no producer writes.
  virtual bool is_broken() const { return false; }
};

}  // namespace bpfmaps::kernel
