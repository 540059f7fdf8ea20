// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/map/ring.h"

#include <bpf/btf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string_view>

#include "kernel/btf.h"
#include "kernel/map/map_kind.h"
#include "kernel/uapi.h"

namespace bpfmaps::kernel {
namespace {

std::size_t page_size() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

// Where struct bpf_ringbuf has the position of what was overwritten, from the start of the page of
// the producer's position; no promise of the kernel's, so its types are asked. 0 where they do not
// tell.
std::size_t overwritten_offset() {
  const btf* types = vmlinux_btf();
  const int id =
      types == nullptr ? -1 : btf__find_by_name_kind(types, "bpf_ringbuf", BTF_KIND_STRUCT);
  if (id < 0) return 0;
  const btf_type* ring = btf__type_by_id(types, static_cast<__u32>(id));
  std::size_t producer = 0, overwritten = 0;
  for (__u32 i = 0; i < btf_vlen(ring); ++i) {
    const std::string_view name = btf__name_by_offset(types, btf_members(ring)[i].name_off);
    if (name == "producer_pos") producer = btf_member_bit_offset(ring, i) / 8;
    if (name == "overwrite_pos") overwritten = btf_member_bit_offset(ring, i) / 8;
  }
  const bool same_page = producer != 0 && overwritten > producer &&
                         overwritten - producer <= page_size() - sizeof(std::uint64_t);
  return same_page ? overwritten - producer : 0;
}

// The page of the consumer's position, that of the producer's, then the data (struct bpf_ringbuf).
RingMemory memory_at(void* pages, const MapInfo& info) {
  char* const at = static_cast<char*>(pages);
  const auto word = [&](std::size_t offset) {
    return reinterpret_cast<const std::uint64_t*>(at + offset);
  };
  RingMemory memory;
  memory.consumer = word(0);
  memory.producer = word(page_size());
  memory.data = word(2 * page_size());
  memory.size = info.max_entries;
  memory.fills_up = kind_of(info.type).structure == Structure::user_ring;
  if ((info.flags & kRingOverwrites) != 0)
    if (const std::size_t offset = overwritten_offset(); offset != 0)
      memory.overwritten = word(page_size() + offset);
  return memory;
}

std::uint64_t load(const std::uint64_t* from) {
  return std::atomic_ref<std::uint64_t>(*const_cast<std::uint64_t*>(from))
      .load(std::memory_order_acquire);
}

Result<RingPositions> read_positions(int fd, const MapInfo& info) {
  const std::size_t size = 2 * page_size();
  void* const pages = mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
  const int code = errno;
  if (pages == MAP_FAILED)
    return fail(Error::from_errno(code, "map the pages of a ring buffer", info.name));
  const RingMemory memory = memory_at(pages, info);
  // Those that follow first: neither overtakes the producer's, which is read behind them.
  RingPositions positions;
  positions.consumer = load(memory.consumer);
  if (memory.overwritten != nullptr) positions.overwritten = load(memory.overwritten);
  positions.producer = load(memory.producer);
  munmap(pages, size);
  return positions;
}

}  // namespace

bool is_ring(std::uint32_t map_type) {
  const Structure structure = kind_of(map_type).structure;
  return structure == Structure::ring || structure == Structure::user_ring;
}

Result<RingPositions> ring_positions(const Map& map) {
  if (auto positions = read_positions(map.fd(), map.info())) return positions;
  return read_positions(TRY(map_by_id(map.info().id, Access::write)).fd(), map.info());
}

Result<std::unique_ptr<RingPages>> RingPages::map(const Map& map) {
  std::unique_ptr<RingPages> made(new RingPages);
  made->fd_ = map.fd();
  made->size_ = 2 * page_size() + map.info().max_entries;
  void* const pages = mmap(nullptr, made->size_, PROT_READ, MAP_SHARED, map.fd(), 0);
  if (pages == MAP_FAILED) {
    const int code = errno;
    return fail(Error::from_errno(code, "map the pages of a ring buffer", map.info().name));
  }
  made->pages_ = pages;
  made->memory_ = memory_at(pages, map.info());
  return made;
}

RingPages::~RingPages() {
  if (consumer_ != nullptr) munmap(consumer_, page_size());
  if (pages_ != nullptr) munmap(pages_, size_);
}

Status RingPages::own() {
  void* const page = mmap(nullptr, page_size(), PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
  if (page == MAP_FAILED) {
    const int code = errno;
    return fail(Error::from_errno(code, "map the consumer's position of a ring buffer", ""));
  }
  consumer_ = page;
  return {};
}

void RingPages::take(std::uint64_t position) {
  std::atomic_ref<std::uint64_t>(*static_cast<std::uint64_t*>(consumer_))
      .store(position, std::memory_order_release);
}

}  // namespace bpfmaps::kernel
