// SPDX-License-Identifier: BSD-2-Clause
#include "output/record.h"

#include <algorithm>
#include <charconv>

#include "base/human.h"
#include "base/number.h"
#include "base/text.h"
#include "base/time.h"
#include "output/csv.h"
#include "output/fit.h"
#include "output/table.h"

namespace bpfmaps::output {
namespace {

// A list or object that has no plain form in a cell of CSV.
bool is_nested(const Value& value) {
  if (const auto* list = std::get_if<Value::List>(&value.data()))
    return std::any_of(list->begin(), list->end(), [](const Value& item) {
      return std::holds_alternative<Value::List>(item.data()) || is_nested(item);
    });
  return std::holds_alternative<Value::Members>(value.data());
}

std::string percent_text(double share) {
  char text[32];
  const auto end =
      std::to_chars(text, text + sizeof text, share * 100, std::chars_format::fixed, 1);
  return std::string(text, end.ptr) + " %";
}

// The text of a cell, not yet safe for a terminal.
std::string plain_text(const Value& value, const Style& style);

struct PlainText {
  const Style& style;

  std::string operator()(std::monostate) const { return {}; }
  std::string operator()(bool data) const { return data ? "true" : "false"; }
  std::string operator()(std::uint64_t data) const { return number_text(data); }
  std::string operator()(std::int64_t data) const { return number_text(data); }
  std::string operator()(double data) const { return number_text(data); }
  std::string operator()(const std::string& data) const { return data; }
  std::string operator()(Value::Seconds data) const {
    return style.is_csv() ? number_text(data.since_1970) : rfc3339(data.since_1970);
  }
  std::string operator()(Value::Bytes data) const {
    if (style.human && style.is_table()) return human_bytes(data.count);
    return number_text(data.count) + (style.is_csv() ? "" : " B");
  }
  std::string operator()(Value::Share data) const {
    return style.is_csv() ? number_text(data.of_one) : percent_text(data.of_one);
  }
  std::string operator()(const Value::List& list) const {
    std::string text;
    for (const Value& item : list) {
      if (&item != &list.front()) text += ',';
      text += plain_text(item, style);
    }
    return text;
  }
  std::string operator()(const Value::Members& members) const {
    std::string text;
    for (const Field& field : members) {
      if (&field != &members.front()) text += ' ';
      text.append(field.name).append("=").append(plain_text(field.value, style));
    }
    return text;
  }
};

std::string plain_text(const Value& value, const Style& style) {
  return std::visit(PlainText{style}, value.data());
}

// A dash keeps the columns countable for awk and the eye.
std::string table_cell(const Value* value, const Style& style) {
  return value == nullptr || value->is_empty() ? "-" : cell_text(*value, style);
}

void print_csv_line(Writer& out, const Style& style, const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i != 0) line += ',';
    append_csv(line, style.terminal ? terminal_safe(cells[i]) : cells[i]);
  }
  // Readers skip blank lines, so a lone empty cell is written out.
  out.write(line.empty() ? "\"\"\n" : line + "\n");
}

// What can be shortened, and how: a list at a comma, so that no number in it is cut.
enum class Cut { never, text, list };

// What a text column needs to say something.
constexpr std::size_t kLeastText = 12, kLeastPath = 20, kLeastOfFirst = 24, kLeastHeading = 16;

void add_lines(Table& table, const Style& style, const Value::Members& members,
               std::size_t indent) {
  for (const Field& field : members) {
    std::string name = std::string(indent, ' ') + terminal_safe(field.name);
    const auto* object = std::get_if<Value::Members>(&field.value.data());
    const auto* list = std::get_if<Value::List>(&field.value.data());
    if (object != nullptr && !object->empty()) {
      table.add({std::move(name), ""});
      add_lines(table, style, *object, indent + 2);
    } else if (list != nullptr && is_nested(field.value)) {
      for (const Value& item : *list)
        table.add({std::exchange(name, ""), table_cell(&item, style)});
    } else {
      table.add({std::move(name), table_cell(&field.value, style)});
    }
  }
}

void print_csv_record(Writer& out, const Style& style, const Record& record) {
  std::vector<std::string> names, cells;
  for (const Field& field : record.fields()) {
    names.push_back(field.name);
    cells.push_back(cell_text(field.value, style));
  }
  print_csv_line(out, style, names);
  print_csv_line(out, style, cells);
}

}  // namespace

std::string cell_text(const Value& value, const Style& style) {
  if (!style.is_csv()) return terminal_safe(plain_text(value, style));
  if (!is_nested(value)) return plain_text(value, style);
  std::string json;
  append_json(json, value, style);
  return json;
}

struct RecordTable::Filled {
  const Column* column;
  Cells cells = {};
  bool any = false;
  bool numbers = true;
  bool path = false;
  std::size_t widest = 0;
  Cut cut = Cut::text;

  void add(const Value* value, const Style& style) {
    const std::string cell = table_cell(value, style);
    widest = std::max(widest, display_width(cell));
    path = path || cell.starts_with('/');
    cells.add(cell);
    if (value == nullptr || value->is_empty()) return;
    any = true;
    numbers = numbers && value->is_number();
    if (std::holds_alternative<Value::Seconds>(value->data())) cut = Cut::never;
    if (std::holds_alternative<Value::List>(value->data())) cut = Cut::list;
  }

