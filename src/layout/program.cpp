// SPDX-License-Identifier: BSD-2-Clause
#include "layout/program.h"

#include <cstring>

#include "base/number.h"
#include "layout/convert.h"
#include "output/json.h"

namespace bpfmaps::layout {

enum class Program::Op : std::uint8_t {
  u8,
  u16,
  u32,
  u64,
  s8,
  s16,
  s32,
  s64,
  bitfield,
  boolean,
  enumeration,
  number_f32,
  number_f64,
  pointer,
  wide,
  text_json,
  text_terminal,
  text_plain,
  bytes,
  port,
  ipv4,
  ipv6,
  mac,
  cidr4,
  cidr6,
  loop,  // the steps up to `last`, once for each element
  end,   // no value: only the constant text
};

struct Program::Step {
  Op op = Op::end;
  bool quoted = false;       // NaN and infinities need quotes of their own in JSON
  std::uint32_t offset = 0;  // bytes from where run() starts, or from the element in a loop
  std::uint32_t size = 0;    // bytes of text and bytes; of an element in a loop
  std::uint32_t lead = 0, lead_size = 0;  // constant text before the value, in texts_
  std::uint32_t count = 0, last = 0;      // of a loop: elements, and the step behind its body
  const Node* node = nullptr;             // for bitfields and enumerations
  const Names* names = nullptr;
};

namespace {

// Constant text is short: copying 32 bytes at a time beats a call of memcpy. Both sides have
// kSlack bytes more than they need.
constexpr std::size_t kSlack = 32;

inline char* copy_text(char* to, const char* from, std::size_t size) {
  char* const end = to + size;
  do {
    std::memcpy(to, from, 32);
    to += 32, from += 32;
  } while (to < end);
  return end;
}

template <class Number>
inline Number load(const unsigned char* bytes) {
  Number value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

char* write_integer(char* to, const Node& node, const unsigned char* from) {
  const std::uint64_t value = load_bits(node, from);
  return node.is_signed ? write_i64(to, static_cast<std::int64_t>(value)) : write_u64(to, value);
}

char* write_boolean(char* to, bool value) {
  std::memcpy(to, value ? "true" : "false", 5);
  return to + (value ? 4 : 5);
}

template <class Number>
char* write_number(char* to, Number value, bool quoted) {
  const bool finite = value - value == 0;
  if (!finite && quoted) *to++ = '"';
  to = write_floating(to, value);
  if (!finite && quoted) *to++ = '"';
  return to;
}

// Text longer than this reserves its room when it is met, not for every row.
constexpr std::uint32_t kLongText = 512;
// An array that unrolls into at most this many steps needs no loop.
constexpr std::size_t kUnroll = 32;

}  // namespace

char* Program::write_name(char* to, const Step& step, const unsigned char* from) const {
  const std::uint64_t value = load_bits(*step.node, from);
  const std::string_view name = step.names->name_of(static_cast<std::int64_t>(value));
  if (name.empty()) return write_integer(to, *step.node, from);
  std::memcpy(to, name.data(), name.size());
  return to + name.size();
}

char* Program::write_long(char* to, const Step& step, const unsigned char* from,
                          Buffer& out) const {
  const auto* text = reinterpret_cast<const char*>(from);
  const std::size_t size = step.op == Op::bytes ? step.size : strnlen(text, step.size);
  if (step.size > kLongText) {
    out.commit(to);
    to = out.reserve(output::json_text_bound(size) + bound_);
  }
  switch (step.op) {
    case Op::text_json: return output::write_json_text(to, text, size);
    case Op::text_terminal: return write_terminal_text(to, text, size);
    case Op::text_plain: return write_plain_text(to, text, size);
    default: return write_bytes(to, from, size);
  }
}

// Walks the tree once and leaves straight steps behind.
class ProgramBuilder {
 public:
  using Op = Program::Op;
  ProgramBuilder(Program& program, const Layout& layout, const Dialect& dialect)
      : program_(program),
        layout_(layout),
        dialect_(dialect),
        json_(dialect.text == Dialect::Text::json) {}

  void literal(std::string_view text) { pending_ += text; }

  void value(const Node& node, std::uint32_t offset, int depth) {
    if (node.is_leaf() && (node.meaning == Meaning::plain || dialect_.meanings)) {
      leaf(node, offset);
    } else if (node.shape == Shape::record) {
      record(node, offset, depth);
    } else if (node.shape == Shape::array) {
      array(node, offset, depth);
    } else {
      scalar(node, offset);
    }
  }

