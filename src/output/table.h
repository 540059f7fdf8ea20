// SPDX-License-Identifier: BSD-2-Clause
// Tables for people: columns that line up, whatever stands in them. Knows text, not types.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "output/form.h"
#include "output/writer.h"

namespace bpfmaps::output {

/// Rows of text, printed once all of them are known.
class Table {
 public:
  struct Heading {
    std::string text;
    bool right = false;  ///< numbers stand at the right of their column
  };

  /// Headings are names of types and fields, too, and are made terminal_safe here.
  explicit Table(std::vector<Heading> headings);

  /// Adds one row: a cell for each heading, already terminal_safe.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  bool is_empty() const { return rows_.empty(); }
  /// The heading line, unless all headings are "" or none are asked for, and the rows: two spaces
  /// between columns, none at the end of a line, lines cut to `style.width` columns unless that is
  /// 0.
  std::vector<std::string> lines(const Style& style) const;
  /// Prints the lines.
  void print(Writer& out, const Style& style) const;

 private:
  std::vector<Heading> headings_;
  std::vector<std::vector<std::string>> rows_;
};

/// `text` in at most `columns` columns: what is too long ends in "…", or the `mark` that is given.
/// 0 columns cut nothing.
std::string cut_to_width(std::string text, std::size_t columns, std::string_view mark = "…");

}  // namespace bpfmaps::output
