// SPDX-License-Identifier: BSD-2-Clause
#include "commands/watch/map_view.h"

#include <algorithm>

#include "base/number.h"
#include "base/text.h"
#include "entries/dump_query.h"
#include "output/json.h"

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

std::string_view mark_text(const Change& change) {
  return change.before == nullptr ? "new" : change.now == nullptr ? "gone" : "";
}

// "+1.2k", "0", "-95"; what became of the entry where there is nothing to compare.
std::string change_cell(const Change& change, const Counter& counter) {
  const auto growth = change.growth(counter);
  if (!growth) return std::string(mark_text(change));
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

MapView::MapView(const entries::MapSnapshots& looks, const cli::Request& request,
                 const output::Style& style)
    : snapshots_(looks),
      bits_(request.has(Option::bits)),
      ascii_(style.ascii),
      lines_(looks.row_spec(), !looks.cpus().empty(), style) {
  const layout::RowSpec& spec = looks.row_spec();
  for (layout::Column& column : headed_columns(spec)) {
    layout::Program text = text_program(spec, column, style);
    fields_.push_back({std::move(column), std::move(text)});
  }
  where_ = "\"id\":" + std::to_string(looks.map().info().id) + ",\"path\":";
  const cli::Selector& map = request.selector("MAP");
  if (map.by == cli::Selector::By::pinned)
    output::append_json_string(where_, map.text);
  else
    where_ += "null";
}

Result<std::unique_ptr<MapView>> MapView::make(const entries::MapSnapshots& looks,
                                               const cli::Request& request,
                                               const output::Style& style) {
  std::unique_ptr<MapView> view(new MapView(looks, request, style));
  if (request.has(Option::sort))
    TRY(entries::about("sort", looks.typed(), view->choose(request.value(Option::sort))));
  return view;
}

MapView::Choice MapView::rate_choice(const Counter& counter, Direction direction) const {
  return {rate_heading(counter), ChangeOrder(counter, direction), direction, counter};
}

Result<MapView::Choice> MapView::field_choice(const std::string& name, Direction direction) const {
  const std::string word = name + (direction == Direction::ascending ? ":asc" : ":desc");
  return Choice{name, ChangeOrder(TRY(SortKey::compile(snapshots_.row_spec(), word, direction))),
                direction};
}

Status MapView::choose(const std::string& sort) {
  const layout::RowSpec& spec = snapshots_.row_spec();
  const auto [name, direction] = TRY(layout::split_direction(sort));
  const layout::Field field = TRY(find_field(spec, name));
  for (const Counter& counter : snapshots_.possible_counters())
    if (!field.of_key && counter.offset == field.ref().offset) {
      chosen_ = rate_choice(counter, direction.value_or(Direction::descending));
      return {};
    }
  const auto usual = field.of_key ? Direction::ascending : Direction::descending;
  chosen_ = TRY(field_choice(std::string(name), direction.value_or(usual)));
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
    const auto usual = column.of_key ? Direction::ascending : Direction::descending;
    if (auto field = field_choice(column.path, usual)) choices.push_back(*std::move(field));
    for (const Counter& counter : counters)
      if (belongs(counter, column)) choices.push_back(rate_choice(counter, Direction::descending));
  }
  return choices;
}

std::optional<MapView::Choice> MapView::choice() const {
  if (chosen_ || snapshots_.counters().empty()) return chosen_;
  return rate_choice(snapshots_.counters().front(), Direction::descending);
}

