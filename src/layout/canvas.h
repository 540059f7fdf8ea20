// SPDX-License-Identifier: BSD-2-Clause
// Canvas: the bytes of a key or value while typed input fills them in. Knows bits, not types.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bpfmaps::layout {

/// Remembers which bits were given: dump prints every member of a union, so they may all be given
/// where they agree.
class Canvas {
 public:
  /// `bytes` hold what fields that are not given shall keep; they outlive the canvas.
  explicit Canvas(std::span<unsigned char> bytes)
      : bytes_(bytes), given_(bytes.size()), written_(bytes.size()) {}

  /// Writes the `bits` low bits of `value`, the first at `bit` of byte `offset`. False, and
  /// nothing written, where some of them were given before and differ.
  bool put_bits(std::size_t offset, unsigned bit, unsigned bits, std::uint64_t value);
  bool put_bytes(std::size_t offset, const void* from, std::size_t size);
  /// The same as put_bits() for those bits that were not given before, and which may still be.
  void put_rest(std::size_t offset, unsigned bit, unsigned bits, std::uint64_t value);

  /// Which bits were given so far: set in the byte of the same place. Without those of put_rest().
  std::span<const unsigned char> given() const { return given_; }
  /// Which bits were written so far, those of put_rest() too.
  std::span<const unsigned char> written() const { return written_; }

 private:
  bool put(std::size_t offset, const unsigned char* from, const unsigned char* mask,
           std::size_t size);

  std::span<unsigned char> bytes_;
  // A bit is set where that bit of bytes_ was given or written.
  std::vector<unsigned char> given_, written_;
};

}  // namespace bpfmaps::layout
