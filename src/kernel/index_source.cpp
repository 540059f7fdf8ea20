// SPDX-License-Identifier: BSD-2-Clause
// An array read by several threads: each part is a range of indices, read in batches or straight
// from the array's own memory.
#include <bpf/bpf.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>

#include "kernel/sources.h"

namespace bpfmaps::kernel {
namespace {

constexpr unsigned kMostReaders = 16;

unsigned readers_for(std::uint64_t parts) {
  const auto most = static_cast<unsigned>(std::min<std::uint64_t>(parts / 4 + 1, kMostReaders));
  return std::min(most, std::max(1u, std::thread::hardware_concurrency()));
}

// Which indices the readers have taken.
struct Range {
  const std::uint32_t entries;  // of the map
  const std::uint32_t step;     // of a part
  std::atomic<std::uint64_t> next_part = 0;
  std::atomic<bool> failed = false;

  struct Taken {
    std::uint64_t part;
    std::uint32_t first, count;  // no count: the end
  };
  Taken take() {
    const std::uint64_t part = next_part++;
    const std::uint64_t first = part * step;
    if (first >= entries || failed) return {part, 0, 0};
    return {part, static_cast<std::uint32_t>(first),
            std::min(step, entries - static_cast<std::uint32_t>(first))};
  }
  std::uint64_t parts() const { return (std::uint64_t{entries} + step - 1) / step; }
};

class BatchIndexReader final : public PartReader {
 public:
  BatchIndexReader(int fd, Range& range, std::size_t value_size)
      : fd_(fd),
        range_(range),
        value_size_(value_size),
        keys_(range.step),
        values_(range.step * value_size) {}

  Result<Part> next() override {
    const Range::Taken taken = range_.take();
    std::uint32_t done = 0;
    while (done < taken.count) {
      // An array's token is the key before the batch (generic_map_lookup_batch(), 5.6).
      std::uint32_t before = taken.first + done - 1, last = 0, count = taken.count - done;
      const int status = bpf_map_lookup_batch(fd_, taken.first + done == 0 ? nullptr : &before,
                                              &last, keys_.data() + done,
                                              values_.data() + done * value_size_, &count, nullptr);
      if (status == -EINTR) continue;
      if ((status != 0 && status != -ENOENT) || count == 0 || keys_[done] != taken.first + done) {
        range_.failed = true;
        return fail(Error::from_errno(status == 0 ? EIO : -status, "read map", "the array"));
      }
      done += count;
    }
    return Part{taken.part,
                {reinterpret_cast<const unsigned char*>(keys_.data()), values_.data(), done,
                 sizeof(std::uint32_t), value_size_},
                taken.count == 0};
  }

 private:
  int fd_;
  Range& range_;
  std::size_t value_size_;
  std::vector<std::uint32_t> keys_;
  std::vector<unsigned char> values_;
};

class IndexSource final : public Source {
 public:
  IndexSource(const Map& map, std::size_t value_size)
      : fd_(map.fd()),
        value_size_(value_size),
        range_{.entries = map.info().max_entries,
               .step = entries_a_batch(sizeof(std::uint32_t) + value_size)} {}
  unsigned most_readers() const override { return readers_for(range_.parts()); }
  std::unique_ptr<PartReader> reader() override {
    return std::make_unique<BatchIndexReader>(fd_, range_, value_size_);
  }

 private:
  int fd_;
  std::size_t value_size_;
  Range range_;
};

class MappedReader final : public PartReader {
 public:
  MappedReader(const unsigned char* values, std::size_t stride, Range& range)
      : values_(values), stride_(stride), range_(range), keys_(range.step) {}

  Result<Part> next() override {
    const Range::Taken taken = range_.take();
    for (std::uint32_t i = 0; i < taken.count; ++i) keys_[i] = taken.first + i;
    return Part{
        taken.part,
        {reinterpret_cast<const unsigned char*>(keys_.data()),
         values_ + std::size_t{taken.first} * stride_, taken.count, sizeof(std::uint32_t), stride_},
        taken.count == 0};
  }

 private:
  const unsigned char* values_;
  std::size_t stride_;
  Range& range_;
  std::vector<std::uint32_t> keys_;
};

class MappedSource final : public Source {
 public:
  MappedSource(void* memory, std::size_t size, std::size_t stride, std::uint32_t entries)
      : memory_(memory),
        size_(size),
        stride_(stride),
        range_{.entries = entries, .step = entries_a_batch(sizeof(std::uint32_t) + stride)} {}
  MappedSource(const MappedSource&) = delete;
  MappedSource& operator=(const MappedSource&) = delete;
  ~MappedSource() override { munmap(memory_, size_); }
  unsigned most_readers() const override { return readers_for(range_.parts()); }
  std::unique_ptr<PartReader> reader() override {
    return std::make_unique<MappedReader>(static_cast<const unsigned char*>(memory_), stride_,
                                          range_);
  }

 private:
  void* memory_;
  std::size_t size_, stride_;
  Range range_;
};

}  // namespace

std::unique_ptr<Source> make_index_source(const Map& map, std::size_t value_size) {
  // The first batch tells whether this kernel has batches for the map (per-CPU arrays: 5.19) and
  // whether its token is the last key, as the parts rely on.
  std::uint32_t key = 0, token = UINT32_MAX, count = 1;
  std::vector<unsigned char> value(value_size);
  const int status =
      bpf_map_lookup_batch(map.fd(), nullptr, &token, &key, value.data(), &count, nullptr);
  if (status != 0 || count != 1 || key != 0 || token != 0) return nullptr;
  return std::make_unique<IndexSource>(map, value_size);
}

std::unique_ptr<Source> make_mapped_source(const Map& map) {
  if ((map.info().flags & BPF_F_MMAPABLE) == 0) return nullptr;
  const std::size_t stride = (map.info().value_size + 7) & ~std::size_t{7};
  const std::size_t size = stride * map.info().max_entries;
  // A descriptor that was opened read-only can't be mapped shared: EINVAL, and batches do.
  void* memory = mmap(nullptr, size, PROT_READ, MAP_SHARED, map.fd(), 0);
  if (memory == MAP_FAILED) return nullptr;
  return std::make_unique<MappedSource>(memory, size, stride, map.info().max_entries);
}

}  // namespace bpfmaps::kernel
