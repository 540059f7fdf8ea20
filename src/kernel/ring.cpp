// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/ring.h"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>

namespace bpfmaps::kernel {
namespace {

// The page of the consumer's position, then that of the producer's (struct bpf_ringbuf).
std::optional<RingPositions> read_positions(int fd) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void* const memory = mmap(nullptr, 2 * page, PROT_READ, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) return {};
  // The consumer's first: it never overtakes the producer's that is read behind it.
  const auto position = [&](std::size_t index) {
    auto* at = reinterpret_cast<std::uint64_t*>(static_cast<char*>(memory) + index * page);
    return std::atomic_ref<std::uint64_t>(*at).load(std::memory_order_acquire);
  };
  RingPositions positions;
  positions.consumer = position(0);
  positions.producer = position(1);
  munmap(memory, 2 * page);
  return positions;
}

}  // namespace

std::optional<RingPositions> ring_positions(const Map& map) {
  const std::uint32_t type = map.info().type;
  if (type != BPF_MAP_TYPE_RINGBUF && type != BPF_MAP_TYPE_USER_RINGBUF) return {};
  if (auto positions = read_positions(map.fd())) return positions;
  const auto writable = map_by_id(map.info().id, Access::write);
  return writable ? read_positions(writable->fd()) : std::nullopt;
}

}  // namespace bpfmaps::kernel
