// SPDX-License-Identifier: BSD-2-Clause
#include "output/table.h"

#include <algorithm>

#include "base/text.h"
#include "output/fit.h"

namespace bpfmaps::output {

std::string cut_to_width(std::string text, std::size_t columns, std::string_view mark) {
  if (columns == 0 || display_width(text) <= columns) return text;
  std::size_t used = 0;
  auto p = reinterpret_cast<const unsigned char*>(text.data());
  const auto begin = p, end = p + text.size();
  while (p < end) {
    const Utf8 c = decode_utf8(p, end);
    used += columns_of(c.code_point);
    if (used >= columns) break;  // the last column is for the mark
    p += c.length;
  }
  text.resize(static_cast<std::size_t>(p - begin));
  return text += mark;
}

Table::Table(std::vector<Heading> headings) : headings_(std::move(headings)) {
  for (Heading& heading : headings_) heading.text = terminal_safe(heading.text);
}

std::vector<std::string> Table::lines(const Style& style) const {
  std::vector<std::string> heading_cells;
  std::vector<std::size_t> widths;
  for (const Heading& heading : headings_) {
    heading_cells.push_back(heading.text);
    widths.push_back(display_width(heading.text));
  }
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], display_width(row[i]));

  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    std::size_t spaces = 0;  // owed before the next cell that holds something
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::size_t padding = widths[i] - display_width(cells[i]);
      if (headings_[i].right) spaces += padding;
      if (!cells[i].empty()) {
        text.append(spaces, ' ').append(cells[i]);
        spaces = 0;
      }
      if (!headings_[i].right) spaces += padding;
      spaces += kGap;
    }
    return cut_to_width(std::move(text), static_cast<std::size_t>(style.width),
                        cut_mark(style.ascii));
  };

  std::vector<std::string> all;
  const std::string heading = style.headings ? line(heading_cells) : std::string();
  if (!heading.empty()) all.push_back(style.color ? "\x1b[1m" + heading + "\x1b[0m" : heading);
  for (const auto& row : rows_) all.push_back(line(row));
  return all;
}

void Table::print(Writer& out, const Style& style) const {
  for (const std::string& line : lines(style)) out.write(line + "\n");
}

}  // namespace bpfmaps::output
