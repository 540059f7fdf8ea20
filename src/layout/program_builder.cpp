// SPDX-License-Identifier: BSD-2-Clause
// Walks a Layout once and leaves straight steps behind.
#include <algorithm>
#include <utility>

#include "layout/convert.h"
#include "layout/escape.h"
#include "layout/step.h"
#include "layout/times.h"
#include "layout/type_words.h"
#include "output/json.h"

namespace bpfmaps::layout {
namespace {

// An array that unrolls into at most this many steps needs no loop.
constexpr std::size_t kUnroll = 32;

std::size_t steps_of(const Node& node) {
  std::size_t steps = node.is_leaf() ? 1 : 0;
  for (const Node& child : node.children) steps += steps_of(child);
  return node.shape == Shape::array && !node.is_leaf() ? steps * node.count : steps;
}

}  // namespace

ProgramBuilder::ProgramBuilder(const Dialect& dialect)
    : dialect_(dialect), json_(dialect.text == Dialect::Text::json) {
  program_.times_in_ = dialect;
}

void ProgramBuilder::value(const Layout& layout, const Node& of, Base base, std::uint32_t offset,
                           std::uint32_t extent, int depth) {
  layout_ = &layout;
  base_ = base;
  extent_ = extent;
  human_ = dialect_.human && base == Base::value;
  node(of, offset, depth);
  name_ = {};
}

void ProgramBuilder::hex(Base base, std::uint32_t offset, std::uint32_t size) {
  base_ = base;
  if (size <= kLongText) program_.bound_ += size * 3;
  step({.op = Op::bytes, .offset = offset, .size = size});
}

void ProgramBuilder::begin_cell() { step({.op = Op::begin_cell}); }

void ProgramBuilder::end_cell(std::size_t width, bool right, bool wide) {
  step({.op = Op::pad_cell,
        .right = right,
        .size = static_cast<std::uint32_t>(width),
        .count = wide ? 1u : 0u});
  program_.bound_ += width;
}

void ProgramBuilder::end_csv_cell() { step({.op = Op::quote_cell}); }

Program ProgramBuilder::build() && {
  step({.op = Op::end});
  program_.bound_ += kSlack;
  program_.texts_.append(kSlack, '\0');
  return std::move(program_);
}

void ProgramBuilder::node(const Node& node, std::uint32_t offset, int depth) {
  if (!node.name.empty()) name_ = node.name;
  if (node.meaning != Meaning::plain && dialect_.meanings) {
    meaning(node, offset);
  } else if (node.shape == Shape::record) {
    record(node, offset, depth);
  } else if (node.shape == Shape::array) {
    array(node, offset, depth);
  } else {
    scalar(node, offset);
  }
}

void ProgramBuilder::meaning(const Node& node, std::uint32_t offset) {
  switch (node.meaning) {
    case Meaning::plain: return;
    case Meaning::ipv4: return quoted({.op = Op::ipv4, .offset = offset});
    case Meaning::ipv6: return quoted({.op = Op::ipv6, .offset = offset});
    case Meaning::mac: return quoted({.op = Op::mac, .offset = offset});
    case Meaning::cidr4: return quoted({.op = Op::cidr4, .offset = offset});
    case Meaning::cidr6: return quoted({.op = Op::cidr6, .offset = offset});
  }
}

void ProgramBuilder::scalar(const Node& node, std::uint32_t offset) {
  switch (node.shape) {
    case Shape::unsigned_int:
    case Shape::signed_int: return integer(node, offset);
    case Shape::boolean: step({.op = Op::boolean, .offset = offset, .node = &node}); return;
    case Shape::enumeration: return enumeration(node, offset);
    case Shape::floating:
      step({.op = node.size == 4 ? Op::number_f32 : Op::number_f64,
            .quoted = json_,
            .offset = offset});
      return;
    case Shape::pointer: return quoted({.op = Op::pointer, .offset = offset});
    case Shape::wide_int: return quoted({.op = Op::wide, .offset = offset});
    case Shape::text: return text(node, offset);
    case Shape::bytes:
      if (node.size <= kLongText) program_.bound_ += node.size * 3;
      return quoted({.op = Op::bytes, .offset = offset, .size = node.size});
    case Shape::array:
    case Shape::record: return;
  }
}

void ProgramBuilder::enumeration(const Node& node, std::uint32_t offset) {
  const Names* names = &layout_->names_of(node);
  if (!are_harmless(*names)) {
    program_.names_.push_back(std::make_unique<const Names>(escaped(*names, form())));
    names = program_.names_.back().get();
  }
  program_.bound_ += names->longest();
  quoted({.op = Op::enumeration, .offset = offset, .node = &node, .names = names});
}

// Numbers of all sizes are loaded alike, eight bytes and two shifts, so that the loop's next move
// is easy to foresee; those near the end of the value from the eight bytes before it.
void ProgramBuilder::integer(const Node& node, std::uint32_t offset) {
  if (dialect_.times != nullptr && time(node, offset)) return;
  if (human_ && human(node, offset)) return;
  Step made{.op = Op::integer, .offset = offset, .node = &node};
  const std::uint32_t bits = node.bits != 0 ? node.bits : node.size * 8;
  const std::uint32_t at = std::min(offset, std::max(extent_, 8u) - 8);
  const std::uint32_t skip = (offset - at) * 8 + node.bit_offset;
  if (extent_ >= 8 && skip + bits <= 64 && !node.big_endian) {
    made.op = Op::number;
    made.offset = at;
    made.is_signed = node.is_signed;
    made.shift_left = static_cast<std::uint8_t>(64 - skip - bits);
    made.shift_right = static_cast<std::uint8_t>(64 - bits);
  }
  if (dialect_.string_ints && node.size == 8 && json_) return quoted(made);
  step(made);
}

// False where it is shown as it is: small fields are seldom counts, and names may say more.
bool ProgramBuilder::human(const Node& node, std::uint32_t offset) {
  const Unit unit = unit_of(name_);
  if (node.size < 4 || !node.is_countable() || unit == Unit::none) return false;
  step({.op = Op::human,
        .ascii = dialect_.ascii,
        .offset = offset,
        .size = static_cast<std::uint32_t>(unit),
        .node = &node});
  return true;
}

// False where nobody said that it is one. JSON quotes it itself, but not its null.
bool ProgramBuilder::time(const Node& node, std::uint32_t offset) {
  const auto clock = dialect_.times->clock_of(node);
  if (!clock) return false;
  const Step made{
      .op = Op::time, .offset = offset, .size = static_cast<std::uint32_t>(*clock), .node = &node};
  if (json_)
    step(made);
  else
    quoted(made);
  return true;
}

void ProgramBuilder::text(const Node& node, std::uint32_t offset) {
  const Dialect::Text how = form();
  const Op op = how == Dialect::Text::json       ? Op::text_json
                : how == Dialect::Text::terminal ? Op::text_terminal
                                                 : Op::text_plain;
  if (node.size <= kLongText) program_.bound_ += output::json_text_bound(node.size);
  quoted({.op = op, .offset = offset, .size = node.size});
}

/// How a text is written here: in an array of plain text, where a comma would end it, as JSON.
Dialect::Text ProgramBuilder::form() const {
  const bool in_plain_array = dialect_.text == Dialect::Text::plain && in_array_ > 0;
  return in_plain_array ? Dialect::Text::json : dialect_.text;
}

// JSON quotes every text; the others only inside arrays, where a comma would end it.
void ProgramBuilder::quoted(const Step& made) {
  const bool quotes = json_ || in_array_ > 0;
  if (quotes) pending_ += '"';
  step(made);
  if (quotes) pending_ += '"';
}

void ProgramBuilder::record(const Node& of, std::uint32_t offset, int depth) {
  pending_ += '{';
  bool first = true;
  for (const Node& child : of.children) {
    if (!std::exchange(first, false)) pending_ += ',';
    line(depth + 1);
    output::append_json_string(pending_, child.name);
    pending_ += dialect_.pretty ? ": " : ":";
    node(child, offset + child.offset, depth + 1);
  }
  if (!first) line(depth);
  pending_ += '}';
}

void ProgramBuilder::array(const Node& of, std::uint32_t offset, int depth) {
  const Node& element = of.children[0];
  if (dialect_.text == Dialect::Text::terminal && is_byte_array(of)) {
    if (of.size <= kLongText) program_.bound_ += of.size * 3;
    return quoted({.op = Op::bytes, .offset = offset, .size = of.size});
  }
  // Pretty arrays of scalars stay on one line; those of records take a line for each.
  const bool over_lines = dialect_.pretty && !element.is_leaf();
  const std::string_view comma = dialect_.pretty && !over_lines ? ", " : ",";
  ++in_array_;
  pending_ += '[';
  const std::size_t steps = std::max<std::size_t>(steps_of(element), 1);
  if (!of.counted && of.count <= kUnroll / steps) {
    for (std::uint32_t i = 0; i < of.count; ++i) {
      if (i != 0) pending_ += comma;
      if (over_lines) line(depth + 1);
      node(element, offset + i * element.size, depth + 1);
    }
  } else {
    loop(of, offset, depth, comma);
  }
  if (over_lines && of.count != 0) line(depth);
  pending_ += ']';
  --in_array_;
}

// The step behind the loop's own holds the comma; the first turn starts behind it.
void ProgramBuilder::loop(const Node& of, std::uint32_t offset, int depth, std::string_view comma) {
  const Node& element = of.children[0];
  step({.op = Op::loop,
        .counted = of.counted,
        .offset = offset,
        .size = element.size,
        .count = of.count});
  const std::size_t at = program_.steps_.size() - 1;
  // In a loop there is one base, the element; steps that only copy text look at it too.
  const Base outer = std::exchange(base_, Base::key);
  pending_ = comma;
  step({.op = Op::end});
  if (dialect_.pretty && !element.is_leaf()) line(depth + 1);
  const std::uint32_t extent = std::exchange(extent_, element.size);
  node(element, 0, depth + 1);
  extent_ = extent;
  step({.op = Op::end});
  base_ = outer;
  program_.steps_[at].last = static_cast<std::uint32_t>(program_.steps_.size());
}

void ProgramBuilder::line(int depth) {
  if (!dialect_.pretty) return;
  pending_ += '\n';
  pending_.append(static_cast<std::size_t>(depth) * 2, ' ');
}

void ProgramBuilder::step(const Step& made) {
  // Running copies kSlack bytes of constant text a step, no more.
  std::string_view text = pending_;
  for (; text.size() > kSlack; text.remove_prefix(kSlack))
    add_step({.op = Op::end}, text.substr(0, kSlack));
  add_step(made, text);
  pending_.clear();
}

void ProgramBuilder::add_step(const Step& made, std::string_view lead) {
  program_.steps_.push_back(made);
  Step& last = program_.steps_.back();
  last.base = base_;
  last.lead = static_cast<std::uint32_t>(program_.texts_.size());
  last.lead_size = static_cast<std::uint32_t>(lead.size());
  program_.texts_ += lead;
  program_.bound_ += lead.size() + kLongestScalar;
}

}  // namespace bpfmaps::layout
