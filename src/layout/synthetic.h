// SPDX-License-Identifier: BSD-2-Clause
// Layouts of values that no BTF describes: what bpfmaps itself puts together from what it asked the
// kernel. Fields lie one behind the other, as Packer writes them.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "layout/layout.h"

namespace bpfmaps::layout {

Node number(std::string name, std::uint32_t size);              ///< unsigned, of 1, 2, 4 or 8 bytes
Node address(std::string name);                                 ///< 8 bytes, shown as "0x..."
Node text(std::string name, std::uint32_t size);                ///< at most `size` bytes
Node list(std::string name, Node element, std::uint32_t most);  ///< a counted array
Node record(std::vector<Node> fields);

/// Writes the fields of such a record in their order into bytes that are zero.
class Packer {
 public:
  explicit Packer(unsigned char* to) : to_(to) {}

  template <class Number>
  void number(Number value) {
    std::memcpy(to_, &value, sizeof value);
    to_ += sizeof value;
  }
  /// What does not fit into `size` bytes is cut off.
  void text(std::string_view value, std::uint32_t size) {
    std::memcpy(to_, value.data(), value.size() < size ? value.size() : size);
    to_ += size;
  }
  /// Leaves zeros.
  void skip(std::size_t size) { to_ += size; }

 private:
  unsigned char* to_;
};

}  // namespace bpfmaps::layout