  void finish() {
    step({.op = Op::end});
    program_.bound_ += kSlack;
    program_.texts_.append(kSlack, '\0');
  }

 private:
  void leaf(const Node& node, std::uint32_t offset) {
    switch (node.meaning) {
      case Meaning::plain: return scalar(node, offset);
      case Meaning::port: return quoted({.op = Op::port, .offset = offset});
      case Meaning::ipv4: return quoted({.op = Op::ipv4, .offset = offset});
      case Meaning::ipv6: return quoted({.op = Op::ipv6, .offset = offset});
      case Meaning::mac: return quoted({.op = Op::mac, .offset = offset});
      case Meaning::cidr4: return quoted({.op = Op::cidr4, .offset = offset});
      case Meaning::cidr6: return quoted({.op = Op::cidr6, .offset = offset});
    }
  }

  void scalar(const Node& node, std::uint32_t offset) {
    switch (node.shape) {
      case Shape::unsigned_int:
      case Shape::signed_int: return integer(node, offset);
      case Shape::boolean: return step({.op = Op::boolean, .offset = offset, .node = &node});
      case Shape::enumeration:
        program_.bound_ += layout_.names_of(node).longest();
        return quoted({.op = Op::enumeration,
                       .offset = offset,
                       .node = &node,
                       .names = &layout_.names_of(node)});
      case Shape::floating:
        return step({.op = node.size == 4 ? Op::number_f32 : Op::number_f64,
                     .quoted = json_,
                     .offset = offset});
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

  void integer(const Node& node, std::uint32_t offset) {
    Program::Step made{.op = Op::bitfield, .offset = offset, .node = &node};
    if (node.bits == 0) {
      constexpr Op kUnsigned[] = {Op::u8, Op::u16, Op::u32, Op::u64};
      constexpr Op kSigned[] = {Op::s8, Op::s16, Op::s32, Op::s64};
      const int log = node.size == 8 ? 3 : node.size == 4 ? 2 : node.size == 2 ? 1 : 0;
      made.op = node.is_signed ? kSigned[log] : kUnsigned[log];
    }
    if (dialect_.string_ints && node.size == 8 && json_) return quoted(made);
    step(made);
  }

  void text(const Node& node, std::uint32_t offset) {
    constexpr Op kText[] = {Op::text_json, Op::text_terminal, Op::text_plain};
    program_.ascii_ = false;
    if (node.size <= kLongText) program_.bound_ += output::json_text_bound(node.size);
    quoted({.op = kText[static_cast<int>(dialect_.text)], .offset = offset, .size = node.size});
  }

  // JSON quotes every text; the others only inside arrays, where a comma would end it.
  void quoted(const Program::Step& made) {
    const bool quotes = json_ || in_array_ > 0;
    if (quotes) pending_ += '"';
    step(made);
    if (quotes) pending_ += '"';
  }

  void record(const Node& node, std::uint32_t offset, int depth) {
    pending_ += '{';
    bool first = true;
    for (const Node& child : node.children) {
      if (!first) pending_ += ',';
      first = false;
      line(depth + 1);
      output::append_json_string(pending_, child.name);
      pending_ += dialect_.indent >= 0 ? ": " : ":";
      value(child, offset + child.offset, depth + 1);
    }
    if (!first) line(depth);
    pending_ += '}';
  }

  void array(const Node& node, std::uint32_t offset, int depth) {
    const Node& element = node.children[0];
    const bool over_lines = !element.is_leaf();
    const std::string_view comma = dialect_.indent >= 0 && !over_lines ? ", " : ",";
    ++in_array_;
    pending_ += '[';
    if (node.count * steps_of(element) <= kUnroll) {
      for (std::uint32_t i = 0; i < node.count; ++i) {
        if (i != 0) pending_ += comma;
        if (over_lines) line(depth + 1);
        value(element, offset + i * element.size, depth + 1);
      }
    } else {
      loop(node, offset, depth, comma, over_lines);
    }
    if (over_lines && node.count != 0) line(depth);
    pending_ += ']';
    --in_array_;
  }

  void loop(const Node& node, std::uint32_t offset, int depth, std::string_view comma,
            bool over_lines) {
    const Node& element = node.children[0];
    step({.op = Op::loop, .offset = offset, .size = element.size, .count = node.count});
    const std::size_t at = program_.steps_.size() - 1;
    pending_ = comma;
    step({.op = Op::end});  // skipped before the first element
    if (over_lines) line(depth + 1);
    value(element, 0, depth + 1);
    step({.op = Op::end});
    program_.steps_[at].last = static_cast<std::uint32_t>(program_.steps_.size());
  }

  static std::size_t steps_of(const Node& node) {
    std::size_t steps = node.is_leaf() ? 1 : 0;
    for (const Node& child : node.children) steps += steps_of(child);
    return node.shape == Shape::array && !node.is_leaf() ? steps * node.count : steps;
  }

  void line(int depth) {
    if (dialect_.indent < 0) return;
    pending_ += '\n';
    pending_.append(static_cast<std::size_t>(dialect_.indent + depth) * 2, ' ');
  }

  void step(Program::Step made) {
    made.lead = static_cast<std::uint32_t>(program_.texts_.size());
    made.lead_size = static_cast<std::uint32_t>(pending_.size());
    program_.texts_ += pending_;
    program_.bound_ += pending_.size() + kLongestScalar;
    pending_.clear();
    program_.steps_.push_back(made);
  }

  Program& program_;
  const Layout& layout_;
  const Dialect dialect_;
  const bool json_;
  int in_array_ = 0;
  std::string pending_;
};

Program::Program(const Layout& layout, const Node& node, std::uint32_t offset,
                 const Dialect& dialect, std::string_view before, std::string_view after) {
  ProgramBuilder builder(*this, layout, dialect);
  builder.literal(before);
  builder.value(node, offset, 0);
  builder.literal(after);
  builder.finish();
}

Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;
Program::~Program() = default;

void Program::run(const unsigned char* bytes, Buffer& out) const {
  char* to = out.reserve(bound_);
  out.commit(run_steps(0, static_cast<std::uint32_t>(steps_.size()), bytes, to, out));
}

char* Program::run_steps(std::uint32_t first, std::uint32_t last, const unsigned char* bytes,
                         char* to, Buffer& out) const {
  const char* const texts = texts_.data();
  for (const Step *step = &steps_[first], *const end = steps_.data() + last; step != end; ++step) {
    to = copy_text(to, texts + step->lead, step->lead_size);
    const unsigned char* from = bytes + step->offset;
    switch (step->op) {
      case Op::u8: to = write_u64(to, *from); break;
      case Op::u16: to = write_u64(to, load<std::uint16_t>(from)); break;
      case Op::u32: to = write_u64(to, load<std::uint32_t>(from)); break;
      case Op::u64: to = write_u64(to, load<std::uint64_t>(from)); break;
      case Op::s8: to = write_i64(to, load<std::int8_t>(from)); break;
      case Op::s16: to = write_i64(to, load<std::int16_t>(from)); break;
      case Op::s32: to = write_i64(to, load<std::int32_t>(from)); break;
      case Op::s64: to = write_i64(to, load<std::int64_t>(from)); break;
      case Op::bitfield: to = write_integer(to, *step->node, from); break;
      case Op::boolean: to = write_boolean(to, load_bits(*step->node, from) != 0); break;
      case Op::enumeration: to = write_name(to, *step, from); break;
      case Op::number_f32: to = write_number(to, load<float>(from), step->quoted); break;
      case Op::number_f64: to = write_number(to, load<double>(from), step->quoted); break;
      case Op::pointer: to = write_hex_number(to, load<std::uint64_t>(from)); break;
      case Op::wide: to = write_wide(to, from); break;
      case Op::port: to = write_port(to, from); break;
      case Op::ipv4: to = write_ipv4(to, from); break;
      case Op::ipv6: to = write_ipv6(to, from); break;
      case Op::mac: to = write_mac(to, from); break;
      case Op::cidr4: to = write_cidr4(to, from); break;
      case Op::cidr6: to = write_cidr6(to, from); break;
      case Op::text_json:
      case Op::text_terminal:
      case Op::text_plain:
      case Op::bytes: to = write_long(to, *step, from, out); break;
      case Op::loop:
        for (std::uint32_t i = 0; i < step->count; ++i) {
          out.commit(to);
          to = out.reserve(bound_);
          const auto body = static_cast<std::uint32_t>(step - steps_.data()) + (i == 0 ? 2 : 1);
          to = run_steps(body, step->last, from + std::size_t{i} * step->size, to, out);
        }
        out.commit(to);
        to = out.reserve(bound_);
        step = steps_.data() + step->last - 1;
        break;
      case Op::end: break;
    }
  }
  return to;
}

}  // namespace bpfmaps::layout
