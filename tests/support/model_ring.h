// SPDX-License-Identifier: BSD-2-Clause
// ModelRing: a ring buffer in plain memory, written the way the kernel writes one
// (kernel/bpf/ringbuf.c), for tests of what reads it meanwhile.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/map/ring_follower.h"

namespace bpfmaps::test {

class ModelRing {
 public:
  enum class Kind { plain, overwrites, filled_by_user };
  static constexpr std::uint32_t kBusy = 1U << 31, kDiscarded = 1U << 30;

  ModelRing(std::uint64_t size, Kind kind) : kind_(kind), data_(size / 8) {}

  kernel::RingMemory memory() const {
    return {.consumer = &consumer_,
            .producer = &producer_,
            .overwritten = kind_ == Kind::overwrites ? &overwritten_ : nullptr,
            .data = data_.data(),
            .size = size(),
            .fills_up = kind_ == Kind::filled_by_user};
  }
  std::uint64_t size() const { return data_.size() * 8; }
  std::uint64_t producer() { return load(producer_); }
  std::uint64_t consumer() { return load(consumer_); }
  void set_consumer(std::uint64_t position) { store(consumer_, position); }
  void set_producer(std::uint64_t position) { store(producer_, position); }
  static std::uint64_t whole(std::uint64_t size) { return (size + 15) / 8 * 8; }

  /// The position of a record that is now under way; nothing where there is no room.
  std::optional<std::uint64_t> reserve(std::uint32_t size) {
    const std::uint64_t at = load(producer_), end = at + whole(size);
    const std::uint64_t most = kind_ == Kind::filled_by_user ? this->size() : this->size() - 1;
    if (kind_ != Kind::overwrites && end - load(consumer_) > most) return {};
    if (kind_ == Kind::overwrites) {
      std::uint64_t over = load(overwritten_);
      while (end - over > most) over += whole(header(over) & ~kDiscarded);
      store(overwritten_, over);
    }
    store(word(at), size | kBusy);
    store(producer_, end);
    return at;
  }
  void put(std::uint64_t record, std::uint64_t index, std::uint64_t value) {
    store(word(record + 8 + index * 8), value);
  }
  void commit(std::uint64_t record, bool discard = false) {
    store(word(record), (header(record) & ~kBusy) | (discard ? kDiscarded : 0));
  }
  /// A record of one number.
  bool write(std::uint64_t value) {
    const auto record = reserve(8);
    if (record) put(*record, 0, value), commit(*record);
    return record.has_value();
  }

  std::uint32_t header(std::uint64_t record) {
    return static_cast<std::uint32_t>(load(word(record)));
  }
  std::uint64_t value(std::uint64_t record, std::uint64_t index) {
    return load(word(record + 8 + index * 8));
  }

 private:
  static std::uint64_t load(std::uint64_t& from) {
    return std::atomic_ref<std::uint64_t>(from).load(std::memory_order_acquire);
  }
  static void store(std::uint64_t& to, std::uint64_t value) {
    std::atomic_ref<std::uint64_t>(to).store(value, std::memory_order_release);
  }
  std::uint64_t& word(std::uint64_t position) { return data_[position / 8 % data_.size()]; }

  const Kind kind_;
  alignas(64) std::uint64_t consumer_ = 0;
  alignas(64) std::uint64_t producer_ = 0;
  alignas(64) std::uint64_t overwritten_ = 0;
  std::vector<std::uint64_t> data_;
};

}  // namespace bpfmaps::test
