// SPDX-License-Identifier: BSD-2-Clause
#include "layout/text_bound.h"

#include <algorithm>

#include "layout/convert.h"

namespace bpfmaps::layout {
namespace {

constexpr std::uint64_t kMost = UINT64_MAX / 2;  // sums of two such numbers stay numbers
constexpr std::uint64_t kAround = 4;             // quotes, a colon and a comma; brackets

std::uint64_t times(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? kMost : std::min(product, kMost);
}
std::uint64_t plus(std::uint64_t a, std::uint64_t b) { return std::min(a + b, kMost); }

std::uint64_t bound(const Layout& layout, const Node& node) {
  switch (node.shape) {
    case Shape::record: {
      std::uint64_t sum = kAround;
      for (const Node& child : node.children)
        sum = plus(sum, plus(bound(layout, child), child.name.size() + kAround));
      return sum;
    }
    case Shape::array:
      return plus(kAround, times(node.count, plus(bound(layout, node.children[0]), 1)));
    case Shape::text: return times(node.size, 6);  // \u0001
    case Shape::bytes: return times(node.size, 3);
    case Shape::enumeration:
      return std::max(layout.names_of(node).longest(), kLongestScalar) + kAround;
    case Shape::boolean: return 5;
    case Shape::unsigned_int:
    case Shape::signed_int:
      if (node.meaning == Meaning::plain) return node.size * 5 / 2 + 3;  // digits and a sign
      break;
    default: break;
  }
  return kLongestScalar + kAround;
}

}  // namespace

std::uint64_t text_bound(const Layout& layout) { return bound(layout, layout.root()); }

std::uint64_t text_bound(const RowSpec& rows) {
  const std::uint64_t key = rows.key != nullptr ? text_bound(*rows.key) : 0;
  const std::uint64_t value = rows.value != nullptr ? text_bound(*rows.value) : 0;
  return plus(key, times(value, std::max<std::size_t>(rows.cpus.size(), 1)));
}

}  // namespace bpfmaps::layout
