// SPDX-License-Identifier: BSD-2-Clause
// Rows of tables and of --csv: the same columns, between blanks or between commas.
#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "layout/escape.h"
#include "layout/program.h"
#include "layout/row_bytes.h"
#include "layout/rows.h"
#include "layout/times.h"
#include "output/csv.h"
#include "output/fit.h"
#include "output/table.h"

namespace bpfmaps::layout {
namespace {

using output::Style;

// One column: what it shows, and how it lines up in a table.
struct Cell : NamedValue {
  bool right;  ///< numbers stand to the right
  bool wide;   ///< can hold what is not ASCII, or what CSV quotes
  std::size_t width = 0;
};

bool is_wide(const Layout& layout, const Node& node) {
  if (node.shape == Shape::enumeration) return !are_harmless(layout.names_of(node));
  return node.shape == Shape::text || node.shape == Shape::array;
}

bool is_time(const RowSpec& spec, const Node& node) {
  return spec.times != nullptr && spec.times->clock_of(node);
}

// With `human` numbers have units.
std::vector<Cell> cells_of(const RowSpec& spec, bool human = false) {
  std::vector<Cell> cells;
  for (NamedValue& one : named_values(spec)) {
    const bool is_cpu = one.base == Base::cpu;
    const bool right = one.node->is_number() && !is_time(spec, *one.node);
    const bool wide = !is_cpu && (human || is_wide(*one.layout, *one.node));
    cells.push_back({{std::move(one)}, right, wide, is_cpu ? std::size_t{3} : 0});
  }
  return cells;
}

// The most columns a value of that type takes, 0 where it has no small limit.
std::size_t widest(const Cell& cell) {
  const Node& node = *cell.node;
  switch (node.shape) {
    case Shape::enumeration:
      return std::min<std::size_t>(cell.layout->names_of(node).longest(), 20);
    case Shape::boolean: return 5;
    case Shape::unsigned_int:
    case Shape::signed_int:
      if (node.size > 4 || node.meaning != Meaning::plain) return 0;
      return node.size == 4 ? 10 : node.size * 2 + 1;
    default: return 0;
  }
}

class CsvRows final : public Rows {
 public:
  CsvRows(const RowSpec& spec, const Style& style)
      : cpus_(spec.cpus),
        slot_(spec.slot),
        text_(style.terminal ? Dialect::Text::terminal : Dialect::Text::plain),
        map_(spec.map),
        times_(spec.times),
        cells_(cells_of(spec)),
        program_(compile()) {}

  void begin(const Entries&, bool, Buffer& out) override {
    std::string line = map_.empty() ? "" : "map";
    for (const Cell& cell : cells_) {
      if (!line.empty()) line += ',';
      output::append_csv(line, escaped(cell.name, text_));
    }
    out.append(line + "\n");
  }

  void append(const Entries& entries, Buffer& out) const override {
    for_each_row(entries, cpus_, slot_, [&](const Bytes& row) { program_.run(row, out); });
  }

  void finish(bool, Buffer&) const override {}

 private:
  Program compile() const {
    ProgramBuilder row({.text = text_, .meanings = true, .times = times_});
    if (!map_.empty()) {
      std::string map;
      output::append_csv(map, escaped(map_, text_));
      row.literal(map + ",");
    }
    for (const Cell& cell : cells_) {
      if (&cell != &cells_.front()) row.literal(",");
      if (cell.wide) row.begin_cell();
      row.value(*cell.layout, *cell.node, cell.base, cell.offset, cell.layout->root().size);
      if (cell.wide) row.end_csv_cell();
    }
    row.literal("\n");
    return std::move(row).build();
  }

  const std::vector<std::uint32_t> cpus_;
  const std::size_t slot_;
  const Dialect::Text text_;
  const std::string map_;
  const Times* const times_;
  const std::vector<Cell> cells_;
  const Program program_;
};

class TableRows final : public Rows {
 public:
  TableRows(const RowSpec& spec, const Style& style)
      : spec_(spec),
        cpus_(spec.cpus),
        slot_(spec.slot),
        cells_(cells_of(spec, style.human)),
        style_(style),
        dialect_(terminal_dialect(style, spec.times)) {
    for (Cell& cell : cells_) cell.name = escaped(cell.name, Dialect::Text::terminal);
  }

  void begin(const Entries& sample, bool more, Buffer& out) override {
    for (Cell& cell : cells_) measure(cell, sample, more);
    if (!more && is_one_too_wide(sample)) {
      record_ = make_vertical_rows(spec_, style_);
      return record_->begin(sample, more, out);
    }
    leave_out_what_does_not_fit();
    program_ = compile();
    if (sample.count == 0) return;
    Buffer line;
    ProgramBuilder heading(dialect_);
    for (const Cell& cell : cells_) {
      heading.begin_cell();
      heading.literal(cell.name);
      end(cell, true, heading);
    }
    if (left_out_ != 0) heading.literal("  +" + std::to_string(left_out_));
    std::move(heading).build().run({}, line);
    const std::string text = cut(line.text());
    out.append(style_.color ? "\x1b[1m" + text + "\x1b[0m\n" : text + "\n");
  }

  void append(const Entries& entries, Buffer& out) const override {
    if (record_) return record_->append(entries, out);
    for_each_row(entries, cpus_, slot_, [&](const Bytes& row) {
      const std::size_t line = out.size();
      program_->run(row, out);
      if (style_.width > 0) {
        const std::string text = cut(out.text().substr(line));
        out.commit(out.data() + line);
        out.append(text);
      }
      out.append("\n");
    });
  }

