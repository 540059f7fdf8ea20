// SPDX-License-Identifier: BSD-2-Clause
// Reading by batches: many entries a system call, but no call that keeps others waiting for long.
#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>

#include "base/kernel_errno.h"
#include "kernel/map/map_kind.h"
#include "kernel/map/reader_kinds.h"
#include "kernel/map/source_kinds.h"
#include "kernel/map/visited.h"

namespace bpfmaps::kernel {
namespace {

// The kernel fills a batch under one RCU read lock: longer ones only make others wait (0.09 ms at
// 256 entries, 1 ms at 4096), shorter ones cost system calls.
constexpr std::uint32_t kMostEntries = 4096, kGentleEntries = 256, kFirstEntries = 64;
constexpr std::size_t kWantedBytes = 512 << 10;
// An entry that vanishes while the generic path copies it makes old kernels give up with EINTR.
constexpr int kMostInterrupts = 64;

// How many entries to ask for. A call walks all the empty buckets between two entries of a hash
// table under the same lock, and in a sparse one there are many: 16 million take 25 ms. So it asks
// for few at first, and for more as long as calls are short.
class BatchSizer {
 public:
  /// `in_map`: more than that no bucket holds.
  BatchSizer(std::uint32_t first, std::uint32_t most, std::uint32_t in_map)
      : now_(first), most_(most), in_map_(std::max(most, in_map)) {}
  std::uint32_t now() const { return now_; }

  void took(std::chrono::steady_clock::duration time) {
    using namespace std::chrono_literals;
    if (time > 1ms)
      now_ = std::max(now_ / 2, 1u);
    else if (time < 500us)
      now_ = std::min(now_ * 2, most_);
  }
  /// One bucket holds more than was asked for. False where that cannot be.
  bool too_small() {
    if (now_ >= in_map_) return false;
    now_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(now_ * 2ull, in_map_));
    most_ = std::max(most_, now_);
    return true;
  }

 private:
  std::uint32_t now_, most_, in_map_;
};

std::uint32_t most_entries(const Map& map, std::size_t value_size, ReadRate rate) {
  const MapInfo& info = map.info();
  const std::uint32_t most = std::min(entries_a_batch(info.key_size + value_size),
                                      rate == ReadRate::gentle ? kGentleEntries : kMostEntries);
  return std::clamp(info.max_entries, 1u, most);
}

class BatchReader final : public Reader {
 public:
  BatchReader(const Map& map, std::size_t value_size, ReadRate rate)
      : map_(map),
        value_size_(value_size),
        sizer_(std::min(kFirstEntries, most_entries(map, value_size, rate)),
               most_entries(map, value_size, rate), most_in_map(map)),
        // A hash map's token is a bucket number (4 bytes), an array's or trie's a whole key.
        token_(std::max<std::size_t>(map.info().key_size, sizeof(std::uint32_t))),
        next_token_(token_.size()) {
    if (kind_of(map.info().type).structure == Structure::prefixes) visited_.emplace(map.info());
  }

  Result<Entries> next() override {
    if (fallback_) return fallback_->next();
    for (int interrupts = 0; !ended_;) {
      std::uint32_t count = sizer_.now();
      make_room(count);
      const auto before = std::chrono::steady_clock::now();
      const int status =
          bpf_map_lookup_batch(map_.fd(), started_ ? token_.data() : nullptr, next_token_.data(),
                               keys_.data(), values_.data(), &count, nullptr);
      const int code = -status;
      sizer_.took(std::chrono::steady_clock::now() - before);
      if (status == 0 || code == ENOENT) {
        ended_ = status != 0;  // ENOENT: these are the last ones
        started_ = true;
        token_.swap(next_token_);
        if (visited_) count = keep_new(count);
        if (visited_ && !visited_->gets_on()) return fail(changing_too_fast(map_));
        if (count != 0) return entries(count);
      } else if (code == ENOSPC && sizer_.too_small()) {
        continue;  // one bucket holds more than the buffer: nothing was handed out
      } else if (code == EINTR && ++interrupts < kMostInterrupts) {
        continue;
      } else if (!started_ && (code == EINVAL || code == EOPNOTSUPP || code == kEnotsupp)) {
        fallback_ = make_next_key_reader(map_, value_size_);
        return fallback_->next();
      } else {
        return fail(refused(code));
      }
    }
    return Entries{};
  }

  std::uint64_t restarts() const override {
    if (fallback_) return fallback_->restarts();
    return visited_ ? visited_->restarts() : 0;
  }

 private:
  // Moves the entries that were not handed out to the front; how many they are.
  std::uint32_t keep_new(std::uint32_t count) {
    const std::size_t key_size = map_.info().key_size;
    std::uint32_t kept = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      const unsigned char* const key = keys_.data() + i * key_size;
      if (!visited_->is_new(key)) continue;
      if (kept != i) {
        std::memcpy(keys_.data() + kept * key_size, key, key_size);
        std::memcpy(values_.data() + kept * value_size_, values_.data() + i * value_size_,
                    value_size_);
      }
      ++kept;
    }
    return kept;
  }

  void make_room(std::uint32_t count) {
    keys_.resize(std::max(keys_.size(), std::size_t{count} * map_.info().key_size));
    values_.resize(std::max(values_.size(), std::size_t{count} * value_size_));
  }

  Entries entries(std::uint32_t count) const {
    return {.keys = keys_.data(),
            .values = values_.data(),
            .count = count,
            .key_stride = map_.info().key_size,
            .value_stride = value_size_};
  }

  Error refused(int code) const {
    Error error = Error::from_errno(code, "read map", "map id " + std::to_string(map_.info().id));
    if (code == EINTR)
      return std::move(error)
          .as(Kind::incomplete)
          .because("the map changes faster than it can be read")
          .advise("read it again when less is written to it");
    if (code == ENOSPC)
      return std::move(error).because(
          "the kernel says that one bucket holds more than the map can");
    if (code == EPERM) return std::move(error).because("the map forbids user space to read it");
    return error;
  }

  const Map& map_;
  const std::size_t value_size_;
  BatchSizer sizer_;
  bool started_ = false, ended_ = false;
  std::optional<Visited> visited_;  // where the token is a key that may be gone
  std::vector<unsigned char> token_, next_token_, keys_, values_;
  std::unique_ptr<Reader> fallback_;
};

}  // namespace

std::uint32_t entries_a_batch(std::size_t entry_size) {
  const std::size_t fitting = kWantedBytes / std::max<std::size_t>(entry_size, 1);
  return static_cast<std::uint32_t>(std::clamp<std::size_t>(fitting, 1, kMostEntries));
}

std::uint32_t most_in_map(const Map& map) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(map.info().max_entries * 2ull + kMostEntries, UINT32_MAX));
}

std::unique_ptr<Reader> make_batch_reader(const Map& map, std::size_t value_size, ReadRate rate) {
  return std::make_unique<BatchReader>(map, value_size, rate);
}

}  // namespace bpfmaps::kernel
