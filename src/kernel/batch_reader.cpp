// SPDX-License-Identifier: BSD-2-Clause
// Reading by batches: many entries a system call.
#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>

#include "kernel/readers.h"
#include "kernel/sources.h"

namespace bpfmaps::kernel {
namespace {

// The kernel fills a batch under one RCU read lock: longer ones only make others wait (0.09 ms at
// 256 entries, 1 ms at 4096), shorter ones cost system calls.
constexpr std::uint32_t kMostEntries = 4096, kFewestEntries = 64;
constexpr std::size_t kWantedBytes = 512 << 10;
// An entry that vanishes while the generic path copies it makes old kernels give up with EINTR.
constexpr int kMostInterrupts = 64;

constexpr int kEnotsupp = 524;  // the kernel's own, in no errno.h

class BatchReader final : public Reader {
 public:
  BatchReader(const Map& map, std::size_t value_size)
      : map_(map),
        value_size_(value_size),
        capacity_(std::max(1u, std::min(entries_a_batch(map.info().key_size + value_size),
                                        map.info().max_entries))),
        // A hash map's token is a bucket number (4 bytes), an array's or trie's a whole key.
        token_(std::max<std::size_t>(map.info().key_size, sizeof(std::uint32_t))),
        next_token_(token_.size()) {
    make_room();
  }

  Result<Entries> next() override {
    if (fallback_) return fallback_->next();
    for (int interrupts = 0; !ended_;) {
      std::uint32_t count = capacity_;
      const int status =
          bpf_map_lookup_batch(map_.fd(), started_ ? token_.data() : nullptr, next_token_.data(),
                               keys_.data(), values_.data(), &count, nullptr);
      const int code = -status;
      if (status == 0 || code == ENOENT) {
        ended_ = status != 0;  // ENOENT: these are the last ones
        started_ = true;
        token_.swap(next_token_);
        if (count != 0) return entries(count);
      } else if (code == ENOSPC) {
        // One bucket holds more than the buffer: nothing was handed out, so try again with more.
        capacity_ *= 2;
        make_room();
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

 private:
  void make_room() {
    keys_.resize(std::size_t{capacity_} * map_.info().key_size);
    values_.resize(std::size_t{capacity_} * value_size_);
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
    if (code == EPERM) return std::move(error).because("the map forbids user space to read it");
    return error;
  }

  const Map& map_;
  const std::size_t value_size_;
  std::uint32_t capacity_;
  bool started_ = false, ended_ = false;
  std::vector<unsigned char> token_, next_token_, keys_, values_;
  std::unique_ptr<Reader> fallback_;
};

}  // namespace

std::uint32_t entries_a_batch(std::size_t entry_size) {
  const std::size_t fitting = kWantedBytes / std::max<std::size_t>(entry_size, 1);
  return std::clamp(static_cast<std::uint32_t>(std::min<std::size_t>(fitting, kMostEntries)),
                    kFewestEntries, kMostEntries);
}

std::unique_ptr<Reader> make_batch_reader(const Map& map, std::size_t value_size) {
  return std::make_unique<BatchReader>(map, value_size);
}

}  // namespace bpfmaps::kernel
