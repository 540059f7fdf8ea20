// SPDX-License-Identifier: BSD-2-Clause
// What rendering prints, parsing takes: types and bytes by chance, there and back.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "layout/parse.h"
#include "layout/program.h"
#include "layout/untold.h"
#include "unit/layout/types.h"

namespace bpfmaps::layout {
namespace {

using testing::Types;
using Value = std::vector<unsigned char>;

/// Makes types without padding: every bit is some field's.
class Chance {
 public:
  explicit Chance(unsigned seed) : random_(seed) {}

  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_()) % limit; }

  struct Made {
    int id;
    std::uint32_t size;
    bool is_mac = false;
  };

  Made type(int depth) {
    const std::uint32_t kind = below(depth > 0 ? 14 : 10);
    const std::uint32_t size = 1U << below(4);
    switch (kind) {
      case 0:
      case 1: return {types.integer("u", size), size};
      case 2: return {types.signed_integer("s", size), size};
      case 3: return {types.integer("wide", 16), 16};
      case 4: return {types.integer("_Bool", 1, BTF_INT_BOOL), 1};
      case 5: return {types.enumeration("e", size, {{"ZERO", 0}, {"ONE", 1}, {"MANY", 100}}), size};
      case 6: return {types.floating("f", size < 4 ? 4 : 8), size < 4 ? 4u : 8u};
      case 7: return {types.pointer(0), 8};
      case 8: return text();
      case 9: return network();
      case 10: return array(depth - 1);
      case 11: return one_of(depth - 1);
      default: return structure(depth - 1);
    }
  }

  Made structure(int depth) {
    std::vector<Types::Member> members;
    std::uint32_t at = 0;
    const std::uint32_t count = 1 + below(5);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (below(4) == 0) {
        const int of = below(2) == 0 ? types.integer("u", 8) : types.signed_integer("s", 8);
        const std::uint32_t first = 1 + below(40), all = 48;
        members.push_back({name(), of, at * 8, first});
        members.push_back({name(), of, at * 8 + first, all - first});
        at += all / 8;
        continue;
      }
      const Made part = type(depth);
      members.push_back({part.is_mac ? name("mac") : name(), part.id, at * 8});
      at += part.size;
    }
    return {types.structure(name(), at, members), at};
  }

  Types types;

 private:
  Made text() {
    const std::uint32_t size = 1 + below(20);
    return {types.array(types.integer("char", 1, BTF_INT_SIGNED), size), size};
  }

  Made network() {
    switch (below(4)) {
      case 0: return {types.type_name("__be32", types.integer("u", 4)), 4};
      case 1: return {types.type_name("__be16", types.integer("u", 2)), 2};
      case 2: return {types.structure("in_addr", 4, {{"s_addr", types.integer("u", 4)}}), 4};
      default: return {types.array(types.integer("u", 1), 6), 6, true};
    }
  }

  Made array(int depth) {
    const Made element = type(depth);
    const std::uint32_t count = below(5);
    return {types.array(element.id, count), element.size * count};
  }

  // One member has all the bytes, so that nothing of the union goes unsaid.
  Made one_of(int depth) {
    const Made first = type(depth), second = type(depth);
    const std::uint32_t size = std::max(first.size, second.size);
    const int all = types.array(types.integer("u", 1), size);
    const char* const called = below(2) == 0 ? "" : name();
    return {types.one_of(called, size, {{name(), first.id}, {name(), second.id}, {name(), all}}),
            size};
  }

  // BTF copies names, but Member only points to them.
  const char* name(const std::string& prefix = "m") {
    names_.push_back(std::make_unique<std::string>(prefix + std::to_string(names_.size())));
    return names_.back()->c_str();
  }

  std::mt19937 random_;
  std::vector<std::unique_ptr<std::string>> names_;
};

/// Leaves out what no text can tell: bytes behind a NUL or that are no UTF-8, the bits of a NaN,
/// the two that are both true.
void tame(const Node& node, unsigned char* bytes) {
  switch (node.shape) {
    case Shape::record:
      for (const Node& child : node.children) tame(child, bytes + child.offset);
      break;
    case Shape::array:
      for (std::uint32_t i = 0; i < node.count; ++i)
        tame(node.children[0], bytes + i * node.children[0].size);
      break;
    case Shape::text: {
      for (std::uint32_t i = 0; i < node.size; ++i) bytes[i] &= 0x7f;
      const auto end = std::find(bytes, bytes + node.size, 0);
      std::fill(end, bytes + node.size, 0);
      break;
    }
    case Shape::floating: bytes[node.size - 1] &= 0xbf; break;
    case Shape::boolean: bytes[0] &= 1; break;
    default: break;
  }
}

class RoundTrip : public ::testing::TestWithParam<unsigned> {};

TEST_P(RoundTrip, bytes_come_back_as_they_were) {
  Chance chance(GetParam());
  const Layout layout = chance.types.layout(chance.structure(3).id);
  for (const Dialect& dialect :
       {Dialect{}, Dialect{.meanings = true, .pretty = true}, Dialect{.string_ints = true}}) {
    Value bytes(layout.root().size), back(layout.root().size);
    for (auto& byte : bytes) byte = static_cast<unsigned char>(chance.below(256));
    tame(layout.root(), bytes.data());
    const std::string text = text_of(layout, layout.root(), bytes.data(), dialect);
    const std::vector<std::string> words = {text};
    const Status status = parse(layout, {"value", words}, back);
    ASSERT_TRUE(status) << status.error().message() << "\n" << text;
    ASSERT_EQ(back, bytes) << text;
  }
}

// Keys that are printed like others are told apart: those, and no more, are not found again.
TEST_P(RoundTrip, what_does_not_come_back_is_known_as_untold) {
  Chance chance(GetParam());
  const Layout layout = chance.types.layout(chance.structure(2).id);
  const Untold untold(layout);
  for (int i = 0; i < 20; ++i) {
    Value bytes(layout.root().size), back(layout.root().size);
    for (auto& byte : bytes) byte = static_cast<unsigned char>(chance.below(256));
    Value wild = bytes;
    tame(layout.root(), bytes.data());
    // Most of it as it should be, so that one field alone makes the difference.
    if (!bytes.empty()) {
      const std::uint32_t at = chance.below(static_cast<std::uint32_t>(bytes.size()));
      bytes[at] = wild[at];
    }
    const std::string text = text_of(layout, layout.root(), bytes.data(), Dialect{});
    const std::vector<std::string> words = {text};
    const bool told = parse(layout, {"key", words}, back).has_value() && back == bytes;
    ASSERT_EQ(untold.in(bytes.data()), !told) << text;
    ASSERT_TRUE(told || untold.possible());
  }
}

INSTANTIATE_TEST_SUITE_P(seed, RoundTrip, ::testing::Range(0U, 300U));

}  // namespace
}  // namespace bpfmaps::layout
