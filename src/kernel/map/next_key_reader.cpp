// SPDX-License-Identifier: BSD-2-Clause
// Reading key by key, for kernels and maps without batches.
#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>

#include "kernel/map/reader_kinds.h"
#include "kernel/map/source_kinds.h"
#include "kernel/map/visited.h"

namespace bpfmaps::kernel {
namespace {

constexpr std::uint32_t kMostEntries = 256;

class NextKeyReader final : public Reader {
 public:
  NextKeyReader(const Map& map, std::size_t value_size)
      : map_(map),
        value_size_(value_size),
        key_size_(map.info().key_size),
        visited_(map.info()),
        room_(std::min(kMostEntries, entries_a_batch(key_size_ + value_size))),
        keys_(std::size_t{room_} * key_size_),
        values_(std::size_t{room_} * value_size),
        next_(key_size_) {}

  Result<Entries> next() override {
    std::uint32_t count = 0;
    while (count < room_ && !ended_) {
      if (bpf_map_get_next_key(map_.fd(), at_.empty() ? nullptr : at_.data(), next_.data()) != 0) {
        const int code = errno;
        if (code != ENOENT) return fail(Error::from_errno(code, "read map", subject()));
        ended_ = true;
        break;
      }
      at_ = next_;
      const bool fresh = visited_.is_new(next_.data());
      if (!visited_.gets_on()) return fail(changing_too_fast(map_));
      if (!fresh) continue;
      std::copy(next_.begin(), next_.end(), keys_.begin() + std::ptrdiff_t{count} * key_size_);
      if (bpf_map_lookup_elem(map_.fd(), next_.data(), values_.data() + count * value_size_) == 0) {
        ++count;
      } else if (const int code = errno; code != ENOENT) {  // ENOENT: deleted just now
        return fail(Error::from_errno(code, "read map", subject()));
      }
    }
    return Entries{keys_.data(), values_.data(), count, key_size_, value_size_};
  }

  std::uint64_t restarts() const override { return visited_.restarts(); }

 private:
  std::string subject() const { return "map id " + std::to_string(map_.info().id); }

  const Map& map_;
  const std::size_t value_size_;
  const std::uint32_t key_size_;
  Visited visited_;
  const std::uint32_t room_;
  bool ended_ = false;
  std::vector<unsigned char> keys_, values_, at_, next_;
};

}  // namespace

std::unique_ptr<Reader> make_next_key_reader(const Map& map, std::size_t value_size) {
  return std::make_unique<NextKeyReader>(map, value_size);
}

}  // namespace bpfmaps::kernel
