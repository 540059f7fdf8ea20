// SPDX-License-Identifier: BSD-2-Clause
#include "commands/watch/list_view.h"

#include <algorithm>

#include "base/bars.h"
#include "base/number.h"
#include "base/text.h"
#include "commands/shared/record_rows.h"
#include "output/csv.h"
#include "output/fit.h"

namespace bpfmaps::commands {
namespace {

using output::Column;
using output::Record;
using output::Value;

constexpr std::size_t kMostText = 40, kBar = 10;

// What has a size that may grow: ids are numbers, and none.
bool may_move(const Column& column) {
  if (column.kind != Column::Kind::number && column.kind != Column::Kind::bytes &&
      column.kind != Column::Kind::real && column.kind != Column::Kind::share)
    return false;
  return column.field != "id" && !column.field.ends_with("_id") && column.field != "uid" &&
         column.field != "ifindex" && column.field != "fill";
}

std::optional<double> number_of(const Value* value) {
  if (value == nullptr) return {};
  const auto& data = value->data();
  if (const auto* one = std::get_if<std::uint64_t>(&data)) return static_cast<double>(*one);
  if (const auto* one = std::get_if<std::int64_t>(&data)) return static_cast<double>(*one);
  if (const auto* one = std::get_if<double>(&data)) return *one;
  if (const auto* one = std::get_if<Value::Bytes>(&data)) return static_cast<double>(one->count);
  if (const auto* one = std::get_if<Value::Share>(&data)) return one->of_one;
  if (const auto* one = std::get_if<Value::Seconds>(&data))
    return static_cast<double>(one->since_1970);
  return {};
}

std::string text_of(const Value* value) {
  return value == nullptr || value->is_empty() ? "" : cell_text(*value, {});
}

// Numbers before texts, what there is not at the end.
bool comes_before(const Value* a, const Value* b, bool descending) {
  const auto x = number_of(a), y = number_of(b);
  if (x && y) return descending ? *x > *y : *x < *y;
  if (x.has_value() != y.has_value()) return x.has_value();
  const std::string s = text_of(a), t = text_of(b);
  if (s.empty() != t.empty()) return !s.empty();
  return descending ? s > t : s < t;
}

}  // namespace

WatchedList::WatchedList(ListQuery query, CollectRecords collect, std::string noun,
                         std::string_view known_by, const output::Style& style)
    : query_(std::move(query)),
      collect_(std::move(collect)),
      noun_(std::move(noun)),
      known_by_(known_by),
      style_(style) {}

std::string WatchedList::key_of(const Record& record) const {
  return text_of(record.find(known_by_));
}

Status WatchedList::look() {
  std::vector<Record> now = TRY(collect_());
  before_.clear();
  for (Record& record : all_) {
    std::string name = key_of(record);
    before_.emplace(std::move(name), std::move(record));
  }
  all_ = std::move(now);
  ++looks_;
  compare();
  remember();
  return {};
}

Status WatchedList::set_where(const std::string& where) {
  TRY(query_.set_where(where));
  compare();
  return {};
}

void WatchedList::compare() {
  rows_.clear();
  std::vector<Record> shown = all_;
  if (!query_.apply(shown)) shown.clear();  // it was checked, and fits these records as well
  std::set<std::string> there;
  for (const Record& record : all_) there.insert(key_of(record));
  for (Record& record : shown) {
    Row& row = rows_.emplace_back();
    row.name = key_of(record);
    row.record = std::move(record);
    const auto was = before_.find(row.name);
    if (was == before_.end()) {
      if (looks_ > 1) row.mark = RowMark::came;
      continue;
    }
    row.before = &was->second;
    for (const Column& column : query_.columns()) {
      const Value *a = row.before->find(column.field), *b = row.record.find(column.field);
      if (text_of(a) == text_of(b)) continue;
      row.mark = RowMark::changed;
      if (may_move(column) && number_of(a) && number_of(b)) moving_.insert(column.field);
    }
  }
  std::vector<Record> gone;
  for (const auto& [name, record] : before_)
    if (!there.contains(name)) gone.push_back(record);
  if (!query_.apply(gone)) gone.clear();
  for (Record& record : gone) {
    Row& row = rows_.emplace_back();
    row.name = key_of(record);
    row.record = std::move(record);
    row.mark = RowMark::gone;
  }
}

std::vector<Column> WatchedList::columns() const {
  std::vector<Column> columns;
  for (const Column& column : query_.shown(style_)) {
    if (column.heading.empty()) continue;
    const bool any = std::ranges::any_of(rows_, [&](const Row& row) {
      const Value* value = row.record.find(column.field);
      return value != nullptr && !value->is_empty();
    });
    if (any || column.always) columns.push_back(column);
  }
  return columns;
}

std::optional<double> WatchedList::growth(const Row& row, const Column& column) const {
  if (row.before == nullptr) return {};
  const auto now = number_of(row.record.find(column.field));
  const auto was = number_of(row.before->find(column.field));
  if (!now || !was) return {};
  return *now - *was;
}

// What moved most lately, of the column that is sorted by, or of the first that moves.
void WatchedList::remember() {
  const Column* shown = nullptr;
  const std::vector<Column> all = columns();
  for (const Column& column : all) {
    if (!moving_.contains(column.field)) continue;
    if (shown == nullptr || sorted_ == name_of(column)) shown = &column;
  }
  if (shown == nullptr) return;
  history_.begin(shown->field);
  for (const Row& row : rows_)
    history_.add(row.name, std::max(growth(row, *shown).value_or(0), 0.0));
}

std::string WatchedList::title() const {
  std::uint64_t there = 0, changed = 0, came = 0, gone = 0;
  for (const Row& row : rows_) {
    there += row.mark != RowMark::gone ? 1 : 0;
    changed += row.mark == RowMark::changed ? 1 : 0;
    came += row.mark == RowMark::came ? 1 : 0;
    gone += row.mark == RowMark::gone ? 1 : 0;
  }
  std::string text = number_text(there) + " " + noun_ + (there == 1 ? "" : "s");
  if (looks_ < 2) return text;
  text += ", " + number_text(changed) + " changed";
  if (came != 0) text += ", " + number_text(came) + " new";
  if (gone != 0) text += ", " + number_text(gone) + " gone";
  return text;
}

std::vector<const WatchedList::Row*> WatchedList::select(const WatchWindow& window) const {
  std::vector<const Row*> rows;
  for (const Row& row : rows_)
    if (window.still || row.mark != RowMark::same) rows.push_back(&row);
  if (sorted_) {
    const std::vector<Column> all = columns();
    const bool by_change = sorted_->ends_with(" change");
    const std::string heading = by_change ? sorted_->substr(0, sorted_->size() - 7) : *sorted_;
    if (const Column* column = find_column(all, heading))
      std::ranges::stable_sort(rows, [&](const Row* a, const Row* b) {
        if (!by_change)
          return comes_before(a->record.find(column->field), b->record.find(column->field),
                              descending_);
        const double x = growth(*a, *column).value_or(0), y = growth(*b, *column).value_or(0);
        return descending_ ? x > y : x < y;
      });
  }
  return rows;
}

std::string WatchedList::cell(const Row& row, const Column& column) const {
  const Value* value = row.record.find(column.field);
  if (value == nullptr || value->is_empty()) return "-";
  std::string text = cell_text(*value, style_);
  if (const auto* list = std::get_if<Value::List>(&value->data()); list && column.in_short) {
    text.clear();
    for (const Value& one : *list)
      text.append(text.empty() ? "" : ",").append(terminal_safe(column.in_short(one)));
  }
  if (const auto* share = std::get_if<Value::Share>(&value->data())) {
    const auto thousandths = static_cast<std::uint64_t>(std::clamp(share->of_one, 0.0, 1.0) * 1000);
    return text + " " + bar(thousandths, 1000, kBar, style_.ascii);
  }
  return value->is_number() ? text : output::shortened(std::move(text), kMostText, style_);
}

WatchTable WatchedList::table(const WatchWindow& window) {
  WatchTable table;
  const std::vector<Column> all = columns();
  const auto add = [&](const std::string& name, std::string text, bool right) {
    if (window.on_screen && sorted_ == name) {
      table.sorted = table.headings.size();
      text = (turned_ ? "^" : "*") + text;
    }
    table.headings.push_back({std::move(text), right});
  };
  for (const Column& column : all) {
    const bool number = std::ranges::any_of(rows_, [&](const Row& row) {
      const Value* value = row.record.find(column.field);
      return value != nullptr && value->is_number() &&
             !std::holds_alternative<Value::Share>(value->data());
    });
    const std::string name(name_of(column));
    add(name, name, number);
    if (moving_.contains(column.field)) add(name + " change", "change", true);
  }
  const bool has_history = window.on_screen && !moving_.empty();
  if (has_history) table.headings.push_back({"last looks", false});
  std::vector<const Row*> rows = select(window);
  table.total = rows.size();
  for (std::uint64_t i = window.first; i < rows.size() && i - window.first < window.most; ++i) {
    const Row& row = *rows[i];
    WatchTable::Row made{.cells = {}, .mark = row.mark};
    for (const Column& column : all) {
      made.cells.push_back(cell(row, column));
      if (!moving_.contains(column.field)) continue;
      const auto by = growth(row, column);
      made.cells.push_back(row.mark == RowMark::came   ? "new"
                           : row.mark == RowMark::gone ? "gone"
                           : !by                       ? "-"
                                                       : (*by > 0 ? "+" : "") + human_count(*by));
    }
    if (has_history) made.cells.push_back(history_.drawn(row.name, style_.ascii));
    table.rows.push_back(std::move(made));
  }
  return table;
}

std::string WatchedList::lines(const std::string& ts, std::uint64_t most) {
  std::string text;
  for (const Row* row : select({})) {
    if (most-- == 0) break;
    Record record;
    record.add("ts", ts);
    const Record shown = query_.only_named(row->record);
    for (const output::Field& field : shown.fields()) record.add(field.name, field.value);
    Value::Members delta;
    for (const Column& column : query_.columns())
      if (may_move(column))
        if (const auto by = growth(*row, column); by && *by != 0)
          delta.push_back({std::string(column.field), column.kind == Column::Kind::real
                                                          ? Value(*by)
                                                          : Value(static_cast<std::int64_t>(*by))});
    if (row->before != nullptr) record.add("delta", std::move(delta));
    if (row->mark == RowMark::came) record.add("mark", "new");
    if (row->mark == RowMark::gone) record.add("mark", "gone");
    output::Style line = style_.as_lines();
    append_json(text, record, line);
    text += '\n';
  }
  return text;
}

std::string WatchedList::csv(const std::string& ts, std::uint64_t most, bool heading) {
  std::string text;
  std::vector<Column> all = query_.shown(style_);
  std::erase_if(all, [](const Column& column) { return column.table_only; });
  if (heading) {
    text = "ts";
    for (const Column& column : all) text.append(",").append(column.field);
    text += ",mark\n";
  }
  for (const Row* row : select({})) {
    if (most-- == 0) break;
    text += ts;
    for (const Column& column : all) {
      const Value* value = row->record.find(column.field);
      const std::string plain = value == nullptr ? "" : cell_text(*value, style_);
      text += ',';
      output::append_csv(text, style_.terminal ? terminal_safe(plain) : plain);
    }
    text += row->mark == RowMark::came ? ",new\n" : row->mark == RowMark::gone ? ",gone\n" : ",\n";
  }
  return text;
}

void WatchedList::move_sort(int by) {
  std::vector<std::string> names;
  for (const Column& column : columns()) {
    names.emplace_back(name_of(column));
    if (moving_.contains(column.field)) names.push_back(names.back() + " change");
  }
  if (names.empty()) return;
  const auto count = static_cast<std::ptrdiff_t>(names.size());
  const auto at = std::ranges::find(names, sorted_.value_or("")) - names.begin();
  const std::ptrdiff_t from = at == count ? (by > 0 ? -1 : 0) : at;
  sorted_ = names[static_cast<std::size_t>((from + by + count) % count)];
  turned_ = false;
  descending_ = sorted_->ends_with(" change");
  for (const Column& column : columns())
    if (name_of(column) == *sorted_ && (may_move(column) || column.field == "fill"))
      descending_ = true;
}

void WatchedList::reverse_sort() {
  if (!sorted_) move_sort(1);
  descending_ = !descending_;
  turned_ = !turned_;
}

bool WatchedList::open(const WatchWindow& window, std::uint64_t row) {
  const std::vector<const Row*> rows = select(window);
  if (row >= rows.size()) return false;
  opened_ = rows[row]->name;
  return true;
}

std::vector<std::string> WatchedList::record(const output::Style& style) {
  for (const Row& row : rows_) {
    if (!opened_ || row.name != *opened_) continue;
    output::Table table({{""}, {""}});
    for (const output::Field& field : row.record.fields())
      table.add({terminal_safe(field.name),
                 field.value.is_empty() ? "-" : cell_text(field.value, style)});
    return table.lines(style);
  }
  return {"it is not there any more"};
}

}  // namespace bpfmaps::commands
