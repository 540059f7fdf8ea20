// SPDX-License-Identifier: BSD-2-Clause
// Rows of --vertical: a record a row, a field a line, named by the path that --where takes.
#include <algorithm>
#include <optional>

#include "base/text.h"
#include "layout/escape.h"
#include "layout/row_bytes.h"
#include "layout/rows.h"

namespace bpfmaps::layout {
namespace {

using output::Style;

constexpr std::uint32_t kMostElements = 256;  // of an array that has a line for each of them
constexpr std::uint32_t kHexInLine = 16, kMostHex = 65'536;  // more stands in one line

bool is_hex(const Node& node) { return node.shape == Shape::bytes || is_byte_array(node); }

void add_lines(NamedValue value, std::vector<NamedValue>& lines) {
  const Node& node = *value.node;
  if (node.is_leaf() || is_hex(node) || node.counted || node.count == 0 ||
      node.count > kMostElements) {
    lines.push_back(std::move(value));
    return;
  }
  const Node& element = node.children[0];
  for (std::uint32_t i = 0; i < node.count; ++i)
    for (Column& part : columns_of(element, value.name + "[" + std::to_string(i) + "]",
                                   value.offset + i * element.size))
      add_lines({std::move(part.path), value.layout, part.node, value.base, part.offset}, lines);
}

std::vector<NamedValue> lines_of(const RowSpec& spec) {
  std::vector<NamedValue> lines;
  for (NamedValue& value : named_values(spec)) add_lines(std::move(value), lines);
  for (NamedValue& line : lines) line.name = escaped(line.name, Dialect::Text::terminal);
  return lines;
}

// `packets[3]` is called packets, `key.id` is called id.
std::string_view last_word(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  if (dot != path.npos) path.remove_prefix(dot + 1);
  return path.substr(0, path.find('['));
}

class VerticalRows final : public Rows {
 public:
  VerticalRows(const RowSpec& spec, const Style& style)
      : cpus_(spec.cpus),
        slot_(spec.slot),
        parted_(!spec.single || !spec.cpus.empty()),
        style_(style),
        times_(spec.times),
        program_(compile(lines_of(spec))) {}

  void begin(const Entries&, bool, Buffer&) override {}
  void append(const Entries& entries, Buffer& out) const override {
    for_each_row(entries, cpus_, slot_, [&](const Bytes& row) { program_.run(row, out); });
  }
  void finish(bool any, Buffer& out) const override {
    if (!any) out.append("no entries\n");
  }
  std::size_t separator() const override { return parted_ ? 1 : 0; }

 private:
  Program compile(const std::vector<NamedValue>& lines) const {
    std::size_t width = 0;
    for (const NamedValue& line : lines) width = std::max(width, display_width(line.name));
    ProgramBuilder row(terminal_dialect(style_, times_));
    if (parted_) row.literal("\n");
    for (const NamedValue& line : lines) {
      row.literal(style_.color ? "\x1b[1m" + line.name + "\x1b[0m" : line.name);
      row.literal(std::string(width - display_width(line.name) + 2, ' '));
      add_value(line, width + 2, row);
      row.literal("\n");
    }
    return std::move(row).build();
  }

  static void add_value(const NamedValue& line, std::size_t indent, ProgramBuilder& row) {
    const Node& node = *line.node;
    if (!is_hex(node) || node.meaning != Meaning::plain) {
      row.name(last_word(line.name));
      return row.value(*line.layout, node, line.base, line.offset, line.layout->root().size);
    }
    const std::uint32_t in_line = node.size > kMostHex ? node.size : kHexInLine;
    for (std::uint32_t at = 0; at < node.size; at += in_line) {
      if (at != 0) row.literal("\n" + std::string(indent, ' '));
      row.hex(line.base, line.offset + at, std::min(in_line, node.size - at));
    }
  }

  const std::vector<std::uint32_t> cpus_;
  const std::size_t slot_;
  const bool parted_;  // by an empty line
  const Style style_;
  const Times* const times_;
  const Program program_;
};

}  // namespace

std::unique_ptr<Rows> make_vertical_rows(const RowSpec& spec, const Style& style) {
  return std::make_unique<VerticalRows>(spec, style);
}

}  // namespace bpfmaps::layout
