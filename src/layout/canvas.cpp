// SPDX-License-Identifier: BSD-2-Clause
#include "layout/canvas.h"

#include <cstring>

namespace bpfmaps::layout {

bool Canvas::put(std::size_t offset, const unsigned char* from, const unsigned char* mask,
                 std::size_t size) {
  for (std::size_t i = 0; i < size; ++i)
    if (((bytes_[offset + i] ^ from[i]) & given_[offset + i] & mask[i]) != 0) return false;
  for (std::size_t i = 0; i < size; ++i) {
    auto& byte = bytes_[offset + i];
    byte = static_cast<unsigned char>((byte & ~mask[i]) | (from[i] & mask[i]));
    given_[offset + i] |= mask[i];
  }
  return true;
}

bool Canvas::put_bits(std::size_t offset, unsigned bit, unsigned bits, std::uint64_t value) {
  __extension__ using Window = unsigned __int128;  // 64 bits inside bytes touch nine of them
  const std::uint64_t low = bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
  const Window shifted = static_cast<Window>(value & low) << bit;
  const Window shifted_mask = static_cast<Window>(low) << bit;
  unsigned char from[sizeof(Window)], mask[sizeof(Window)];
  std::memcpy(from, &shifted, sizeof from);
  std::memcpy(mask, &shifted_mask, sizeof mask);
  return put(offset, from, mask, (bit + bits + 7) / 8);
}

bool Canvas::put_bytes(std::size_t offset, const void* from, std::size_t size) {
  const std::vector<unsigned char> mask(size, 0xff);
  return put(offset, static_cast<const unsigned char*>(from), mask.data(), size);
}

void Canvas::clear_rest(std::size_t offset, std::size_t size) {
  for (std::size_t i = offset; i < offset + size; ++i) bytes_[i] &= given_[i];
}

}  // namespace bpfmaps::layout
