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

void Table::for_each_line(const Style& style, const std::function<void(std::string)>& take) const {
  const std::size_t columns = headings_.size();
  std::vector<std::size_t> widths;
  for (const Heading& heading : headings_) widths.push_back(display_width(heading.text));
  for (std::size_t i = 0; i < cells_.size(); ++i)
    widths[i % columns] = std::max(widths[i % columns], display_width(cells_[i]));

  const auto line = [&](const auto& cell_of) {
    std::string text;
    std::size_t spaces = 0;  // owed before the next cell that holds something
    for (std::size_t i = 0; i < columns; ++i) {
      const std::string_view cell = cell_of(i);
      const std::size_t padding = widths[i] - display_width(cell);
      if (headings_[i].right) spaces += padding;
      if (!cell.empty()) {
        text.append(spaces, ' ').append(cell);
        spaces = 0;
      }
      if (!headings_[i].right) spaces += padding;
      spaces += kGap;
    }
    return cut_to_width(std::move(text), static_cast<std::size_t>(style.width),
                        cut_mark(style.ascii));
  };

  const auto heading = line([this](std::size_t i) { return std::string_view(headings_[i].text); });
  if (style.headings && !heading.empty())
    take(style.color ? "\x1b[1m" + heading + "\x1b[0m" : heading);
  for (std::size_t row = 0; row < cells_.size(); row += columns)
    take(line([&](std::size_t i) { return cells_[row + i]; }));
}

std::vector<std::string> Table::lines(const Style& style) const {
  std::vector<std::string> all;
  for_each_line(style, [&](std::string line) { all.push_back(std::move(line)); });
  return all;
}

void Table::print(Writer& out, const Style& style) const {
  for_each_line(style, [&](const std::string& line) { out.write(line + "\n"); });
}

}  // namespace bpfmaps::output
