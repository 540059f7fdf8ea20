// SPDX-License-Identifier: BSD-2-Clause
// Tables for people: columns that line up, whatever stands in them. Knows text, not types.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "output/form.h"
#include "output/writer.h"

namespace bpfmaps::output {

/// Many short texts, in little more room than their bytes take.
class Cells {
 public:
  void add(std::string_view text) {
    text_ += text;
    ends_.push_back(text_.size());
  }
  std::size_t size() const { return ends_.size(); }
  /// Valid until the next one is added.
  std::string_view operator[](std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(text_).substr(begin, ends_[i] - begin);
  }

 private:
  std::string text_;
  std::vector<std::size_t> ends_;
};

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
  void add(const std::vector<std::string>& cells) {
    for (const std::string& cell : cells) cells_.add(cell);
  }

  bool is_empty() const { return cells_.size() == 0; }
  /// The heading line, unless all headings are "" or none are asked for, and the rows: two spaces
  /// between columns, none at the end of a line, lines cut to `style.width` columns unless that is
  /// 0.
  std::vector<std::string> lines(const Style& style) const;
  /// Prints the lines.
  void print(Writer& out, const Style& style) const;

 private:
  void for_each_line(const Style& style, const std::function<void(std::string)>& take) const;

  std::vector<Heading> headings_;
  Cells cells_;  // row by row
};

/// `text` in at most `columns` columns: what is too long ends in "…", or the `mark` that is given.
/// 0 columns cut nothing.
std::string cut_to_width(std::string text, std::size_t columns, std::string_view mark = "…");

}  // namespace bpfmaps::output
