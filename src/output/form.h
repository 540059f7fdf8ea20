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
  int width = 0;             ///< columns of the terminal that tables are fitted to; 0: cut nothing
  bool headings = true;      ///< tables and CSV begin with a line of headings
  bool ascii = false;        ///< tables draw nothing but ASCII, whatever the data holds
  bool terminal = false;     ///< CSV, too, holds nothing that a terminal could obey
  bool human = false;        ///< tables show long numbers as people write them: "98.4 M"
  bool vertical = false;     ///< in the place of a table: a record a row, a field a line

  bool is_table() const { return form == Form::table; }  ///< text for people
  bool is_csv() const { return form == Form::csv; }
  bool is_json() const { return form != Form::table && form != Form::csv; }
  bool is_pretty() const { return form == Form::pretty; }  ///< JSON with line breaks
  /// One JSON object a line: the form of JSON that needs no end.
  bool is_lines() const { return form == Form::jsonl; }
  /// JSON of one document, which is whole only when it has ended.
  bool is_document() const { return form == Form::json || form == Form::pretty; }

  Style as_lines() const {
    Style style = *this;
    style.form = Form::jsonl;
    return style;
  }
  /// This style where it is JSON, else the same as JSON.
  Style as_json() const {
    Style style = *this;
    if (!is_json()) style.form = Form::json;
    return style;
  }
};

}  // namespace bpfmaps::output
