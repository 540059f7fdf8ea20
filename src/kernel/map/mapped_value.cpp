// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/map/mapped_value.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "kernel/map/map_kind.h"

namespace bpfmaps::kernel {
namespace {

using Bytes = std::span<const unsigned char>;

// Whether `size` bytes from `at` on are given whole and lie aligned.
bool is_word(Bytes mask, std::size_t at, std::size_t size) {
  if (at % size != 0 || at + size > mask.size()) return false;
  for (std::size_t i = 0; i < size; ++i)
    if (mask[at + i] != 0xff) return false;
  return true;
}

template <class Word>
std::size_t store(unsigned char* to, const unsigned char* from) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  __atomic_store_n(reinterpret_cast<Word*>(to), word, __ATOMIC_RELAXED);
  return sizeof word;
}

// Writes from `at` on and returns how many bytes are done with.
std::size_t store_next(unsigned char* to, Bytes value, Bytes mask, std::size_t at) {
  if (is_word(mask, at, 8)) return store<std::uint64_t>(to + at, &value[at]);
  if (is_word(mask, at, 4)) return store<std::uint32_t>(to + at, &value[at]);
  if (is_word(mask, at, 2)) return store<std::uint16_t>(to + at, &value[at]);
  if (mask[at] == 0xff) return store<unsigned char>(to + at, &value[at]);
  if (mask[at] != 0) {  // a bitfield's
    unsigned char before = __atomic_load_n(to + at, __ATOMIC_RELAXED), after = 0;
    do {
      after = static_cast<unsigned char>((before & ~mask[at]) | (value[at] & mask[at]));
    } while (!__atomic_compare_exchange_n(to + at, &before, after, true, __ATOMIC_RELAXED,
                                          __ATOMIC_RELAXED));
  }
  return 1;
}

}  // namespace

bool can_write_part(const MapInfo& info) {
  return is_plain_array(info.type) && (info.flags & BPF_F_MMAPABLE) != 0;
}

Status write_part(const Map& map, std::uint32_t index, Bytes value, Bytes mask) {
  // Values lie round_up(value_size, 8) bytes apart (kernel/bpf/arraymap.c).
  const std::size_t start = std::size_t{index} * ((map.info().value_size + 7) & ~std::size_t{7});
  const std::size_t lead = start % static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t size = lead + value.size();
  void* const memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, map.fd(),
                            static_cast<off_t>(start - lead));
  const int code = errno;
  if (memory == MAP_FAILED)
    return fail(
        Error::from_errno(code, "map into memory", "map id " + std::to_string(map.info().id)));
  unsigned char* const to = static_cast<unsigned char*>(memory) + lead;
  for (std::size_t at = 0; at < value.size();) at += store_next(to, value, mask, at);
  munmap(memory, size);
  return {};
}

}  // namespace bpfmaps::kernel
