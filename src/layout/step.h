// SPDX-License-Identifier: BSD-2-Clause
// Step: one move of a Program. Seen by program.cpp, which runs steps, and program_builder.cpp,
// which makes them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "layout/program.h"

namespace bpfmaps::layout {

// clang-format off
enum class Program::Op : std::uint8_t {
  number,                                // an integer, with eight bytes to load it from
  integer, boolean, enumeration,
  number_f32, number_f64, pointer, wide,
  human,                                 // an integer with its unit, `size`
  time,                                  // an integer as a time of the clock `size`
  text_json, text_terminal, text_plain, bytes,
  ipv4, ipv6, mac, cidr4, cidr6,
  loop,                                  // the steps up to `last`, once for each element
  begin_cell, pad_cell, quote_cell,
  end,                                   // no value: only the constant text
};
// clang-format on

struct Program::Step {
  Op op = Op::end;
  Base base = Base::key;
  bool quoted = false;     // NaN and infinities need quotes of their own in JSON
  bool right = false;      // of a cell: blanks in front
  bool counted = false;    // of a loop: a __u32 behind the elements tells how many there are
  bool ascii = false;      // of a human number: its unit
  bool is_signed = false;  // of a number; the shifts leave its bits over
  std::uint8_t shift_left = 0, shift_right = 0;
  std::uint32_t offset = 0;               // bytes behind the base, or behind the element in a loop
  std::uint32_t lead = 0, lead_size = 0;  // constant text before the value, in texts_
  std::uint32_t size = 0;             // bytes of text and bytes; of an element; of a cell: width
  std::uint32_t count = 0, last = 0;  // of a loop: elements, and the step behind its body
  const Node* node = nullptr;         // of integers, booleans and enumerations
  const Names* names = nullptr;
};

// Constant text is short: copying this much whatever it needs beats a call of memcpy. Whatever is
// copied from, and a row's buffer, have as many bytes more than they need.
inline constexpr std::size_t kSlack = Names::kReadable;

// Text longer than this reserves its room when it is met, not for every row.
inline constexpr std::uint32_t kLongText = 512;

}  // namespace bpfmaps::layout
