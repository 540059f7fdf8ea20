// SPDX-License-Identifier: BSD-2-Clause
// Rows of tables and of --csv: the same columns, between blanks or between commas.
#include <algorithm>
#include <cstring>

#include "base/number.h"
#include "base/text.h"
#include "layout/program.h"
#include "layout/rows.h"
#include "output/csv.h"
#include "output/table.h"

namespace bpfmaps::layout {
namespace {

using output::Style;

enum class Source : std::uint8_t { key, cpu, value };

struct Cell {
  Source source;
  std::string heading;
  Program program;
  bool right = false;  ///< numbers stand to the right
  bool quote = false;  ///< CSV: can hold what needs quotes
  std::size_t type_width = 0;
  std::size_t width = 0;
};

// What --cpu each puts beside key and value.
const Layout& cpu_layout() {
  static const Layout kLayout = Layout::index();
  return kLayout;
}

// The most columns a value of that type takes, 0 where it has no small limit.
std::size_t widest(const Layout& layout, const Node& node) {
  switch (node.shape) {
    case Shape::enumeration: return layout.names_of(node).longest();
    case Shape::boolean: return 5;
    case Shape::unsigned_int:
    case Shape::signed_int: return node.size <= 4 && node.meaning == Meaning::plain ? 10 : 0;
    default: return 0;
  }
}

class ColumnRows : public Rows {
 public:
  ColumnRows(const RowSpec& spec, Dialect::Text text) : cpus_(spec.cpus), slot_(spec.slot) {
    const Dialect dialect{.text = text, .meanings = true};
    for (const Column& column : headed_columns(spec)) {
      const bool of_key = column.of_key;
      if (!of_key && !cpus_.empty() && !has_cpu()) add_cpu(dialect);
      const Layout& layout = of_key ? *spec.key : *spec.value;
      const Node& node = *column.node;
      cells_.push_back({.source = of_key ? Source::key : Source::value,
                        .heading = column.path,
                        .program = Program(layout, node, column.offset, dialect),
                        .right = node.is_countable() && node.meaning == Meaning::plain,
                        .quote = node.shape == Shape::text || node.shape == Shape::array,
                        .type_width = widest(layout, node)});
    }
  }

  void append(const Entries& entries, Buffer& out) const override {
    for (std::size_t i = 0; i < entries.count; ++i) {
      const unsigned char* key = entries.keys == nullptr ? nullptr : entries.key(i);
      const unsigned char* value = entries.value(i);
      if (cpus_.empty()) {
        row(key, nullptr, value, out);
        continue;
      }
      for (const std::uint32_t& cpu : cpus_) {
        row(key, reinterpret_cast<const unsigned char*>(&cpu), value, out);
        value += slot_;
      }
    }
  }

 protected:
  virtual void row(const unsigned char* key, const unsigned char* cpu, const unsigned char* value,
                   Buffer& out) const = 0;

  static const unsigned char* bytes_of(const Cell& cell, const unsigned char* key,
                                       const unsigned char* cpu, const unsigned char* value) {
    return cell.source == Source::key ? key : cell.source == Source::cpu ? cpu : value;
  }

  std::vector<Cell> cells_;

 private:
  bool has_cpu() const {
    return std::any_of(cells_.begin(), cells_.end(),
                       [](const Cell& cell) { return cell.source == Source::cpu; });
  }

  void add_cpu(const Dialect& dialect) {
    const Layout& layout = cpu_layout();
    cells_.push_back({.source = Source::cpu,
                      .heading = "cpu",
                      .program = Program(layout, layout.root(), 0, dialect),
                      .right = true});
  }

  std::vector<std::uint32_t> cpus_;
  std::uint32_t slot_;
};

class CsvRows final : public ColumnRows {
 public:
  explicit CsvRows(const RowSpec& spec) : ColumnRows(spec, Dialect::Text::plain) {}

  void begin(const Entries&, bool, Buffer& out) override {
    std::string line;
    for (const Cell& cell : cells_) {
      if (!line.empty()) line += ',';
      output::append_csv(line, cell.heading);
    }
    out.append(line + "\n");
  }

  void finish(bool, Buffer&) const override {}

 private:
  void row(const unsigned char* key, const unsigned char* cpu, const unsigned char* value,
           Buffer& out) const override {
    bool first = true;
    for (const Cell& cell : cells_) {
      if (!first) put(',', out);
      first = false;
      const std::size_t start = out.size();
      cell.program.run(bytes_of(cell, key, cpu, value), out);
      if (cell.quote) quote_from(start, out);
    }
    put('\n', out);
  }

  static void put(char c, Buffer& out) {
    char* to = out.reserve(1);
    *to++ = c;
    out.commit(to);
  }

