// SPDX-License-Identifier: BSD-2-Clause
#include "layout/canvas.h"

#include <cstring>

namespace bpfmaps::layout {
namespace {

__extension__ using Window = unsigned __int128;  // 64 bits inside bytes touch nine of them

// `bits` of `value` as they lie in memory from `bit` on, and which bits these are.
struct Shifted {
  Shifted(unsigned bit, unsigned bits, std::uint64_t value) : size((bit + bits + 7) / 8) {
    const std::uint64_t low = bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
    const Window shifted = static_cast<Window>(value & low) << bit;
    const Window shifted_mask = static_cast<Window>(low) << bit;
    std::memcpy(from, &shifted, sizeof from);
    std::memcpy(mask, &shifted_mask, sizeof mask);
  }
  std::size_t size;
  unsigned char from[sizeof(Window)], mask[sizeof(Window)];
};

unsigned char chosen(unsigned char from, unsigned char otherwise, unsigned char mask) {
  return static_cast<unsigned char>((from & mask) | (otherwise & ~mask));
}

}  // namespace

bool Canvas::put(std::size_t offset, const unsigned char* from, const unsigned char* mask,
                 std::size_t size) {
  for (std::size_t i = 0; i < size; ++i)
    if (((bytes_[offset + i] ^ from[i]) & given_[offset + i] & mask[i]) != 0) return false;
  for (std::size_t i = 0; i < size; ++i) {
    bytes_[offset + i] = chosen(from[i], bytes_[offset + i], mask[i]);
    given_[offset + i] |= mask[i];
    written_[offset + i] |= mask[i];
  }
  return true;
}

bool Canvas::put_bits(std::size_t offset, unsigned bit, unsigned bits, std::uint64_t value) {
  const Shifted shifted(bit, bits, value);
  return put(offset, shifted.from, shifted.mask, shifted.size);
}

bool Canvas::put_bytes(std::size_t offset, const void* from, std::size_t size) {
  const std::vector<unsigned char> mask(size, 0xff);
  return put(offset, static_cast<const unsigned char*>(from), mask.data(), size);
}

void Canvas::put_rest(std::size_t offset, unsigned bit, unsigned bits, std::uint64_t value) {
  const Shifted shifted(bit, bits, value);
  for (std::size_t i = 0; i < shifted.size; ++i) {
    const auto rest = static_cast<unsigned char>(shifted.mask[i] & ~given_[offset + i]);
    bytes_[offset + i] = chosen(shifted.from[i], bytes_[offset + i], rest);
    written_[offset + i] |= shifted.mask[i];
  }
}

}  // namespace bpfmaps::layout
