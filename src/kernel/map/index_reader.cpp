// SPDX-License-Identifier: BSD-2-Clause
// Reading the slots of a map of descriptors or stacks one by one: they have no batches, and most
// are empty.
#include <bpf/bpf.h>

#include <algorithm>
#include <bit>
#include <cerrno>

#include "kernel/map/map_kind.h"
#include "kernel/map/reader_kinds.h"

namespace bpfmaps::kernel {
namespace {

constexpr std::size_t kWantedBytes = 256 << 10;

class IndexReader final : public Reader {
 public:
  IndexReader(const Map& map, std::size_t value_size)
      : map_(map),
        value_size_(value_size),
        slots_(slots_of(map.info())),
        keys_(
            std::clamp<std::size_t>(kWantedBytes / std::max<std::size_t>(value_size, 1), 1, 1024)),
        values_(keys_.size() * value_size) {}

  Result<Entries> next() override {
    std::uint32_t count = 0;
    for (; count < keys_.size() && index_ < slots_; ++index_) {
      const auto key = static_cast<std::uint32_t>(index_);
      if (bpf_map_lookup_elem(map_.fd(), &key, values_.data() + count * value_size_) == 0) {
        keys_[count++] = key;
      } else if (const int code = errno; code != ENOENT) {  // ENOENT: an empty slot
        return fail(
            Error::from_errno(code, "read map", "map id " + std::to_string(map_.info().id)));
      }
    }
    return Entries{reinterpret_cast<const unsigned char*>(keys_.data()), values_.data(), count,
                   sizeof(std::uint32_t), value_size_};
  }

 private:
  // Stacks are kept by hash: the kernel rounds their slots up (kernel/bpf/stackmap.c).
  static std::uint64_t slots_of(const MapInfo& info) {
    return kind_of(info.type).holds == Holds::stacks
               ? std::bit_ceil(std::uint64_t{info.max_entries})
               : info.max_entries;
  }

  const Map& map_;
  const std::size_t value_size_;
  const std::uint64_t slots_;
  std::uint64_t index_ = 0;
  std::vector<std::uint32_t> keys_;
  std::vector<unsigned char> values_;
};

}  // namespace

std::unique_ptr<Reader> make_index_reader(const Map& map, std::size_t value_size) {
  return std::make_unique<IndexReader>(map, value_size);
}

}  // namespace bpfmaps::kernel
