// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/map/visited.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "kernel/map/map_kind.h"

namespace bpfmaps::kernel {
namespace {

constexpr std::uint64_t kMostRestarts = 64;

std::uint32_t length_of(const unsigned char* key) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, key, sizeof bits);
  return bits;
}

// No more than twice as many as the map holds at one time; some say 0 and grow.
std::uint64_t most_keys(const MapInfo& info) {
  return info.max_entries == 0 ? UINT64_MAX : 2 * std::uint64_t{info.max_entries};
}

}  // namespace

bool stands_before(const unsigned char* one, const unsigned char* other, std::size_t size) {
  const std::uint32_t most = static_cast<std::uint32_t>(size - sizeof(std::uint32_t)) * 8;
  const std::uint32_t bits = std::min(length_of(one), most);
  const std::uint32_t other_bits = std::min(length_of(other), most);
  const unsigned char* const data = one + sizeof(std::uint32_t);
  const unsigned char* const other_data = other + sizeof(std::uint32_t);
  const std::uint32_t common = std::min(bits, other_bits);
  for (std::uint32_t at = 0; at < common; at += 8) {
    const unsigned differing = data[at / 8] ^ other_data[at / 8];
    if (differing == 0) continue;
    const auto first = static_cast<std::uint32_t>(std::countl_zero(differing)) - 24;
    if (at + first >= common) break;
    return (data[at / 8] >> (7 - first) & 1) == 0;
  }
  return bits > other_bits;
}

Visited::Visited(const MapInfo& info)
    : ordered_(kind_of(info.type).structure == Structure::prefixes),
      key_size_(info.key_size),
      most_(most_keys(info)) {}

bool Visited::was_met(const unsigned char* key) {
  if (!ordered_) return !keys_.emplace(reinterpret_cast<const char*>(key), key_size_).second;
  if (!last_.empty() && !stands_before(last_.data(), key, key_size_)) return true;
  last_.assign(key, key + key_size_);
  return false;
}

bool Visited::is_new(const unsigned char* key) {
  if (was_met(key)) {
    if (!again_) ++restarts_;
    again_ = true;
    ++repeats_;
    return false;
  }
  again_ = false;
  repeats_ = 0;
  ++met_;
  return true;
}

bool Visited::gets_on() const {
  return restarts_ <= kMostRestarts && met_ <= most_ && repeats_ <= 8 * met_ + kMostRestarts;
}

Error changing_too_fast(const Map& map) {
  return Error::refused(Kind::incomplete, "read map", "map id " + std::to_string(map.info().id),
                        "the map changed while it was read, and the kernel started over again and "
                        "again",
                        "read it again when less is written to it");
}

}  // namespace bpfmaps::kernel
