// SPDX-License-Identifier: BSD-2-Clause
// Reduction: one value out of a value for each CPU (--cpu sum, min, max, avg).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "layout/layout.h"

namespace bpfmaps::layout {

enum class Reduce : std::uint8_t { sum, min, max, avg };

/// "sum", "min", "max", "avg"; nothing for another word.
std::optional<Reduce> reduce_from_name(std::string_view name);

/// Adds up (or compares) the numbers of each CPU's slot. Integers and bitfields become 64 bits
/// wide and floats doubles, so that a sum has room; averages are doubles. What is no number
/// (text, enums, pointers, addresses) is taken from the first CPU.
class Reduction {
 public:
  /// Of a field by its name: the latest is taken, however the others are.
  using IsTime = std::function<bool(const Node& node, std::string_view name)>;

  /// For values of `cpus` slots, `slot` bytes apart, each laid out as `value`.
  Reduction(const Layout& value, Reduce how, std::size_t cpus, std::size_t slot,
            const IsTime& is_time = {});
  Reduction(const Reduction&) = delete;
  Reduction& operator=(const Reduction&) = delete;

  Reduce how() const { return how_; }
  /// How a reduced value is laid out.
  const Layout& layout() const { return layout_; }
  /// Bytes of a reduced value.
  std::size_t size() const { return layout_.root().size; }
  /// Reads all slots at `slots`, writes size() bytes at `to`.
  void apply(const unsigned char* slots, unsigned char* to) const;

 private:
  // `count` values of one shape in a row: an array's elements, or one member.
  struct Field {
    const Node* node;
    std::uint32_t from, to;
    std::uint32_t count;
    Reduce how;
  };

  Node widen(const Node& node, std::uint32_t from, std::uint32_t& to, std::string_view name);
  void keep(const Node& node, std::uint32_t from, std::uint32_t to, std::uint32_t count,
            std::string_view name);
  template <class Number, class Load>
  void fold(Reduce how, const unsigned char* slots, unsigned char* to, Load load) const;

  Reduce how_;
  IsTime is_time_;
  std::size_t cpus_, slot_;
  std::vector<Field> fields_;
  Layout source_;  // owns the nodes that fields_ point to
  Layout layout_;
};

}  // namespace bpfmaps::layout
