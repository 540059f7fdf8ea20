// SPDX-License-Identifier: BSD-2-Clause
// An array read by several threads: each part is a range of indices, read in batches or copied from
// the array's own memory.
#include <bpf/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <numeric>
#include <thread>

#include "kernel/map/source_kinds.h"

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

// A piece of a map's own memory, where it can be looked at for as long as this lives.
class Window {
 public:
  /// `size` bytes from `at` on.
  Window(int fd, std::size_t at, std::size_t size)
      : before_(at % static_cast<std::size_t>(sysconf(_SC_PAGESIZE))),
        size_(before_ + size),
        memory_(mmap(nullptr, size_, PROT_READ, MAP_SHARED, fd, static_cast<off_t>(at - before_))) {
  }
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;
  ~Window() {
    if (is_open()) munmap(memory_, size_);
  }
  bool is_open() const { return memory_ != MAP_FAILED; }
  const void* bytes() const { return static_cast<const unsigned char*>(memory_) + before_; }

 private:
  std::size_t before_, size_;  // of the page before the window; of both
  void* memory_;
};

// Hands out copies: who looks at a value twice, to judge and to print it, must see the same bytes.
class MappedReader final : public PartReader {
 public:
  MappedReader(int fd, std::size_t stride, Range& range)
      : fd_(fd), stride_(stride), range_(range), keys_(range.step), values_(range.step * stride) {}

  Result<Part> next() override {
    const Range::Taken taken = range_.take();
    if (taken.count == 0) return Part{.order = taken.part, .entries = {}, .end = true};
    const std::size_t size = taken.count * stride_;
    const Window window(fd_, taken.first * stride_, size);
    if (!window.is_open()) {
      const int code = errno;
      range_.failed = true;
      return fail(Error::from_errno(code, "map the memory of the array", "the array"));
    }
    std::iota(keys_.begin(), keys_.begin() + taken.count, taken.first);
    std::memcpy(values_.data(), window.bytes(), size);
    return Part{taken.part,
                {reinterpret_cast<const unsigned char*>(keys_.data()), values_.data(), taken.count,
                 sizeof(std::uint32_t), stride_}};
  }

 private:
  int fd_;
  std::size_t stride_;
  Range& range_;
  std::vector<std::uint32_t> keys_;
  std::vector<unsigned char> values_;
};

class MappedSource final : public Source {
 public:
  MappedSource(Fd fd, std::size_t stride, std::uint32_t entries)
      : fd_(std::move(fd)),
        stride_(stride),
        range_{.entries = entries, .step = entries_a_batch(sizeof(std::uint32_t) + stride)} {}
  unsigned most_readers() const override { return readers_for(range_.parts()); }
  std::unique_ptr<PartReader> reader() override {
    return std::make_unique<MappedReader>(fd_.get(), stride_, range_);
  }

 private:
  Fd fd_;
  std::size_t stride_;
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
  // Only a descriptor that may write can be mapped shared (do_mmap() takes VM_SHARED from the
  // others, and bpf_map_mmap() insists on it), even to read. Maps are opened to be read, so this
  // takes another descriptor; who may not have one reads batches.
  Fd fd(bpf_map_get_fd_by_id(map.info().id));
  if (!fd || !Window(fd.get(), 0, stride).is_open()) return nullptr;
  return std::make_unique<MappedSource>(std::move(fd), stride, map.info().max_entries);
}

}  // namespace bpfmaps::kernel
