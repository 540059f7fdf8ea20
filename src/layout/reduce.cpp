// SPDX-License-Identifier: BSD-2-Clause
#include "layout/reduce.h"

#include <algorithm>
#include <cstring>

namespace bpfmaps::layout {
namespace {

constexpr std::uint32_t kWide = 8;  // bytes of a reduced number

double load_floating(const Node& node, const unsigned char* bytes) {
  if (node.size == 8) {
    double value = 0;
    return std::memcpy(&value, bytes, sizeof value), value;
  }
  float value = 0;
  return std::memcpy(&value, bytes, sizeof value), value;
}

double add(double a, double b) { return a + b; }

// Wraps, as the counters themselves do.
template <class Integer>
Integer add(Integer a, Integer b) {
  __builtin_add_overflow(a, b, &a);
  return a;
}

}  // namespace

std::optional<Reduce> reduce_from_name(std::string_view name) {
  if (name == "sum") return Reduce::sum;
  if (name == "min") return Reduce::min;
  if (name == "max") return Reduce::max;
  if (name == "avg") return Reduce::avg;
  return {};
}

Reduction::Reduction(const Layout& value, Reduce how, std::size_t cpus, std::size_t slot,
                     const IsTime& is_time)
    : how_(how),
      is_time_(is_time),
      cpus_(cpus),
      slot_(slot),
      source_(value),
      layout_(Node{}, value.names()) {
  std::uint32_t size = 0;
  layout_.root() = widen(source_.root(), 0, size, {});
}

void Reduction::keep(const Node& node, std::uint32_t from, std::uint32_t to, std::uint32_t count,
                     std::string_view name) {
  const bool latest = is_time_ && is_time_(node, name);
  fields_.push_back({&node, from, to, count, latest ? Reduce::max : how_});
}

// The widened copy of `node`, whose bytes start at `from`; its own start at `to`, which moves on.
// What has no name of its own is called `name`.
Node Reduction::widen(const Node& node, std::uint32_t from, std::uint32_t& to,
                      std::string_view name) {
  if (!node.name.empty()) name = node.name;
  Node wide = node;
  const std::uint32_t start = to;
  wide.offset = 0;
  if (node.is_countable()) {
    keep(node, from, to, 1, name);
    wide.size = kWide;
    wide.bits = wide.bit_offset = 0;
    if (how_ == Reduce::avg) wide.shape = Shape::floating;
    to += kWide;
  } else if (node.shape == Shape::record && !node.is_leaf()) {
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const std::uint32_t at = to;
      wide.children[i] = widen(node.children[i], from + node.children[i].offset, to, name);
      wide.children[i].offset = at - start;
    }
    wide.size = to - start;
  } else if (node.shape == Shape::array && !node.is_leaf() && node.children[0].is_countable()) {
    const Node& element = node.children[0];
    keep(element, from, to, node.count, name);
    std::uint32_t ignored = 0;
    wide.children[0] = widen(element, 0, ignored, name);
    fields_.pop_back();
    wide.size = node.count * kWide;
    to += wide.size;
  } else if (node.shape == Shape::array && !node.is_leaf()) {
    for (std::uint32_t i = 0; i < node.count; ++i)
      wide.children[0] = widen(node.children[0], from + i * node.children[0].size, to, name);
    wide.size = to - start;
  } else {
    keep(node, from, to, 1, name);
    to += node.size;
  }
  return wide;
}

template <class Number, class Load>
void Reduction::fold(Reduce how, const unsigned char* slots, unsigned char* to, Load load) const {
  Number result = load(slots);
  for (std::size_t cpu = 1; cpu < cpus_; ++cpu) {
    const Number each = load(slots + cpu * slot_);
    switch (how) {
      case Reduce::sum:
      case Reduce::avg: result = add(result, each); break;
      case Reduce::min: result = std::min(result, each); break;
      case Reduce::max: result = std::max(result, each); break;
    }
  }
  if (how == Reduce::avg) {
    const double average = static_cast<double>(result) / static_cast<double>(cpus_);
    std::memcpy(to, &average, sizeof average);
  } else {
    std::memcpy(to, &result, sizeof result);
  }
}

void Reduction::apply(const unsigned char* slots, unsigned char* to) const {
  for (const Field& field : fields_) {
    const Node& node = *field.node;
    if (!node.is_countable()) {
      std::memcpy(to + field.to, slots + field.from, node.size);
      continue;
    }
    for (std::uint32_t i = 0; i < field.count; ++i) {
      const unsigned char* from = slots + field.from + std::size_t{i} * node.size;
      unsigned char* into = to + field.to + std::size_t{i} * kWide;
      if (node.shape == Shape::floating) {
        fold<double>(field.how, from, into,
                     [&](const auto* bytes) { return load_floating(node, bytes); });
      } else if (node.is_signed) {
        fold<std::int64_t>(field.how, from, into, [&](const auto* bytes) {
          return static_cast<std::int64_t>(load_bits(node, bytes));
        });
      } else {
        fold<std::uint64_t>(field.how, from, into,
                            [&](const auto* bytes) { return load_bits(node, bytes); });
      }
    }
  }
}

}  // namespace bpfmaps::layout
