// SPDX-License-Identifier: BSD-2-Clause
#include "commands/watch/loop.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>

#include "base/number.h"
#include "base/text.h"
#include "base/time.h"
#include "commands/watch/screen_view.h"
#include "output/indent.h"

namespace bpfmaps::commands {
namespace {

using cli::Option;
using terminal::Event;

constexpr std::uint64_t kShortest = 1'000'000,
                        kLongest = 1'000'000'000'000'000;  // nanoseconds
constexpr int kNewsLooks = 5;                              // that news stay on the screen

bool is_screen(const output::Style& style) {
  const char* term = std::getenv("TERM");
  return style.is_table() && isatty(STDOUT_FILENO) == 1 && term != nullptr && *term != '\0' &&
         std::string_view(term) != "dumb";
}

class WatchLoop {
 public:
  WatchLoop(WatchSource& watched, const WatchOptions& asked, Context& context)
      : watched_(watched),
        asked_(asked),
        context_(context),
        out_(context.out),
        view_(watched, asked.interval_ns, asked.top) {}

  Status run() {
    const bool on_screen = !asked_.once && is_screen(context_.style);
    const int keys = isatty(STDIN_FILENO) == 1 ? STDIN_FILENO : STDOUT_FILENO;
    const auto waiter =
        TRY(terminal::Waiter::make({asked_.interval_ns, STDOUT_FILENO, on_screen ? keys : -1}));
    TRY(watched_.look());
    looked(realtime_ns());
    if (on_screen) screen_.emplace(out_, keys);
    redraw();
    for (std::uint64_t looks = 0; looks < asked_.count && out_.good();) {
      const Event event = waiter->wait();
      if (event == Event::end) return end(false);
      if (event == Event::tick) {
        if (!view_.is_paused() && TRY(look())) ++looks;
      } else if (event == Event::suspend) {
        screen_->suspend();
      } else {
        view_.act(event, *waiter);
      }
      redraw();
    }
    return end(true);
  }

 private:
  // True when there was something to show.
  Result<bool> look() {
    const std::uint64_t now = realtime_ns();
    if (Status seen = watched_.look(); !seen) {
      const Error& error = seen.error();
      const bool waits = error.kind == Kind::not_found && screen_;
      if (!waits && error.kind != Kind::incomplete) return fail(error);
      tell(error.subject + ": " + error.message() + (waits ? ": waiting for it" : ""), 1);
      return false;
    }
    looked(now);
    if (std::string news = watched_.news(); !news.empty()) tell(std::move(news), kNewsLooks);
    if (!screen_) print();
    return true;
  }

  void looked(std::uint64_t now) {
    looked_at_ = now;
    view_.looked(now);
  }

  void tell(std::string news, int looks) {
    if (!screen_) return context_.remark(news);
    view_.tell(std::move(news), looks);
  }

  void print() {
    const std::string ts = rfc3339_ms(looked_at_);
    const output::Style& style = context_.style;
    if (style.is_csv()) {
      out_.write(watched_.rows().csv(ts, asked_.top, style.headings && !printed_));
    } else if (style.is_lines()) {
      out_.write(watched_.rows().lines(ts, asked_.top));
    } else if (style.is_document()) {
      print_elements(watched_.rows().lines(ts, asked_.top));
    } else {
      print_block(ts);
    }
    printed_ = true;
    out_.flush();
  }

  // Lines of JSON as elements of the one array.
  void print_elements(std::string_view lines) {
    if (!printed_) out_.write("[");
    for (std::size_t at = 0; at < lines.size();) {
      const std::size_t end = lines.find('\n', at);
      out_.write(elements_++ == 0 ? "\n" : ",\n");
      const std::string_view line = lines.substr(at, end - at);
      out_.write(context_.style.is_pretty() ? "  " + output::indented(line, 1) : std::string(line));
      at = end + 1;
    }
  }

  void print_block(const std::string& ts) {
    if (printed_) out_.write("\n");
    out_.write(ts + "  " + terminal_safe(watched_.title()) + "\n");
    const output::Table table = rows(false);
    if (!table.is_empty()) table.print(out_, context_.style);
  }

  output::Table rows(bool still) {
    WatchTable shown = watched_.rows().table({.most = asked_.top, .still = still});
    output::Table table(std::move(shown.headings));
    for (WatchTable::Row& row : shown.rows) table.add(std::move(row.cells));
    return table;
  }

  // `counted`: as many looks as were asked for were taken, and the last screen stays.
  Status end(bool counted) {
    // What was interrupted is not whole, and stays open.
    if (context_.style.is_document() && counted) out_.write(elements_ == 0 ? "]\n" : "\n]\n");
    if (!screen_) return {};
    const terminal::ScreenSize size = screen_->size();
    screen_.reset();
    if (!counted || !asked_.ends()) return {};
    std::vector<std::string> lines = view_.lines(size, context_.style);
    if (lines.size() > 1) lines.erase(lines.begin() + 1);  // its keys mean nothing any more
    for (const std::string& line : lines) out_.write(line + "\n");
    out_.flush();
    return {};
  }

  void redraw() {
    if (screen_) screen_->draw(view_.lines(screen_->size(), context_.style));
  }

  WatchSource& watched_;
  const WatchOptions& asked_;
  Context& context_;
  output::Writer& out_;
  ScreenView view_;
  std::optional<terminal::Screen> screen_;
  std::uint64_t looked_at_ = 0;  // nanoseconds since 1970
  std::uint64_t elements_ = 0;   // of the array, so far
  bool printed_ = false;         // a look was
};

Result<std::uint64_t> interval_from(const std::string& text) {
  const auto ns = parse_duration_ns(text);
  if (ns && *ns >= kShortest && *ns <= kLongest) return *ns;
  return fail(Error::usage("--interval: `" + text + "` is no time between two looks",
                           "from 1ms to 1000000s, as in 2, 0.5, 500ms or 1m"));
}

}  // namespace

Result<WatchOptions> watch_options(const cli::Request& request, const output::Style& style) {
  WatchOptions asked{.once = request.has(Option::once)};
  if (asked.once && request.has(Option::count))
    return fail(
        Error::usage("--once and --count ask for different numbers of looks", "give one of them"));
  if (!style.is_table() && !style.is_lines() && !asked.once && !request.has(Option::count))
    return fail(Error::usage("this goes on until it is ended, and that form has an end",
                             "--once and --count N end it; --jsonl prints one JSON "
                             "object to a line"));
  if (request.has(Option::interval))
    asked.interval_ns = TRY(interval_from(request.value(Option::interval)));
  if (request.has(Option::top)) asked.top = *parse_u64(request.value(Option::top));
  if (request.has(Option::count)) asked.count = *parse_u64(request.value(Option::count));
  if (asked.once) asked.count = 1;
  if (asked.count == 0) return fail(Error::usage("--count must be at least 1"));
  return asked;
}

Status run_watch_loop(WatchSource& watched, const WatchOptions& asked, Context& context) {
  return WatchLoop(watched, asked, context).run();
}

}  // namespace bpfmaps::commands
