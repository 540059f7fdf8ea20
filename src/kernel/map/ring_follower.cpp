// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/map/ring_follower.h"

#include <algorithm>
#include <atomic>

namespace bpfmaps::kernel {
namespace {

// BPF_RINGBUF_BUSY_BIT, BPF_RINGBUF_DISCARD_BIT and BPF_RINGBUF_HDR_SZ of linux/bpf.h.
constexpr std::uint32_t kBusy = 1U << 31, kDiscarded = 1U << 30;
constexpr std::uint64_t kHeader = 8;

// Bytes that are copied at once, where records are not longer; where few records are asked for.
constexpr std::uint64_t kChunk = 256 << 10, kSmallChunk = 4 << 10, kFew = 64;
constexpr int kTries = 8;  // to read before a producer that is faster

// Later loads are not made before this one, so that a position that is read behind a copy tells
// what was written while it was made. Nothing is stored through the pointer.
std::uint64_t load(const std::uint64_t* from) {
  return std::atomic_ref<std::uint64_t>(*const_cast<std::uint64_t*>(from))
      .load(std::memory_order_acquire);
}

std::uint64_t aligned(std::uint64_t position) { return position & ~(kHeader - 1); }

}  // namespace

bool RingFollower::read(Burst& burst, std::uint64_t most) {
  burst.clear();
  busy_ = false;
  for (int tries = 0; tries < kTries; ++tries) {
    const std::uint64_t written = aligned(load(ring_.producer));
    const std::uint64_t available = written - position_;
    if (available == 0) break;
    if (!is_intact(written)) {
      skip(burst);
      continue;
    }
    const std::uint64_t chunk = most < kFew ? kSmallChunk : kChunk;
    const std::uint64_t wanted = std::min(available, std::max(chunk, least_));
    copy(wanted);
    if (!is_intact(aligned(load(ring_.producer)))) {
      skip(burst);
      continue;
    }
    if (parse(wanted, available, most, burst)) break;
  }
  return !burst.is_empty();
}

// Whether what was copied from position_ on was not overwritten before `written` was read.
bool RingFollower::is_intact(std::uint64_t written) const {
  if (ring_.overwritten != nullptr && load(ring_.overwritten) > position_) return false;
  const std::uint64_t ahead = written - position_;
  if (ahead < ring_.size) return true;
  return ring_.fills_up && ahead == ring_.size && load(ring_.consumer) <= position_;
}

// Positions of a user_ringbuf are written by whoever maps it, and may lead anywhere.
void RingFollower::skip_to(std::uint64_t position, Burst& burst) {
  if (position > position_) {
    if (burst.lost.empty()) burst.lost.emplace_back();
    burst.lost.front().bytes += position - position_;
  } else {
    broken_ = true;
  }
  position_ = position;
  least_ = 0;
}

// To the oldest record that is surely whole. What the owner has not taken cannot be overwritten.
void RingFollower::skip(Burst& burst) {
  std::uint64_t to = load(ring_.overwritten != nullptr ? ring_.overwritten : ring_.consumer);
  const std::uint64_t written = aligned(load(ring_.producer));
  if (to != aligned(to) || to <= position_ || written - to >= ring_.size) to = written;
  skip_to(to, burst);
}

void RingFollower::copy(std::uint64_t bytes) {
  const std::uint64_t words = bytes / kHeader, size = ring_.size / kHeader;
  const std::uint64_t first = position_ / kHeader & (size - 1);
  if (copy_.size() < words) copy_.resize(words);
  const std::uint64_t before_end = std::min(words, size - first);
  std::uint64_t* to = copy_.data();
  for (std::uint64_t i = 0; i < before_end; ++i) *to++ = load(ring_.data + first + i);
  for (std::uint64_t i = 0; i < words - before_end; ++i) *to++ = load(ring_.data + i);
}

// False where more has to be copied for the first record.
bool RingFollower::parse(std::uint64_t copied, std::uint64_t available, std::uint64_t most,
                         Burst& burst) {
  std::uint64_t at = 0;
  const auto* const bytes = reinterpret_cast<const unsigned char*>(copy_.data());
  while (at < copied && burst.events.size() < most) {
    const auto header = static_cast<std::uint32_t>(copy_[at / kHeader]);
    busy_ = (header & kBusy) != 0;
    if (busy_) break;
    const std::uint32_t size = header & ~kDiscarded;
    const std::uint64_t whole = aligned(size + kHeader + kHeader - 1);
    if (whole > available - at) {
      broken_ = true;
      burst.bytes += at;
      position_ += at;
      skip_to(position_ + (available - at), burst);
      return true;
    }
    if (whole > copied - at) {
      least_ = whole;
      break;
    }
    if ((header & kDiscarded) == 0)
      burst.events.push_back(
          {.position = position_ + at, .data = bytes + at + kHeader, .size = size});
    at += whole;
  }
  if (at == 0 && least_ > copied) return false;
  if (at != 0) least_ = 0;
  burst.bytes += at;
  position_ += at;
  return true;
}

std::uint64_t newest_position(const RingMemory& ring) { return aligned(load(ring.producer)); }

std::uint64_t waiting_position(const RingMemory& ring) {
  const std::uint64_t consumer = load(ring.consumer);
  const std::uint64_t written = newest_position(ring);
  const bool plausible = consumer == aligned(consumer) && written - consumer <= ring.size;
  return plausible || ring.overwritten != nullptr ? aligned(consumer) : written;
}

std::uint64_t oldest_position(const RingMemory& ring) {
  if (ring.overwritten != nullptr) return load(ring.overwritten);
  const bool came_round = newest_position(ring) >= ring.size;
  return came_round || ring.fills_up ? waiting_position(ring) : 0;
}

}  // namespace bpfmaps::kernel
