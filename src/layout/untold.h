// SPDX-License-Identifier: BSD-2-Clause
// Untold: what the printed form of a key leaves out. Two keys that differ only there look the same,
// and neither is found by what was printed. Reads a Layout; knows no output form.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "layout/layout.h"

namespace bpfmaps::layout {

/// Padding, what stands behind the end of a text, text that is no UTF-8, booleans that are neither
/// 0 nor 1, and NaNs of unusual bits.
class Untold {
 public:
  /// `layout` outlives it.
  explicit Untold(const Layout& layout);

  /// Whether any bytes of that layout may hold more than is printed.
  bool possible() const { return !hidden_.empty() || !vague_.empty(); }
  /// Whether `bytes` (of the layout's size) do: parse() makes other bytes of what is printed.
  bool in(const unsigned char* bytes) const;
  /// What there may be, for a hint: "padding, booleans above 1".
  std::string describe() const;

 private:
  struct Hidden {
    std::uint32_t offset;
    unsigned char bits;  ///< that nothing shows
  };
  // A field with several patterns of bits for one printed form.
  struct Vague {
    const Node* node;
    std::uint32_t offset;
  };
  void add(const Node& node, std::size_t offset, std::vector<unsigned char>& shown);

  std::vector<Hidden> hidden_;
  std::vector<Vague> vague_;
};

/// The same for one text: whether it is printed otherwise than it is, or something stands behind
/// its end.
bool is_untold_text(const unsigned char* bytes, std::size_t size);

}  // namespace bpfmaps::layout
