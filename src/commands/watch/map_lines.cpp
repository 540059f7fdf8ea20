// SPDX-License-Identifier: BSD-2-Clause
#include "commands/watch/map_lines.h"

#include "base/number.h"
#include "output/csv.h"
#include "output/json.h"

namespace bpfmaps::commands {
namespace {

layout::RowSpec as_members(layout::RowSpec spec) {
  spec.members = true;
  return spec;
}

using layout::Change;
using layout::Counter;

// The members of an object: the name of each counter, and what `value` appends for it.
template <class Value>
void append_each(std::string& to, const std::vector<Counter>& counters, Value value) {
  to += '{';
  for (const Counter& counter : counters) {
    if (&counter != &counters.front()) to += ',';
    output::append_json_string(to, counter.path);
    to += ':';
    value(counter);
  }
  to += '}';
}

}  // namespace

MapLines::MapLines(const layout::RowSpec& spec, bool per_cpu, output::Style style)
    : per_cpu_(per_cpu),
      string_ints_(style.string_ints),
      rows_(layout::make_rows(as_members(spec), style.as_json())),
      csv_(layout::make_csv_rows(spec, style)) {}

void MapLines::append(const Change& change, const std::vector<Counter>& counters,
                      const std::string& ts, const std::string& where, std::string& to) {
  static const std::vector<Counter> kNone;
  const bool comparable = change.before != nullptr && change.now != nullptr;
  const std::vector<Counter>& compared = comparable ? counters : kNone;
  std::string_view mark = comparable ? "" : change.now != nullptr ? "new" : "gone";

  to.append("{\"ts\":\"").append(ts).append("\",").append(where) += ',';
  if (per_cpu_) to.append("\"cpu\":").append(number_text(std::uint64_t{change.cpu})) += ',';
  entry_.clear();
  rows_->append({.keys = change.key, .values = change.value(), .count = 1}, entry_);
  to += entry_.text();
  to += ",\"delta\":";
  append_each(to, compared, [&](const Counter& counter) {
    const layout::Growth growth = *change.growth(counter);
    if (growth.down) mark = "down";
    const std::string_view quote = string_ints_ && counter.is_wide ? "\"" : "";
    to.append(quote).append(growth.down ? "-" : "").append(number_text(growth.by)).append(quote);
  });
  to += ",\"rate\":";
  append_each(to, compared, [&](const Counter& counter) {
    const auto rate = change.rate(counter);
    to += rate ? number_text(*rate) : "null";
  });
  if (!mark.empty()) to.append(",\"mark\":\"").append(mark) += '"';
  to += "}\n";
}

void MapLines::append_csv_heading(const std::vector<Counter>& counters, std::string& to) {
  to += per_cpu_ ? "ts,cpu," : "ts,";
  entry_.clear();
  csv_->begin({}, false, entry_);
  to += entry_.text();
  to.pop_back();  // the line break
  for (const Counter& counter : counters)
    for (const std::string_view what : {".change", ".rate"}) {
      to += ',';
      output::append_csv(to, counter.path + std::string(what));
    }
  to += ",mark\n";
}

void MapLines::append_csv(const Change& change, const std::vector<Counter>& counters,
                          const std::string& ts, std::string& to) {
  std::string_view mark = change.before == nullptr ? "new" : change.now == nullptr ? "gone" : "";
  to.append(ts) += ',';
  if (per_cpu_) to.append(number_text(std::uint64_t{change.cpu})) += ',';
  entry_.clear();
  csv_->append({.keys = change.key, .values = change.value(), .count = 1}, entry_);
  to += entry_.text();
  to.pop_back();
  for (const Counter& counter : counters) {
    to += ',';
    const auto growth = change.growth(counter);
    if (growth && growth->down) mark = "down";
    if (growth) to.append(growth->down ? "-" : "").append(number_text(growth->by));
    to += ',';
    if (const auto rate = change.rate(counter)) to += number_text(*rate);
  }
  to.append(",").append(mark) += '\n';
}

}  // namespace bpfmaps::commands
