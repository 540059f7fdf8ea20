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
#include "terminal/screen.h"
#include "terminal/wait.h"

namespace bpfmaps::commands {
namespace {

using cli::Option;
using terminal::Event;

constexpr double kShortest = 0.001, kLongest = 1e6;  // seconds
constexpr int kNewsLooks = 5;                        // that news stay on the screen
constexpr std::string_view kKeys = "q quit   space pause   \u2190 \u2192 sort";

bool is_screen(const output::Style& style) {
  const char* term = std::getenv("TERM");
  return style.is_table() && isatty(STDOUT_FILENO) == 1 && term != nullptr && *term != '\0' &&
         std::string_view(term) != "dumb";
}

class WatchLoop {
 public:
  WatchLoop(WatchSource& watched, const WatchOptions& asked, Context& context)
      : watched_(watched), asked_(asked), context_(context), out_(context.out) {}

  Status run() {
    const bool on_screen = !asked_.once && is_screen(context_.style);
    const int keys = isatty(STDIN_FILENO) == 1 ? STDIN_FILENO : STDOUT_FILENO;
    const auto waiter =
        TRY(terminal::Waiter::make({asked_.interval_ns, STDOUT_FILENO, on_screen ? keys : -1}));
    TRY(watched_.look());
    looked_at_ = realtime_ns();
    if (on_screen) screen_.emplace(out_, keys);
    redraw();
    for (std::uint64_t looks = 0; looks < asked_.count && out_.good();) {
      switch (waiter->wait()) {
        case Event::end: return {};
        case Event::tick:
          if (!paused_ && TRY(look())) ++looks;
          break;
        case Event::pause: paused_ = !paused_; break;
        case Event::left: watched_.rows().move_sort(-1); break;
        case Event::right: watched_.rows().move_sort(1); break;
        case Event::suspend: screen_->suspend(); break;
        case Event::resize:
        case Event::ready: break;
      }
      redraw();
    }
    return {};
  }

 private:
  // True when there was something to show.
  Result<bool> look() {
    const std::uint64_t now = realtime_ns();
    if (Status looked = watched_.look(); !looked) {
      const Error& error = looked.error();
      const bool waits = error.kind == Kind::not_found && screen_;
      if (!waits && error.kind != Kind::incomplete) return fail(error);
      tell(error.subject + ": " + error.message() + (waits ? ": waiting for it" : ""));
      news_age_ = kNewsLooks;  // no longer true after the next look
      return false;
    }
    looked_at_ = now;
    if (news_age_++ == kNewsLooks) news_.clear();
    if (std::string news = watched_.news(); !news.empty()) tell(std::move(news));
    if (!screen_) print();
    return true;
  }

  void tell(std::string news) {
    if (!screen_) return context_.remark(news);
    news_ = rfc3339_ms(realtime_ns()).substr(11, 8) + "  " + terminal_safe(news);
    news_age_ = 0;
  }

  void print() {
    const std::string ts = rfc3339_ms(looked_at_);
    if (context_.style.is_lines()) {
      watched_.rows().print_lines(out_, ts, asked_.top);
    } else {
      if (!std::exchange(first_, false)) out_.write("\n");
      out_.write(ts + "  " + terminal_safe(watched_.title()) + "\n");
      const output::Table table = watched_.rows().table(asked_.top, false);
      if (!table.is_empty()) table.print(out_, context_.style);
    }
    out_.flush();
  }

  void redraw() {
    if (!screen_) return;
    const terminal::ScreenSize size = screen_->size();
    output::Style style = context_.style;
    style.width = size.columns;
    const auto width = static_cast<std::size_t>(size.columns);
    const std::string status = rfc3339_ms(looked_at_).substr(11, 8) + "  " +
                               terminal_safe(watched_.title()) + (paused_ ? "  PAUSED" : "");
    std::vector<std::string> lines = {
        output::cut_to_width(status, width),
        output::cut_to_width(news_.empty() ? std::string(kKeys) : news_, width)};
    constexpr int kAround = 3;  // two lines above, and the heading
    const auto rows = static_cast<std::uint64_t>(std::max(size.rows - kAround, 0));
    for (std::string& line : watched_.rows().table(std::min(rows, asked_.top), true).lines(style))
      lines.push_back(std::move(line));
    screen_->draw(lines);
  }

  WatchSource& watched_;
  const WatchOptions& asked_;
  Context& context_;
  output::Writer& out_;
  std::optional<terminal::Screen> screen_;
  std::uint64_t looked_at_ = 0;  // nanoseconds since 1970
  std::string news_;             // what the screen's second line says
  int news_age_ = 0;             // looks since then
  bool paused_ = false, first_ = true;
};

Result<std::uint64_t> interval_from(const std::string& text) {
  const auto seconds = parse_double(text);
  if (seconds && *seconds >= kShortest && *seconds <= kLongest)
    return static_cast<std::uint64_t>(*seconds * 1e9);
  return fail(Error::usage("--interval: `" + text + "` is no number of seconds",
                           "from 0.001 to 1000000, as in --interval 0.5"));
}

}  // namespace

Result<WatchOptions> watch_options(const cli::Request& request, const output::Style& style) {
  WatchOptions asked{.once = request.has(Option::once)};
  if (!style.is_table() && !style.is_lines())
    return fail(Error::usage("this goes on until it is ended, and has no form with an end",
                             "--jsonl prints one JSON object to a line"));
  if (asked.once && request.has(Option::count))
    return fail(
        Error::usage("--once and --count ask for different numbers of looks", "give one of them"));
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