  void finish(bool any, Buffer& out) const override {
    if (!any) out.append("no entries\n");
  }

  std::size_t separator() const override { return record_ ? record_->separator() : 0; }

 private:
  // One row that is wider than the terminal is easier to read as a record.
  bool is_one_too_wide(const Entries& sample) const {
    if (style_.width <= 0 || sample.count != 1 || !cpus_.empty() || cells_.size() < 2) return false;
    std::size_t width = (cells_.size() - 1) * output::kGap;
    for (const Cell& cell : cells_) width += cell.width;
    return width > static_cast<std::size_t>(style_.width);
  }

  // Whole columns, the last ones first: a number that is cut is another number. The heading ends in
  // how many they are. The first one stays, and is cut.
  void leave_out_what_does_not_fit() {
    if (style_.width <= 0) return;
    const auto room = static_cast<std::size_t>(style_.width);
    const auto total = [this] {
      std::size_t width = (cells_.size() - 1) * output::kGap;
      for (const Cell& cell : cells_) width += cell.width;
      return width;
    };
    std::size_t mark = 0;  // columns that "  +12" takes
    while (cells_.size() > 1 && total() + mark > room) {
      cells_.pop_back();
      ++left_out_;
      mark = std::to_string(left_out_).size() + 1 + output::kGap;
    }
  }

  void measure(Cell& cell, const Entries& sample, bool more) const {
    cell.width = std::max(cell.width, display_width(cell.name));
    if (cell.base == Base::cpu) return;
    if (more)
      cell.width = std::max(cell.width, is_time(spec_, *cell.node) ? kTimeWidth : widest(cell));
    ProgramBuilder alone(dialect_);
    alone.value(*cell.layout, *cell.node, cell.base, cell.offset, cell.layout->root().size);
    const Program program = std::move(alone).build();
    Buffer text;
    for_each_row(sample, cpus_, slot_, [&](const Bytes& row) {
      text.clear();
      program.run(row, text);
      cell.width = std::max(cell.width, cell.wide ? display_width(text.text()) : text.size());
    });
  }

  Program compile() const {
    ProgramBuilder row(dialect_);
    for (const Cell& cell : cells_) {
      row.begin_cell();
      row.value(*cell.layout, *cell.node, cell.base, cell.offset, cell.layout->root().size);
      end(cell, cell.wide, row);
    }
    return std::move(row).build();
  }

  // Two blanks between columns, none at the end of a line.
  void end(const Cell& cell, bool wide, ProgramBuilder& row) const {
    const bool last = &cell == &cells_.back();
    if (!last || cell.right) row.end_cell(cell.width, cell.right, wide);
    if (!last) row.literal("  ");
  }

  std::string cut(std::string_view line) const {
    return output::cut_to_width(std::string(line), static_cast<std::size_t>(style_.width),
                                output::cut_mark(style_.ascii));
  }

  const RowSpec spec_;
  const std::vector<std::uint32_t> cpus_;
  const std::size_t slot_;
  std::vector<Cell> cells_;
  std::size_t left_out_ = 0;  // columns
  const Style style_;
  const Dialect dialect_;
  std::unique_ptr<Rows> record_;  // in the place of the table
  std::optional<Program> program_;
};

}  // namespace

std::vector<Column> headed_columns(const RowSpec& spec) {
  if (!spec.columns.empty()) return spec.columns;
  std::vector<Column> columns;
  const auto add = [&](const Layout& layout, bool of_key) {
    for (Column& column : columns_of(layout, of_key ? spec.key_name : spec.value_name)) {
      column.of_key = of_key;
      columns.push_back(std::move(column));
    }
  };
  if (spec.key != nullptr) add(*spec.key, true);
  add(*spec.value, false);
  const auto tail = [](const Column& column) {
    const std::size_t dot = column.path.find('.');
    return dot == std::string::npos ? std::string(column.path) : column.path.substr(dot + 1);
  };
  std::unordered_map<std::string, std::size_t> tails;
  for (const Column& column : columns) ++tails[tail(column)];
  for (Column& column : columns) {
    std::string path = tail(column);
    const bool reserved = path == "cpu" || path == "key" || path == "value";
    const bool unique = tails[path] == 1;
    if ((!reserved && unique) || (spec.spread_key && column.of_key)) column.path = std::move(path);
  }
  return columns;
}

std::vector<NamedValue> named_values(const RowSpec& spec) {
  std::vector<NamedValue> values;
  bool cpu_due = !spec.cpus.empty();
  for (Column& column : headed_columns(spec)) {
    if (!column.of_key && std::exchange(cpu_due, false))
      values.push_back({"cpu", &cpu_layout(), &cpu_layout().root(), Base::cpu, 0});
    values.push_back({std::move(column.path), column.of_key ? spec.key : spec.value, column.node,
                      column.of_key ? Base::key : Base::value, column.offset});
  }
  return values;
}

std::unique_ptr<Rows> make_csv_rows(const RowSpec& spec, const Style& style) {
  return std::make_unique<CsvRows>(spec, style);
}

std::unique_ptr<Rows> make_table_rows(const RowSpec& spec, const Style& style) {
  return std::make_unique<TableRows>(spec, style);
}

std::unique_ptr<Rows> make_rows(const RowSpec& spec, const Style& style) {
  if (style.is_table())
    return style.vertical ? make_vertical_rows(spec, style) : make_table_rows(spec, style);
  return style.is_csv() ? make_csv_rows(spec, style) : make_json_rows(spec, style);
}

}  // namespace bpfmaps::layout
