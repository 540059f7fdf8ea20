// SPDX-License-Identifier: BSD-2-Clause
#include "commands/watch/screen_view.h"

#include <algorithm>
#include <array>

#include "base/human.h"
#include "base/number.h"
#include "base/text.h"
#include "base/time.h"
#include "output/fit.h"

namespace bpfmaps::commands {
namespace {

using terminal::Event;

constexpr std::string_view kKeys = "q quit   ? keys   space pause   / where   enter record";
constexpr std::array<std::string_view, 14> kHelp = {
    "left, right   sort by another column",
    "r             the other way round",
    "up, down      another row; k and j do the same",
    "page up, down a screen further; home and end: the first and the last row",
    "enter         the record of the row; enter again goes back",
    "/             edit --where: enter takes it, escape leaves it as it was",
    "z             hide what does not move, or show it again",
    "+, -          look more seldom, or more often",
    "space         pause, or go on",
    "?             this list; any key goes back",
    "q, Ctrl-C     quit",
    "",
    "new rows are green, rows that are gone red, those with a counter that "
    "went",
    "down yellow, and those that did not change dim",
};
constexpr std::uint64_t kShortest = 10'000'000, kLongest = 3'600'000'000'000;

// The columns of `table` that a screen has room for: those at the front, the one that it is sorted
// by, and as many of the others as fit.
std::vector<std::size_t> fitting(const WatchTable& table, std::size_t width) {
  std::vector<std::size_t> widths;
  for (const auto& heading : table.headings)
    widths.push_back(display_width(terminal_safe(heading.text)));
  for (const WatchTable::Row& row : table.rows)
    for (std::size_t i = 0; i < row.cells.size(); ++i)
      widths[i] = std::max(widths[i], display_width(row.cells[i]));
  std::vector<std::size_t> kept;
  std::size_t used = 0;
  const auto cost = [&](std::size_t i) { return widths[i] + output::kGap; };
  const bool has_sorted = table.sorted < widths.size() && table.sorted >= table.names;
  const std::size_t reserved = has_sorted ? cost(table.sorted) : 0;
  bool full = false;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const bool is_sorted = has_sorted && i == table.sorted;
    const std::size_t spare = is_sorted || (has_sorted && i > table.sorted) ? 0 : reserved;
    const bool fits = used + cost(i) + spare <= width + output::kGap;
    if (!is_sorted && i >= table.names && (full || !fits)) {
      full = true;
      continue;
    }
    kept.push_back(i);
    used += cost(i);
  }
  return kept;
}

output::Table with_columns(const WatchTable& table, const std::vector<std::size_t>& kept) {
  std::vector<output::Table::Heading> headings;
  for (const std::size_t i : kept) headings.push_back(table.headings[i]);
  output::Table made(std::move(headings));
  for (const WatchTable::Row& row : table.rows) {
    std::vector<std::string> cells;
    for (const std::size_t i : kept) cells.push_back(row.cells[i]);
    made.add(std::move(cells));
  }
  return made;
}

std::string_view color_of(RowMark mark) {
  switch (mark) {
    case RowMark::changed: return {};
    case RowMark::same: return "\x1b[2m";
    case RowMark::came: return "\x1b[32m";
    case RowMark::gone: return "\x1b[31m";
    case RowMark::down: return "\x1b[33m";
  }
  return {};
}

}  // namespace

WatchWindow ScreenView::window() const {
  return {.first = first_, .most = page_, .still = !hides_still_, .on_screen = true};
}

void ScreenView::tell(std::string news, int looks) {
  news_ = rfc3339_ms(realtime_ns()).substr(11, 8) + "  " + terminal_safe(news);
  news_looks_ = looks;
}

void ScreenView::looked(std::uint64_t wall_ns) {
  looked_at_ = wall_ns;
  if (news_looks_ > 0 && --news_looks_ == 0) news_.clear();
}

void ScreenView::act(Event event, terminal::Waiter& waiter) {
  if (typed_) return act_on_text(event, waiter);
  if (helps_ && event != Event::resize && event != Event::tick) {
    helps_ = false;
    if (event == Event::typed) waiter.character();
    waiter.take_text(false);
    return;
  }
  switch (event) {
    case Event::pause: paused_ = !paused_; break;
    case Event::left: watched_.rows().move_sort(-1); break;
    case Event::right: watched_.rows().move_sort(1); break;
    case Event::up: move(-1); break;
    case Event::down: move(1); break;
    case Event::page_up: move(-static_cast<std::int64_t>(page_)); break;
    case Event::page_down: move(static_cast<std::int64_t>(page_)); break;
    case Event::home: cursor_ = 0; break;
    case Event::last: cursor_ = UINT64_MAX; break;
    case Event::enter: enter(); break;
    case Event::erase: shows_record_ = false; break;
    case Event::typed: act_on_letter(waiter.character(), waiter); break;
    default: break;
  }
}

void ScreenView::act_on_letter(char letter, terminal::Waiter& waiter) {
  switch (letter) {
    case 'r': watched_.rows().reverse_sort(); break;
    case 'j': move(1); break;
    case 'k': move(-1); break;
    case 'z': hides_still_ = !hides_still_; break;
    case '?':
    case 'h': helps_ = true; break;
    case '+':
    case '=': change_interval(true, waiter); break;
    case '-': change_interval(false, waiter); break;
    case '/':
      typed_ = watched_.where();
      shows_record_ = false;
      waiter.take_text(true);
      break;
    default: break;
  }
}

