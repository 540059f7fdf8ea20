// SPDX-License-Identifier: BSD-2-Clause
#include "layout/program.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/human.h"
#include "base/number.h"
#include "base/text.h"
#include "layout/convert.h"
#include "layout/step.h"
#include "layout/times.h"
#include "layout/type_words.h"
#include "output/csv.h"
#include "output/json.h"

namespace bpfmaps::layout {
namespace {

inline char* copy_text(char* to, const char* from, std::size_t size) {
  std::memcpy(to, from, kSlack);
  if (size > kSlack) std::memcpy(to + kSlack, from + kSlack, size - kSlack);
  return to + size;
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

char* write_duration(char* to, std::uint64_t value, std::uint64_t unit, bool ascii) {
  std::uint64_t ns = 0;
  if (__builtin_mul_overflow(value, unit, &ns)) ns = UINT64_MAX;
  return write_human_duration(to, ns, ascii);
}

char* write_human(char* to, const Node& node, const unsigned char* from, Unit unit, bool ascii) {
  std::uint64_t value = load_bits(node, from);
  if (node.is_signed && static_cast<std::int64_t>(value) < 0) {
    *to++ = '-';
    value = 0 - value;
  }
  switch (unit) {
    case Unit::bytes: return write_human_bytes(to, value);
    case Unit::nanoseconds: return write_duration(to, value, 1, ascii);
    case Unit::microseconds: return write_duration(to, value, 1000, ascii);
    case Unit::milliseconds: return write_duration(to, value, 1'000'000, ascii);
    case Unit::none:
    case Unit::count: break;
  }
  return write_human_count(to, value);
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

// Short text of harmless ASCII, eight bytes at a time; null where it is anything else. `size` is a
// multiple of eight, and the bytes up to there are written whatever they are.
inline char* write_harmless_text(char* to, const unsigned char* from, std::uint32_t size) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHigh = 0x8080808080808080;
  for (std::uint32_t at = 0; at < size; at += 8, to += 8) {
    auto eight = load<std::uint64_t>(from + at);
    std::memcpy(to, &eight, 8);
    const std::uint64_t ends = (eight - kOnes) & ~eight & kHigh;
    if (ends == 0) {
      if (output::needs_care(eight)) return nullptr;
      continue;
    }
    // The lowest bit that is set marks the first NUL; blanks stand in for what is behind it.
    const int bits = std::countr_zero(ends) & ~7;
    const std::uint64_t text = bits == 0 ? 0 : ~std::uint64_t{0} >> (64 - bits);
    eight = (eight & text) | (kOnes * ' ' & ~text);
    return output::needs_care(eight) ? nullptr : to + bits / 8;
  }
  return to;
}

// Up to here text is tried as harmless first.
constexpr std::uint32_t kShortText = 64;

}  // namespace

Program::Program() = default;
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;
Program::~Program() = default;

void Program::run(const Bytes& bytes, Buffer& out) const {
  const unsigned char* const bases[] = {bytes.key, bytes.value, bytes.cpu};
  char* to = out.reserve(bound_);
  out.commit(run_steps(steps_.data(), steps_.data() + steps_.size(), bases, to, out));
}

char* Program::run_steps(const Step* step, const Step* const end, const unsigned char* const* bases,
                         char* to, Buffer& out) const {
  const char* const texts = texts_.data();
  std::size_t cell = 0;  // where the cell that is being written starts, in `out`
  for (; step != end; ++step) {
    std::memcpy(to, texts + step->lead, kSlack);
    to += step->lead_size;
    const unsigned char* from = bases[static_cast<int>(step->base)] + step->offset;
    if (step->op == Op::number) {  // most are, and a branch that is mostly taken costs nothing
      std::uint64_t value = load<std::uint64_t>(from) << step->shift_left;
      if (step->is_signed) {
        to = write_i64(to, static_cast<std::int64_t>(value) >> step->shift_right);
      } else {
        to = write_u64(to, value >> step->shift_right);
      }
      continue;
    }
    switch (step->op) {
      case Op::integer: to = write_integer(to, *step->node, from); break;
      case Op::boolean: to = write_boolean(to, load_bits(*step->node, from) != 0); break;
      case Op::enumeration: to = write_name(to, *step, from); break;
      case Op::human:
        to = write_human(to, *step->node, from, static_cast<Unit>(step->size), step->ascii);
        break;
      case Op::time:
        to = times_in_.times->write(to, load_bits(*step->node, from),
                                    static_cast<Clock>(step->size), times_in_);
        break;
      case Op::number_f32: to = write_number(to, load<float>(from), step->quoted); break;
      case Op::number_f64: to = write_number(to, load<double>(from), step->quoted); break;
      case Op::pointer: to = write_hex_number(to, load<std::uint64_t>(from)); break;
      case Op::wide: to = write_wide(to, from); break;
      case Op::ipv4: to = write_ipv4(to, from); break;
      case Op::ipv6: to = write_ipv6(to, from); break;
      case Op::mac: to = write_mac(to, from); break;
      case Op::cidr4: to = write_cidr4(to, from); break;
      case Op::cidr6: to = write_cidr6(to, from); break;
      case Op::text_json:
      case Op::text_terminal:
      case Op::text_plain:
        if (step->size % 8 == 0 && step->size <= kShortText) {
          if (char* const text = write_harmless_text(to, from, step->size)) {
            to = text;
            break;
          }
        }
        [[fallthrough]];
      case Op::bytes: to = write_long(to, *step, from, out); break;
      case Op::loop:
        to = run_loop(*step, from, to, out);
        step = steps_.data() + step->last - 1;
        break;
      case Op::begin_cell: cell = static_cast<std::size_t>(to - out.data()); break;
      case Op::pad_cell:
      case Op::quote_cell: to = end_cell(*step, cell, to, out); break;
      case Op::number:
      case Op::end: break;
    }
  }
  return to;
}

char* Program::run_loop(const Step& step, const unsigned char* from, char* to, Buffer& out) const {
  const Step* const comma = &step + 1;
  std::uint32_t count = step.count;
  if (step.counted)
    count = std::min(count, load<std::uint32_t>(from + std::size_t{step.size} * step.count));
  for (std::uint32_t i = 0; i < count; ++i, from += step.size) {
    out.commit(to);
    to = out.reserve(bound_);
    to = run_steps(i == 0 ? comma + 1 : comma, steps_.data() + step.last, &from, to, out);
  }
  out.commit(to);
  return out.reserve(bound_);
}

char* Program::write_name(char* to, const Step& step, const unsigned char* from) {
  const std::uint64_t value = load_bits(*step.node, from);
  const std::string_view name = step.names->name_of(static_cast<std::int64_t>(value));
  return name.empty() ? write_integer(to, *step.node, from)
                      : copy_text(to, name.data(), name.size());
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

char* Program::end_cell(const Step& step, std::size_t start, char* to, Buffer& out) const {
  char* const begin = out.data() + start;
  const std::string_view text(begin, static_cast<std::size_t>(to - begin));
  if (step.op == Op::quote_cell) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return to;
    std::string quoted;
    output::append_csv(quoted, text);
    out.commit(begin);
    out.append(quoted);
    return out.reserve(bound_);
  }
  const std::size_t width = step.count == 0 ? text.size() : display_width(text);
  if (width >= step.size) return to;
  const std::size_t missing = step.size - width;
  if (step.right) {
    std::memmove(begin + missing, begin, text.size());
    std::memset(begin, ' ', missing);
  } else {
    std::memset(to, ' ', missing);
  }
  return to + missing;
}

std::string text_of(const Layout& layout, const Node& node, const unsigned char* at,
                    const Dialect& dialect) {
  ProgramBuilder builder(dialect);
  builder.value(layout, node, Base::value, 0, node.size);
  Buffer text;
  std::move(builder).build().run({.value = at}, text);
  return std::string(text.text());
}

}  // namespace bpfmaps::layout
