// SPDX-License-Identifier: BSD-2-Clause
// How an answer should look. Chosen once from the options, then passed along.
#pragma once

#include <cstdint>

namespace bpfmaps::output {

enum class Form : std::uint8_t { table, json, pretty, jsonl, csv };

struct Style {
  Form form = Form::table;
  bool raw = false;          ///< bytes, not types
  bool net = false;          ///< addresses and ports as text in JSON too; tables always
  bool string_ints = false;  ///< 64-bit integers as JSON strings
  bool color = false;        ///< tables only
  int width = 0;             ///< columns of the terminal that tables are cut to; 0: cut nothing

  bool is_json() const { return form != Form::table && form != Form::csv; }
};

}  // namespace bpfmaps::output
