// SPDX-License-Identifier: BSD-2-Clause
#include "commands/watch/map_view.h"

#include <algorithm>

#include "base/number.h"
#include "base/text.h"
#include "entries/dump_query.h"

namespace bpfmaps::commands {
namespace {

using cli::Option;
using layout::Change;
using layout::ChangeOrder;
using layout::Counter;
using layout::SortKey;
using output::Table;

constexpr std::string_view kNothing = "-";

layout::Program text_program(const layout::RowSpec& spec, const layout::Column& column,
                             const output::Style& style) {
  layout::ProgramBuilder builder({.text = layout::Dialect::Text::terminal,
                                  .meanings = true,
                                  .ascii = style.ascii,
                                  .times = spec.times});
  const layout::Layout& layout = column.of_key ? *spec.key : *spec.value;
  builder.value(layout, *column.node, column.of_key ? layout::Base::key : layout::Base::value,
                column.offset, layout.root().size);
  return std::move(builder).build();
}

std::string_view mark_of(const Change& change) {
  return change.before == nullptr ? "new" : change.now == nullptr ? "gone" : "";
}

// "+1.2k", "0", "-95"; what became of the entry where there is nothing to compare.
std::string change_cell(const Change& change, const Counter& counter) {
  const auto growth = change.growth(counter);
  if (!growth) return std::string(mark_of(change));
  return (growth->down || growth->by == 0 ? "" : "+") + human_count(growth->signed_by());
}

std::string rate_cell(const Change& change, const Counter& counter, double scale) {
  if (const auto rate = change.rate(counter)) return human_count(*rate * scale);
  const auto growth = change.growth(counter);
  return growth && growth->down ? "down" : std::string(kNothing);
}

// Whether `counter` is the field of `column`, or lies in the array that this is.
bool belongs(const Counter& counter, const layout::Column& column) {
  if (column.of_key || !counter.path.starts_with(column.path)) return false;
  const std::size_t size = column.path.size();
  return counter.path.size() == size || counter.path[size] == '[';
}

std::string last_word(const std::string& path) { return path.substr(path.rfind('.') + 1); }

}  // namespace

MapView::MapView(const entries::MapSnapshots& looks, const output::Style& style, bool bits)
    : snapshots_(looks), bits_(bits), lines_(looks.row_spec(), !looks.cpus().empty(), style) {
  const layout::RowSpec& spec = looks.row_spec();
  for (layout::Column& column : headed_columns(spec)) {
    layout::Program text = text_program(spec, column, style);
    fields_.push_back({std::move(column), std::move(text)});
  }
}

Result<std::unique_ptr<MapView>> MapView::make(const entries::MapSnapshots& looks,
                                               const cli::Request& request,
                                               const output::Style& style) {
  std::unique_ptr<MapView> view(new MapView(looks, style, request.has(Option::bits)));
  if (request.has(Option::sort))
    TRY(entries::about("sort", looks.typed(), view->choose(request.value(Option::sort))));
  return view;
}

Status MapView::choose(const std::string& sort) {
  const layout::RowSpec& spec = snapshots_.row_spec();
  const auto [name, direction] = TRY(layout::split_direction(sort));
  const layout::Field field = TRY(find_field(spec, name));
  for (const Counter& counter : snapshots_.possible_counters())
    if (!field.of_key && counter.offset == field.ref().offset) {
      chosen_ = Choice{rate_heading(counter),
                       ChangeOrder(counter, direction.value_or(SortKey::Direction::descending))};
      return {};
    }
  const auto usual = field.of_key ? SortKey::Direction::ascending : SortKey::Direction::descending;
  chosen_ = Choice{std::string(name), ChangeOrder(TRY(SortKey::compile(spec, sort, usual)))};
  return {};
}

bool MapView::counts_bits(const Counter& counter) const {
  const std::string word = last_word(counter.path);
  return bits_ && (word.find("byte") != word.npos || word.find("octet") != word.npos);
}

std::string MapView::rate_heading(const Counter& counter) const {
  if (!counts_bits(counter)) return counter.path + "/s";
  std::string heading = counter.path;
  for (const std::string_view unit : {"byte", "octet"})
    if (const std::size_t at = heading.rfind(unit); at != heading.npos)
      heading.replace(at, unit.size(), "bit");
  return heading + "/s";
}

std::vector<MapView::Choice> MapView::choices() const {
  std::vector<Choice> choices;
  const std::vector<Counter> counters = snapshots_.counters();
  for (const auto& [column, _] : fields_) {
    const auto usual =
        column.of_key ? SortKey::Direction::ascending : SortKey::Direction::descending;
    if (auto order = SortKey::compile(snapshots_.row_spec(), column.path, usual))
      choices.push_back({column.path, ChangeOrder(*std::move(order))});
    for (const Counter& counter : counters)
      if (belongs(counter, column))
        choices.push_back(
            {rate_heading(counter), ChangeOrder(counter, SortKey::Direction::descending)});
  }
  return choices;
}

std::optional<MapView::Choice> MapView::choice() const {
  if (chosen_ || snapshots_.counters().empty()) return chosen_;
  const Counter first = snapshots_.counters().front();
  return Choice{rate_heading(first), ChangeOrder(first, SortKey::Direction::descending)};
}

void MapView::move_sort(int by) {
  const std::vector<Choice> all = choices();
  if (all.empty()) return;
  const auto now = choice();
  const auto at = std::find_if(all.begin(), all.end(), [&](const Choice& one) {
    return now && one.heading == now->heading;
  });
  const auto count = static_cast<std::ptrdiff_t>(all.size());
  const std::ptrdiff_t from = at == all.end() ? (by > 0 ? -1 : 0) : at - all.begin();
  chosen_ = all[static_cast<std::size_t>((from + by + count) % count)];
}

void MapView::add_headings(std::vector<Table::Heading>& headings, bool on_screen,
                           const std::optional<Choice>& sorted) const {
  const auto add = [&](std::string text, bool right) {
    if (on_screen && sorted && text == sorted->heading) text = "*" + text;
    headings.push_back({std::move(text), right});
  };
  bool cpu_due = !snapshots_.cpus().empty();
  for (const auto& [column, _] : fields_) {
    if (!column.of_key && std::exchange(cpu_due, false)) add("cpu", true);
    const auto* times = snapshots_.row_spec().times;
    add(column.path,
        column.node->is_number() && (times == nullptr || !times->clock_of(*column.node)));
    for (const Counter& counter : counters_) {
      if (!belongs(counter, column)) continue;
      add("change", true);
      add(rate_heading(counter), true);
    }
  }
  if (counters_.empty()) add("change", false);
}

std::vector<std::string> MapView::cells(const Change& change) const {
  std::vector<std::string> cells;
  Buffer text;
  bool cpu_due = !snapshots_.cpus().empty();
  for (const auto& [column, program] : fields_) {
    if (!column.of_key && std::exchange(cpu_due, false))
      cells.push_back(std::to_string(change.cpu));
    text.clear();
    program.run({.key = change.key, .value = change.value()}, text);
    cells.emplace_back(text.text());
    for (const Counter& counter : counters_) {
      if (!belongs(counter, column)) continue;
      cells.push_back(change_cell(change, counter));
      cells.push_back(rate_cell(change, counter, counts_bits(counter) ? 8 : 1));
    }
  }
  if (counters_.empty()) {
    const std::string_view mark = mark_of(change);
    cells.emplace_back(!mark.empty() ? mark : change.same ? kNothing : "changed");
  }
  return cells;
}

Table MapView::table(std::uint64_t most, bool on_screen) {
  counters_ = snapshots_.counters();
  const auto sorted = choice();
  std::vector<Table::Heading> headings;
  add_headings(headings, on_screen, sorted);
  Table table(std::move(headings));
  for (const Change& change :
       snapshots_.select(sorted ? &sorted->standing : nullptr, most, on_screen))
    table.add(cells(change));
  return table;
}

void MapView::print_lines(output::Writer& out, const std::string& ts, std::uint64_t most) {
  counters_ = snapshots_.counters();
  // Where the order was not asked for, and all are printed, nothing is put in order.
  const auto sorted = chosen_ || most != UINT64_MAX ? choice() : std::nullopt;
  std::string text;
  for (const Change& change :
       snapshots_.select(sorted ? &sorted->standing : nullptr, most, false)) {
    lines_.append(change, counters_, ts, text);
    out.write(text);
    text.clear();
  }
}

}  // namespace bpfmaps::commands