  static void quote_from(std::size_t start, Buffer& out) {
    std::string quoted;
    output::append_csv(quoted, out.text().substr(start));
    if (quoted.size() == out.size() - start) return;
    out.commit(out.data() + start);
    out.append(quoted);
  }
};

class TableRows final : public ColumnRows {
 public:
  TableRows(const RowSpec& spec, const Style& style)
      : ColumnRows(spec, Dialect::Text::terminal), style_(style) {}

  void begin(const Entries& sample, bool more, Buffer& out) override {
    measure(sample, more);
    if (sample.count == 0) return;
    Buffer line;
    bool first = true;
    for (const Cell& cell : cells_) {
      if (!std::exchange(first, false)) line.append("  ");
      const std::size_t start = line.size();
      line.append(cell.heading);
      if (&cell != &cells_.back() || cell.right) pad(cell, start, true, line);
    }
    std::string text(line.text());
    text = output::cut_to_width(text, static_cast<std::size_t>(style_.width));
    out.append(style_.color ? "\x1b[1m" + text + "\x1b[0m\n" : text + "\n");
  }

  void finish(bool any, Buffer& out) const override {
    if (!any) out.append("no entries\n");
  }

 private:
  void measure(const Entries& sample, bool more) {
    for (Cell& cell : cells_) cell.width = display_width(cell.heading);
    Buffer text;
    for (Cell& cell : cells_) {
      if (cell.source == Source::cpu) cell.width = std::max<std::size_t>(cell.width, 3);
      if (more) cell.width = std::max(cell.width, std::min<std::size_t>(cell.type_width, 20));
      for (std::size_t i = 0; i < sample.count && cell.source != Source::cpu; ++i) {
        text.clear();
        const unsigned char* bytes = cell.source == Source::key ? sample.key(i) : sample.value(i);
        cell.program.run(bytes, text);
        cell.width = std::max(cell.width, width_of(cell, text.text()));
      }
    }
  }

  static std::size_t width_of(const Cell& cell, std::string_view text) {
    return cell.program.is_ascii() ? text.size() : display_width(text);
  }

  // Fills what `cell` wrote since `start` up to the column's width.
  static void pad(const Cell& cell, std::size_t start, bool ascii, Buffer& out) {
    const std::string_view text = out.text().substr(start);
    const std::size_t size = text.size();
    const std::size_t width = ascii ? size : display_width(text);
    if (width >= cell.width) return;
    const std::size_t missing = cell.width - width;
    char* to = out.reserve(missing);
    char* const begin = to - size;
    if (cell.right) {
      std::memmove(begin + missing, begin, size);
      std::memset(begin, ' ', missing);
    } else {
      std::memset(to, ' ', missing);
    }
    out.commit(to + missing);
  }

  void row(const unsigned char* key, const unsigned char* cpu, const unsigned char* value,
           Buffer& out) const override {
    const std::size_t line = out.size();
    const Cell* const last = &cells_.back();
    for (const Cell& cell : cells_) {
      const std::size_t start = out.size();
      cell.program.run(bytes_of(cell, key, cpu, value), out);
      if (&cell != last || cell.right) pad(cell, start, cell.program.is_ascii(), out);
      char* to = out.reserve(2);
      std::memcpy(to, &cell == last ? "\n" : "  ", 2);
      out.commit(to + (&cell == last ? 1 : 2));
    }
    if (style_.width > 0) {
      const std::string_view text = out.text().substr(line);
      const std::string cut = output::cut_to_width(std::string(text.substr(0, text.size() - 1)),
                                                   static_cast<std::size_t>(style_.width));
      out.commit(out.data() + line);
      out.append(cut + "\n");
    }
  }

  const Style style_;
};

}  // namespace

std::vector<Column> headed_columns(const RowSpec& spec) {
  std::vector<Column> columns;
  const auto add = [&](const Layout& layout, bool of_key) {
    for (Column& column : columns_of(layout, of_key ? "key" : spec.value_name)) {
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
  std::vector<std::string> tails;
  for (const Column& column : columns) tails.push_back(tail(column));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool reserved = tails[i] == "cpu" || tails[i] == "key" || tails[i] == "value";
    if (!reserved && std::count(tails.begin(), tails.end(), tails[i]) == 1)
      columns[i].path = tails[i];
  }
  return columns;
}

std::unique_ptr<Rows> make_csv_rows(const RowSpec& spec, const Style&) {
  return std::make_unique<CsvRows>(spec);
}

std::unique_ptr<Rows> make_table_rows(const RowSpec& spec, const Style& style) {
  return std::make_unique<TableRows>(spec, style);
}

std::unique_ptr<Rows> make_rows(const RowSpec& spec, const Style& style) {
  switch (style.form) {
    case output::Form::table: return make_table_rows(spec, style);
    case output::Form::csv: return make_csv_rows(spec, style);
    default: return make_json_rows(spec, style);
  }
}

}  // namespace bpfmaps::layout