void ScreenView::act_on_text(Event event, terminal::Waiter& waiter) {
  if (event == Event::typed) {
    typed_->push_back(waiter.character());
  } else if (event == Event::erase) {
    // A character of UTF-8 is erased whole.
    while (!typed_->empty() && (static_cast<unsigned char>(typed_->back()) & 0xc0) == 0x80)
      typed_->pop_back();
    if (!typed_->empty()) typed_->pop_back();
  } else if (event == Event::enter) {
    const Status set = watched_.set_where(*typed_);
    if (!set)  // it stays to be mended
      return tell(set.error().message() + (set.error().hint.empty() ? "" : "; " + set.error().hint),
                  3);
    news_.clear();
    first_ = cursor_ = 0;
    typed_.reset();
  } else if (event == Event::escape) {
    typed_.reset();
  } else {
    return;
  }
  if (event == Event::typed || event == Event::erase) news_.clear();
  if (!typed_) waiter.take_text(false);
}

void ScreenView::change_interval(bool longer, terminal::Waiter& waiter) {
  constexpr std::array<std::uint64_t, 3> kSteps = {1, 2, 5};
  std::uint64_t best = longer ? kLongest : kShortest;
  for (std::uint64_t ten = kShortest; ten <= kLongest; ten *= 10)
    for (const std::uint64_t step : kSteps) {
      const std::uint64_t one = ten * step;
      if (longer && one > interval_ns_) best = std::min(best, one);
      if (!longer && one < interval_ns_) best = std::max(best, one);
    }
  interval_ns_ = best;
  waiter.set_interval(best);
  char text[kLongestHuman];
  tell("a look every " + std::string(text, write_human_duration(text, best, true)), 2);
}

void ScreenView::move(std::int64_t by) {
  shows_record_ = false;
  const auto at = static_cast<std::int64_t>(std::min<std::uint64_t>(cursor_, INT64_MAX));
  cursor_ = static_cast<std::uint64_t>(std::max<std::int64_t>(at + by, 0));
}

void ScreenView::enter() {
  if (shows_record_) {
    shows_record_ = false;
    return;
  }
  WatchWindow all = window();
  all.first = 0;
  all.most = cursor_ + 1;
  shows_record_ = watched_.rows().open(all, cursor_);
}

std::string ScreenView::status(const WatchTable& table, std::size_t shown) const {
  std::string text = rfc3339_ms(looked_at_).substr(11, 8) + "  " + terminal_safe(watched_.title());
  if (shown != 0)
    text += "  rows " + number_text(first_ + 1) + "-" + number_text(first_ + shown) + " of " +
            number_text(std::min(table.total, top_));
  if (table.sorted < table.headings.size())
    text += "  by " + terminal_safe(table.headings[table.sorted].text);
  if (const std::string where = watched_.where(); !where.empty())
    text += "  where " + terminal_safe(where);
  if (hides_still_) text += "  moving";
  return text + (paused_ ? "  PAUSED" : "");
}

std::string ScreenView::second_line() const {
  if (!news_.empty()) return news_;
  if (typed_) return "where: " + terminal_safe(*typed_) + "_";
  return std::string(kKeys);
}

std::vector<std::string> ScreenView::lines(const terminal::ScreenSize& size, output::Style style) {
  style.width = size.columns;
  const auto width = static_cast<std::size_t>(size.columns);
  const auto cut = [&](std::string text) {
    return output::cut_to_width(std::move(text), width, output::cut_mark(style.ascii));
  };
  constexpr int kAround = 3;  // two lines above, and the heading
  page_ = static_cast<std::uint64_t>(std::max(size.rows - kAround, 0));
  // The cursor stays in view, and on a row.
  if (total_ != 0) cursor_ = std::min(cursor_, total_ - 1);
  if (cursor_ < first_) first_ = cursor_;
  if (page_ != 0 && cursor_ >= first_ + page_) first_ = cursor_ - page_ + 1;
  WatchWindow wanted = window();
  wanted.most = first_ < top_ ? std::min(page_, top_ - first_) : 0;
  WatchTable table = watched_.rows().table(wanted);
  const bool jumped = table.rows.empty() && table.total != 0;
  total_ = std::min(table.total, top_);
  if (jumped || (total_ != 0 && cursor_ >= total_)) {
    cursor_ = total_ - 1;
    first_ = cursor_ >= page_ ? cursor_ - page_ + 1 : 0;
    wanted.first = first_;
    wanted.most = std::min(page_, top_ - first_);
    table = watched_.rows().table(wanted);
  }
  std::vector<std::string> all = {cut(status(table, table.rows.size())), cut(second_line())};
  if (helps_) {
    for (const std::string_view line : kHelp) all.push_back(cut(std::string(line)));
    return all;
  }
  if (shows_record_) {
    for (std::string& line : watched_.rows().record(style)) all.push_back(cut(std::move(line)));
    return all;
  }
  const std::size_t rows = table.rows.size();
  std::vector<std::string> lines = with_columns(table, fitting(table, width)).lines(style);
  const std::size_t before = lines.size() - std::min(rows, lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string& line = lines[i];
    if (i >= before && !table.rows.empty()) {
      const std::size_t row = i - before;
      const bool at_cursor = first_ + row == cursor_ && cursor_ != 0;
      const std::string_view color = style.color ? color_of(table.rows[row].mark) : "";
      if (at_cursor || !color.empty())
        line = std::string(color) + (at_cursor ? "\x1b[7m" : "") + line + "\x1b[0m";
    }
    all.push_back(std::move(line));
  }
  return all;
}

}  // namespace bpfmaps::commands
