// SPDX-License-Identifier: BSD-2-Clause
#include "layout/conversion.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "layout/program.h"

namespace bpfmaps::layout {
namespace {

unsigned width_of(const Node& node) { return node.bits != 0 ? node.bits : node.size * 8u; }

std::string_view sort_of(const Node& node) {
  switch (node.shape) {
    case Shape::unsigned_int:
    case Shape::signed_int:
    case Shape::wide_int: return "a number";
    case Shape::boolean: return "a boolean";
    case Shape::enumeration: return "an enum";
    case Shape::floating: return "a floating-point number";
    case Shape::pointer: return "a pointer";
    case Shape::text: return "text";
    case Shape::bytes: return "bytes";
    case Shape::array: return "an array";
    case Shape::record: return node.is_union ? "a union" : "a struct";
  }
  return "something else";
}

}  // namespace

std::string described(const Node& node) {
  std::string text(sort_of(node));
  if (!node.type.empty()) text += " (" + node.type + ")";
  return text;
}

bool store_bits(const Node& node, std::uint64_t value, bool is_signed, unsigned char* bytes) {
  const unsigned width = width_of(node);
  const bool negative = is_signed && static_cast<std::int64_t>(value) < 0;
  if (node.is_signed) {
    const auto number = static_cast<std::int64_t>(value);
    if (!negative && value > static_cast<std::uint64_t>(INT64_MAX)) return false;
    if (number < INT64_MIN >> (64 - width) || number > INT64_MAX >> (64 - width)) return false;
  } else if (negative || value > UINT64_MAX >> (64 - width)) {
    return false;
  }
  if (node.bits == 0) {
    value = in_order_of(node, value);
    std::memcpy(bytes, &value, node.size);
    return true;
  }
  __extension__ using Window = unsigned __int128;  // 64 bits inside bytes touch nine of them
  const std::size_t size = (node.bit_offset + width + 7u) / 8;
  Window window = 0;
  std::memcpy(&window, bytes, size);
  const Window mask = static_cast<Window>(UINT64_MAX >> (64 - width)) << node.bit_offset;
  window = (window & ~mask) | ((static_cast<Window>(value) << node.bit_offset) & mask);
  std::memcpy(bytes, &window, size);
  return true;
}

// Walks two trees at once.

namespace {

struct WideValue {
  std::uint64_t low = 0;
  std::uint64_t high = 0;  // all ones for a negative number
};

WideValue load_wide(const Node& node, const unsigned char* from) {
  WideValue value;
  if (node.shape == Shape::wide_int) {
    std::memcpy(&value.low, from, 8);
    std::memcpy(&value.high, from + 8, 8);
    return value;
  }
  value.low = load_bits(node, from);
  if (node.is_signed && static_cast<std::int64_t>(value.low) < 0) value.high = UINT64_MAX;
  return value;
}

bool store_wide(const Node& from, WideValue value, const Node& to, unsigned char* bytes) {
  const bool negative = from.is_signed && static_cast<std::int64_t>(value.high) < 0;
  if (to.shape == Shape::wide_int) {
    if (negative && !to.is_signed) return false;
    if (!from.is_signed && to.is_signed && static_cast<std::int64_t>(value.high) < 0) return false;
    std::memcpy(bytes, &value.low, 8);
    std::memcpy(bytes + 8, &value.high, 8);
    return true;
  }
  if (value.high != (negative ? UINT64_MAX : 0)) return false;
  if (negative && static_cast<std::int64_t>(value.low) >= 0) return false;
  return store_bits(to, value.low, negative, bytes);
}

bool convert_floating(const Node& from, const unsigned char* bytes, const Node& to,
                      unsigned char* target) {
  if (from.size == to.size) return std::memcpy(target, bytes, to.size), true;
  if (from.size == 4) {
    float value = 0;
    std::memcpy(&value, bytes, 4);
    const double wider = value;
    return std::memcpy(target, &wider, 8), true;
  }
  double value = 0;
  std::memcpy(&value, bytes, 8);
  const auto narrow = static_cast<float>(value);
  if (std::isinf(narrow) && !std::isinf(value)) return false;
  return std::memcpy(target, &narrow, 4), true;
}

bool convert_text(const Node& from, const unsigned char* bytes, const Node& to,
                  unsigned char* target) {
  const std::size_t length = strnlen(reinterpret_cast<const char*>(bytes), from.size);
  if (length > to.size) return false;
  std::memset(target, 0, to.size);
  std::memcpy(target, bytes, length);
  return true;
}

}  // namespace

Status Conversion::step(const Step& step, const unsigned char* from, unsigned char* to) const {
  const Node &a = *step.from, &b = *step.to;
  bool fits = true;
  if (step.how == How::integer) {
    fits = store_bits(b, load_bits(a, from), a.is_signed, to);
  } else if (step.how == How::wide) {
    fits = store_wide(a, load_wide(a, from), b, to);
  } else if (step.how == How::floating) {
    fits = convert_floating(a, from, b, to);
  } else if (step.how == How::text) {
    fits = convert_text(a, from, b, to);
  } else {
    const auto value = static_cast<std::int64_t>(load_bits(a, from));
    const std::string_view name = from_->names_of(a).name_of(value);
    std::int64_t other = value;
    if (!name.empty() && !to_->names_of(b).value_of(name, other))
      return fail(Error::refused(Kind::invalid, "convert", "",
                                 "`" + step.path + "` is " + std::string(name) + ", and enum " +
                                     to_->names_of(b).type_name() + " has no such name"));
    fits = store_bits(b, static_cast<std::uint64_t>(other),
                      name.empty() ? a.is_signed : b.is_signed, to);
  }
  if (fits) return {};
  return fail(Error::refused(Kind::invalid, "convert", "",
                             "`" + step.path + "` is " + text_of(*from_, a, from, {}) +
                                 ", which does not fit into " + described(b)));
}

Status Conversion::run(const unsigned char* from, unsigned char* to) const {
  if (is_copy_) return std::memcpy(to, from, steps_[0].size), Status();
  if (!blank_.empty()) std::memcpy(to, blank_.data(), blank_.size());
  for (const Step& one : steps_) {
    const unsigned char* const at = from + one.from_offset;
    if (one.how == How::copy) {
      std::memcpy(to + one.to_offset, at, one.size);
    } else if (one.how == How::zero) {
      if (std::any_of(at, at + one.size, [](unsigned char byte) { return byte != 0; }))
        return fail(Error::refused(Kind::invalid, "convert", "",
                                   "`" + one.path + "` would be lost, and is not zero"));
    } else {
      TRY(step(one, at, to + one.to_offset));
    }
  }
  return {};
}

}  // namespace bpfmaps::layout
