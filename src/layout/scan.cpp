// SPDX-License-Identifier: BSD-2-Clause
#include "layout/scan.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "layout/conversion.h"
#include "layout/encode.h"
#include "output/json.h"

namespace bpfmaps::layout {
namespace {

constexpr std::size_t kMostSteps = 16384;  // behind that a loop is no gain, and memory a loss
constexpr std::size_t kUnroll = 16;        // elements

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

void skip_blanks(const char*& at, const char* end) {
  while (at != end && is_blank(*at)) ++at;
}

// Whether two members share bytes, or a member is one that only parse() can fill.
bool is_hard(const Node& node) {
  if (node.counted) return true;
  if (node.shape == Shape::record) {
    std::size_t end_bit = 0;
    for (const Node& child : node.children) {
      const std::size_t first = std::size_t{child.offset} * 8 + child.bit_offset;
      if (first < end_bit) return true;
      end_bit = first + (child.bits != 0 ? child.bits : std::size_t{child.size} * 8);
    }
  }
  return std::ranges::any_of(node.children, is_hard);
}

}  // namespace

Scan::Scan(const RowSpec& spec) {
  for (const Layout* layout : {spec.key, spec.value})
    if (layout != nullptr && is_hard(layout->root())) usable_ = false;
  if (!usable_ || spec.value == nullptr || spec.spread_key) {
    usable_ = false;
    return;
  }
  pending_ = "{";
  if (spec.key != nullptr) {
    pending_ += "\"" + std::string(spec.key_name) + "\":";
    node(*spec.key, spec.key->root(), true, 0);
    pending_ += ",";
    is_prefix_ = spec.key->is_prefix();
    most_prefix_ = is_prefix_ ? (spec.key->root().size - 4) * 8 : 0;
  }
  if (spec.cpus.empty()) {
    pending_ += "\"" + std::string(spec.value_name) + "\":";
    node(*spec.value, spec.value->root(), false, 0);
  } else {
    pending_ += "\"values\":[";
    for (std::size_t i = 0; i < spec.cpus.size() && usable_; ++i) {
      pending_ +=
          (i == 0 ? "" : ",") + ("{\"cpu\":" + std::to_string(spec.cpus[i])) + ",\"value\":";
      node(*spec.value, spec.value->root(), false, i * spec.slot);
      pending_ += "}";
    }
    pending_ += "]";
  }
  pending_ += "}";
  add({});
}

bool Scan::is_quoted(const Step& step) {
  switch (step.op) {
    case Op::enumeration:
    case Op::pointer:
    case Op::wide:
    case Op::text:
    case Op::bytes: return true;
    default: return false;
  }
}

void Scan::add(Step step) {
  if (steps_.size() == kMostSteps) usable_ = false;
  if (!usable_) return;
  step.in_string = !steps_.empty() && is_quoted(steps_.back());
  step.lead = static_cast<std::uint32_t>(texts_.size());
  step.lead_size = static_cast<std::uint32_t>(pending_.size());
  texts_ += pending_;
  pending_.clear();
  steps_.push_back(step);
}

void Scan::node(const Layout& layout, const Node& of, bool of_key, std::size_t offset) {
  Step made{.of_key = of_key, .offset = offset, .size = of.size, .node = &of};
  const auto quoted = [&](Op op) {
    made.op = op;
    pending_ += '"';
    add(made);
    pending_ += '"';
  };
  if (!usable_) return;
  switch (of.shape) {
    case Shape::unsigned_int:
    case Shape::signed_int: return made.op = Op::number, add(made);
    case Shape::boolean: return made.op = Op::boolean, add(made);
    case Shape::enumeration: return made.names = &layout.names_of(of), quoted(Op::enumeration);
    case Shape::floating:
      return made.op = of.size == 4 ? Op::number_f32 : Op::number_f64, add(made);
    case Shape::pointer: return quoted(Op::pointer);
    case Shape::wide_int: return quoted(Op::wide);
    case Shape::text: return quoted(Op::text);
    case Shape::bytes: return quoted(Op::bytes);
    case Shape::record: {
      pending_ += '{';
      for (const Node& child : of.children) {
        if (&child != &of.children.front()) pending_ += ',';
        output::append_json_string(pending_, child.name);
        pending_ += ':';
        node(layout, child, of_key, offset + child.offset);
      }
      pending_ += '}';
      return;
    }
    case Shape::array: break;
  }
  const Node& element = of.children[0];
  pending_ += '[';
  if (of.count <= kUnroll) {
    for (std::uint32_t i = 0; i < of.count; ++i) {
      if (i != 0) pending_ += ',';
      node(layout, element, of_key, offset + std::size_t{i} * element.size);
    }
  } else {
    made.op = Op::loop;
    made.size = element.size;
    made.count = of.count;
    add(made);
    const std::size_t at = steps_.size() - 1;
    node(layout, element, of_key, 0);
    add({.of_key = of_key});
    if (usable_) steps_[at].last = static_cast<std::uint32_t>(steps_.size());
  }
  pending_ += ']';
}

namespace {

// `size` characters of constant text, with any blanks around what is no part of a string.
bool loose_literal(const char* text, std::size_t size, bool in_string, const char*& at,
                   const char* end) {
  for (const char* one = text; one != text + size; ++one) {
    if (!in_string) skip_blanks(at, end);
    if (at == end || *at != *one) return false;
    ++at;
    if (*one == '\\' && one + 1 != text + size) {
      if (at == end || *at != one[1]) return false;
      ++at, ++one;
    } else if (*one == '"') {
      in_string = !in_string;
    }
  }
  return true;
}

bool digits(const char*& at, const char* end, std::uint64_t& value) {
  const char* const first = at;
  value = 0;
  while (at != end && static_cast<unsigned char>(*at - '0') < 10) {
    if (at - first == 19) {  // the twentieth digit may be one too many
      const auto [behind, error] = std::from_chars(first, end, value);
      at = behind;
      return error == std::errc();
    }
    value = value * 10 + static_cast<unsigned char>(*at++ - '0');
  }
  return at != first && (*first != '0' || at - first == 1);
}

bool number(const Node& node, const char*& at, const char* end, unsigned char* to) {
  const bool negative = at != end && *at == '-';
  if (negative) ++at;
  std::uint64_t value = 0;
  if (!digits(at, end, value)) return false;
  if (at != end && (*at == '.' || *at == 'e' || *at == 'E')) return false;
  if (!negative) return store_bits(node, value, false, to);
  if (!node.is_signed || value > std::uint64_t{1} << 63 || value == 0) return false;
  return store_bits(node, 0 - value, true, to);
}

bool hex(const char*& at, const char* end, const Node& node, unsigned char* to) {
  if (end - at < 3 || at[0] != '0' || at[1] != 'x') return false;
  at += 2;
  const char* const stop = std::find_if(at, end, [](char c) {
    return !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'));
  });
  const auto count = static_cast<std::size_t>(stop - at);
  std::uint64_t halves[2] = {};
  if (count == 0 || count > node.size * 2) return false;
  const char* const low = count > 16 ? stop - 16 : at;
  if (low != at) std::from_chars(at, low, halves[1], 16);
  std::from_chars(low, stop, halves[0], 16);
  at = stop;
  std::memcpy(to, halves, node.size);
  return true;
}

template <class Number>
bool floating(const char*& at, const char* end, unsigned char* to) {
  // from_chars would take "inf", "nan" and a number that starts with a point.
  if (at == end || (*at != '-' && static_cast<unsigned char>(*at - '0') >= 10)) return false;
  Number value = 0;
  const auto [behind, error] = std::from_chars(at, end, value);
  if (error != std::errc() || !(value - value == 0)) return false;
  at = behind;
  std::memcpy(to, &value, sizeof value);
  return true;
}

// Without escapes and in ASCII.
bool text(const char*& at, const char* end, std::uint32_t size, unsigned char* to) {
  const char* const first = at;
  while (at != end && *at != '"' && *at != '\\' && *at >= 0x20) ++at;
  const auto length = static_cast<std::size_t>(at - first);
  if (at == end || *at != '"' || length > size) return false;
  std::memcpy(to, first, length);
  return true;
}

bool name(const Names& names, const Node& node, const char*& at, const char* end,
          unsigned char* to) {
  const char* const first = at;
  while (at != end && *at != '"' && *at != '\\') ++at;
  std::int64_t value = 0;
  if (!names.value_of({first, static_cast<std::size_t>(at - first)}, value)) {
    const char* digits = first;
    return number(node, digits, at, to) && digits == at;
  }
  return store_bits(node, static_cast<std::uint64_t>(value), node.is_signed, to);
}

bool boolean(const Node& node, const char*& at, const char* end, unsigned char* to) {
  if (end - at >= 4 && std::memcmp(at, "true", 4) == 0)
    return at += 4, store_bits(node, 1, false, to);
  if (end - at >= 5 && std::memcmp(at, "false", 5) == 0) return at += 5, true;
  return false;
}

}  // namespace

bool Scan::literal(const Step& step, Cursor& cursor) const {
  const char* const wanted = texts_.data() + step.lead;
  const std::size_t size = step.lead_size;
  if (static_cast<std::size_t>(cursor.end - cursor.at) >= size &&
      std::memcmp(cursor.at, wanted, size) == 0)
    return cursor.at += size, true;
  return loose_literal(wanted, size, step.in_string, cursor.at, cursor.end);
}

bool Scan::scalar(const Step& step, Cursor& cursor, unsigned char* to) {
  const char*& at = cursor.at;
  const char* const end = cursor.end;
  switch (step.op) {
    case Op::number: return number(*step.node, at, end, to);
    case Op::boolean: return boolean(*step.node, at, end, to);
    case Op::enumeration: return name(*step.names, *step.node, at, end, to);
    case Op::number_f32: return floating<float>(at, end, to);
    case Op::number_f64: return floating<double>(at, end, to);
    case Op::pointer:
    case Op::wide: return hex(at, end, *step.node, to);
    case Op::text: return text(at, end, step.size, to);
    case Op::bytes: {
      const std::size_t size = step.size == 0 ? 0 : std::size_t{step.size} * 3 - 1;
      if (static_cast<std::size_t>(end - at) < size || !read_hex_bytes({at, size}, to, step.size))
        return false;
      return at += size, true;
    }
    case Op::loop:
    case Op::end: break;
  }
  return true;
}

bool Scan::loop(const Step& step, Cursor& cursor, unsigned char* key, unsigned char* value) const {
  const Step* const body = &step + 1;
  const Step* const behind = steps_.data() + step.last;
  for (std::uint32_t i = 0; i < step.count; ++i) {
    if (i != 0) {
      skip_blanks(cursor.at, cursor.end);
      if (cursor.at == cursor.end || *cursor.at++ != ',') return false;
    }
    const std::size_t at = step.offset + std::size_t{i} * step.size;
    if (!steps(body, behind, cursor, step.of_key ? key + at : key,
               step.of_key ? value : value + at))
      return false;
  }
  return true;
}

bool Scan::steps(const Step* step, const Step* end, Cursor& cursor, unsigned char* key,
                 unsigned char* value) const {
  while (step != end) {
    if (step->lead_size != 0 && !literal(*step, cursor)) return false;
    if (step->op == Op::loop) {
      if (!loop(*step, cursor, key, value)) return false;
      step = steps_.data() + step->last;
      continue;
    }
    unsigned char* const to = (step->of_key ? key : value) + step->offset;
    if (step->op != Op::end) {
      if (!is_quoted(*step)) skip_blanks(cursor.at, cursor.end);
      if (!scalar(*step, cursor, to)) return false;
    }
    ++step;
  }
  return true;
}

bool Scan::run(std::string_view row, unsigned char* key, unsigned char* value) const {
  Cursor cursor{row.data(), row.data() + row.size()};
  if (!steps(steps_.data(), steps_.data() + steps_.size(), cursor, key, value)) return false;
  skip_blanks(cursor.at, cursor.end);
  if (cursor.at != cursor.end) return false;
  if (!is_prefix_) return true;
  std::uint32_t length = 0;
  std::memcpy(&length, key, sizeof length);
  return length <= most_prefix_;
}

}  // namespace bpfmaps::layout