  bool shows_numbers() const { return any && numbers; }

  FitColumn wish() const {
    const bool is_cut = !shows_numbers() && cut != Cut::never;
    const std::size_t heading = display_width(terminal_safe(column->heading));
    const std::size_t natural = std::max(widest, heading);
    const std::size_t least = column->rank == 0 ? kLeastOfFirst : path ? kLeastPath : kLeastText;
    return {.natural = natural,
            .least = is_cut ? std::min(natural, std::max(least, heading))
                            : std::max(widest, std::min(heading, kLeastHeading)),
            .rank = column->rank,
            .may_shrink = is_cut};
  }

  std::string cell(std::size_t row, std::size_t width, const Style& style) const {
    std::string text(cells[row]);
    return cut == Cut::list && !shows_numbers() ? shortened_list(std::move(text), width, style)
                                                : shortened(std::move(text), width, style);
  }
};

RecordTable::RecordTable(Writer& out, const Style& style, const std::vector<Column>& columns)
    : out_(out), style_(style), columns_(columns) {
  for (const Column& column : columns)
    if (!column.heading.empty()) filled_.push_back({.column = &column});
}

RecordTable::~RecordTable() = default;

void RecordTable::add(const Record& record) {
  if (style_.vertical)
    print_lines(record);
  else
    for (Filled& one : filled_) one.add(record.find(one.column->field), style_);
  empty_ = false;
}

void RecordTable::print_lines(const Record& record) {
  if (!empty_) out_.write("\n");
  Table table({{""}, {""}});
  for (const Column& column : columns_) {
    if (column.heading.empty()) continue;
    const Value* value = record.find(column.field);
    if (!column.always && (value == nullptr || value->is_empty())) continue;
    table.add({terminal_safe(column.heading), table_cell(value, style_)});
  }
  Style whole = style_;
  whole.width = 0;
  table.print(out_, whole);
}

std::vector<std::string> RecordTable::end() {
  if (empty_ || style_.vertical || filled_.empty()) return {};
  const std::size_t rows = filled_.front().cells.size();
  std::erase_if(filled_, [](const Filled& one) { return !one.any && !one.column->always; });
  std::vector<FitColumn> wishes;
  for (const Filled& one : filled_) wishes.push_back(one.wish());
  const std::vector<std::size_t> widths = fit(wishes, static_cast<std::size_t>(style_.width));
  std::vector<Table::Heading> headings;
  std::vector<std::string> dropped;
  for (std::size_t i = 0; i < filled_.size(); ++i) {
    const std::string heading(filled_[i].column->heading);
    if (widths[i] == 0)
      dropped.push_back(heading);
    else
      headings.push_back(
          {shortened(terminal_safe(heading), widths[i], style_), filled_[i].shows_numbers()});
  }
  Table table(std::move(headings));
  for (std::size_t row = 0; row < rows; ++row) {
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < filled_.size(); ++i)
      if (widths[i] != 0) cells.push_back(filled_[i].cell(row, widths[i], style_));
    table.add(cells);
  }
  Style whole = style_;
  whole.width = 0;  // it fits, or would be cut in a number
  table.print(out_, whole);
  return dropped;
}

ListStream::ListStream(Writer& out, const Style& style, const std::vector<Column>& columns)
    : out_(out), style_(style), columns_(columns) {
  if (is_array()) out_.write("[");
  if (!style_.is_csv() || !style_.headings) return;
  std::vector<std::string> headings;
  for (const Column& column : columns_)
    if (!column.table_only) headings.emplace_back(column.field);
  print_csv_line(out_, style_, headings);
}

void ListStream::add(const Record& record) {
  if (style_.is_csv()) {
    std::vector<std::string> cells;
    for (const Column& column : columns_) {
      if (column.table_only) continue;
      const Value* value = record.find(column.field);
      cells.push_back(value != nullptr ? cell_text(*value, style_) : "");
    }
    return print_csv_line(out_, style_, cells);
  }
  const bool is_pretty = style_.is_pretty();
  std::string text;
  if (is_array()) text = empty_ ? "\n" : ",\n";
  if (is_pretty) text += "  ";
  append_json(text, record, style_, is_pretty ? 1 : -1);
  if (!is_array()) text += '\n';
  out_.write(text);
  empty_ = false;
}

void ListStream::end() {
  if (is_array()) out_.write(empty_ ? "]\n" : "\n]\n");
}

std::vector<std::string> print_list(Writer& out, const Style& style,
                                    const std::vector<Record>& records,
                                    const std::vector<Column>& columns, std::string_view empty) {
  if (style.is_table()) {
    if (records.empty() && !empty.empty()) out.write(std::string(empty) + "\n");
    RecordTable table(out, style, columns);
    for (const Record& record : records) table.add(record);
    return table.end();
  }
  ListStream list(out, style, columns);
  for (const Record& record : records) list.add(record);
  list.end();
  return {};
}

void print_one(Writer& out, const Style& style, const Record& record) {
  if (style.is_csv()) return print_csv_record(out, style, record);
  if (style.is_table()) {
    Table table({{""}, {""}});
    add_lines(table, style, record.fields(), 0);
    return table.print(out, style);
  }
  std::string text;
  append_json(text, record, style, style.is_pretty() ? 0 : -1);
  out.write(text + "\n");
}

}  // namespace bpfmaps::output