void MapView::reverse_sort() {
  const auto now = choice();
  if (!now) return;
  const auto other =
      now->direction == Direction::ascending ? Direction::descending : Direction::ascending;
  if (now->counter)
    chosen_ = rate_choice(*now->counter, other);
  else if (auto field = field_choice(now->heading, other))
    chosen_ = *std::move(field);
  if (chosen_) chosen_->turned = !now->turned;
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

void MapView::add_headings(WatchTable& table, bool on_screen,
                           const std::optional<Choice>& sorted) const {
  const auto add = [&](std::string text, bool right) {
    if (on_screen && sorted && text == sorted->heading) {
      table.sorted = table.headings.size();
      text = (sorted->turned ? "^" : "*") + text;
    }
    table.headings.push_back({std::move(text), right});
  };
  bool cpu_due = !snapshots_.cpus().empty();
  table.names = 0;
  for (const auto& [column, _] : fields_) {
    if (!column.of_key && std::exchange(cpu_due, false)) add("cpu", true);
    if (column.of_key) ++table.names;
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
  if (on_screen && !counters_.empty()) add("last looks", false);
}

std::vector<std::string> MapView::cells(const Change& change, bool on_screen) const {
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
    const std::string_view mark = mark_text(change);
    cells.emplace_back(!mark.empty() ? mark : change.same ? kNothing : "changed");
  }
  if (on_screen && !counters_.empty()) cells.push_back(history_.drawn(name_of(change), ascii_));
  return cells;
}

RowMark MapView::mark_of(const Change& change) const {
  if (change.before == nullptr) return RowMark::came;
  if (change.now == nullptr) return RowMark::gone;
  for (const Counter& counter : counters_)
    if (const auto growth = change.growth(counter); growth && growth->down) return RowMark::down;
  return change.same ? RowMark::same : RowMark::changed;
}

MapView::RowName MapView::name_of(const Change& change) const {
  const layout::Layout* key = snapshots_.row_spec().key;
  RowName name(reinterpret_cast<const char*>(change.key), key == nullptr ? 0 : key->root().size);
  return name + "/" + std::to_string(change.cpu);
}

void MapView::remember() {
  if (!std::exchange(is_new_, false)) return;
  const auto sorted = choice();
  const std::vector<Counter> counters = snapshots_.counters();
  if (counters.empty() || !snapshots_.can_compare()) return;
  const Counter& shown = sorted && sorted->counter ? *sorted->counter : counters.front();
  history_.begin(shown.path);
  // Of a map with more entries only those that moved most.
  const ChangeOrder fastest(shown, Direction::descending);
  for (const Change& change : snapshots_.select(&fastest, RowHistory<RowName>::kMostRows, true))
    history_.add(name_of(change), change.rate(shown).value_or(0));
}

std::vector<Change> MapView::select(const WatchWindow& window) const {
  const auto sorted = choice();
  const std::uint64_t most =
      window.most > UINT64_MAX - window.first ? UINT64_MAX : window.first + window.most;
  std::vector<Change> changes =
      snapshots_.select(sorted ? &sorted->standing : nullptr, most, window.still);
  changes.erase(changes.begin(),
                changes.begin() + static_cast<std::ptrdiff_t>(
                                      std::min<std::uint64_t>(window.first, changes.size())));
  return changes;
}

WatchTable MapView::table(const WatchWindow& window) {
  counters_ = snapshots_.counters();
  if (window.on_screen) remember();
  WatchTable table;
  table.total = window.still ? snapshots_.tally().rows : snapshots_.tally().moved;
  add_headings(table, window.on_screen, choice());
  for (const Change& change : select(window))
    table.rows.push_back({cells(change, window.on_screen), mark_of(change)});
  return table;
}

std::string MapView::lines(const std::string& ts, std::uint64_t most) {
  counters_ = snapshots_.counters();
  // Where the order was not asked for, and all are printed, nothing is put in order.
  const auto sorted = chosen_ || most != UINT64_MAX ? choice() : std::nullopt;
  std::string text;
  for (const Change& change : snapshots_.select(sorted ? &sorted->standing : nullptr, most, false))
    lines_.append(change, counters_, ts, where_, text);
  return text;
}

std::string MapView::csv(const std::string& ts, std::uint64_t most, bool heading) {
  // All that may count has its columns, since those of a table do not change.
  const std::vector<Counter>& counters = snapshots_.possible_counters();
  std::string text;
  if (heading) lines_.append_csv_heading(counters, text);
  const auto sorted = chosen_ || most != UINT64_MAX ? choice() : std::nullopt;
  for (const Change& change : snapshots_.select(sorted ? &sorted->standing : nullptr, most, false))
    lines_.append_csv(change, counters, ts, text);
  return text;
}

bool MapView::open(const WatchWindow& window, std::uint64_t row) {
  WatchWindow one = window;
  one.first = row;
  one.most = 1;
  const std::vector<Change> changes = select(one);
  if (changes.empty()) return false;
  opened_ = name_of(changes.front());
  return true;
}

std::vector<std::string> MapView::record(const output::Style& style) {
  if (!opened_) return {};
  for (const Change& change : snapshots_.select(nullptr, UINT64_MAX, true)) {
    if (name_of(change) != *opened_) continue;
    layout::RowSpec spec = snapshots_.row_spec();
    spec.single = true;
    const auto rows = layout::make_vertical_rows(spec, style);
    Buffer text;
    const Entries entry{.keys = change.key, .values = change.value(), .count = 1};
    rows->begin(entry, false, text);
    rows->append(entry, text);
    std::vector<std::string> lines;
    for (const std::string_view line : split(text.text(), '\n'))
      if (!line.empty()) lines.emplace_back(line);
    if (const std::string_view mark = mark_text(change); !mark.empty())
      lines.emplace_back("(" + std::string(mark) + ")");
    for (const Counter& counter : snapshots_.counters())
      lines.push_back(rate_heading(counter) + "  " +
                      rate_cell(change, counter, counts_bits(counter) ? 8 : 1));
    return lines;
  }
  return {"this entry is not there any more"};
}

}  // namespace bpfmaps::commands
