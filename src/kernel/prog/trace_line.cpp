// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/prog/trace_line.h"

#include <algorithm>
#include <utility>

#include "base/number.h"

namespace bpfmaps::kernel {
namespace {

constexpr std::string_view kEvent = "bpf_trace_printk: ";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// The word at the front of `text`, which is taken off with the blanks behind it.
std::string_view take_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  text = text.substr(std::min(text.find_first_not_of(' '), text.size()));
  return word;
}

// An event of any kind: what stands in front of its name, and what follows its time.
struct Event {
  TraceLine head;
  std::string_view rest;
};

// "7148.666760:"; the clocks that count something else have no point.
std::optional<double> time_of(std::string_view word) {
  if (!word.ends_with(':')) return {};
  word.remove_suffix(1);
  if (word.empty() || !is_digit(word.front())) return {};
  return parse_double(word);
}

// "ping-1234", with the thread group behind it where the option record-tgid is set.
bool read_task(std::string_view task, TraceLine& head) {
  task = trimmed(task);
  if (task.ends_with(')')) task = trimmed(task.substr(0, task.rfind('(')));
  const std::size_t dash = task.rfind('-');
  const auto pid = dash == task.npos ? std::nullopt : parse_u64(task.substr(dash + 1));
  if (!pid || *pid > UINT32_MAX) return false;
  head.comm = task.substr(0, dash);
  head.pid = static_cast<std::uint32_t>(*pid);
  return true;
}

// "  ping-1234  [001] b..11  7148.666760: bpf_trace_printk: hello": tasks may be called anything,
// so the first bracket that a CPU's number stands in is looked for.
std::optional<Event> read_event(std::string_view line) {
  for (std::size_t open = line.find(" ["); open != line.npos; open = line.find(" [", open + 1)) {
    const std::size_t close = line.find(']', open);
    if (close == line.npos) return {};
    const std::string_view digits = line.substr(open + 2, close - open - 2);
    if (digits.empty() || !std::ranges::all_of(digits, is_digit)) continue;
    std::string_view rest = trimmed(line.substr(close + 1));
    auto seconds = time_of(take_word(rest));
    if (!seconds) seconds = time_of(take_word(rest));  // the first were flags (irq-info)
    Event event;
    const auto cpu =
        parse_u64(digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1)));
    if (!seconds || !cpu || !read_task(line.substr(0, open), event.head)) continue;
    event.head.seconds = *seconds;
    event.head.cpu = static_cast<std::uint32_t>(*cpu);
    event.rest = rest;
    return event;
  }
  return {};
}

// "CPU:1 [LOST 123 EVENTS]"
std::optional<std::uint64_t> lost_events(std::string_view line) {
  constexpr std::string_view kLost = "[LOST ", kEnd = " EVENTS]";
  const std::size_t at = line.find(kLost);
  if (!line.starts_with("CPU:") || at == line.npos || !line.ends_with(kEnd)) return {};
  return parse_u64(line.substr(at + kLost.size(), line.size() - at - kLost.size() - kEnd.size()));
}

}  // namespace

void TraceReader::feed(std::string_view piece) {
  rest_ += piece;
  std::size_t at = 0;
  for (std::size_t end = 0; (end = rest_.find('\n', at)) != rest_.npos; at = end + 1)
    line(std::string_view(rest_).substr(at, end - at));
  rest_.erase(0, at);
}

void TraceReader::line(std::string_view text) {
  if (const auto lost = lost_events(text)) {
    flush();
    lost_(*lost);
  } else if (auto event = read_event(text)) {
    flush();
    if (!event->rest.starts_with(kEvent)) return;
    event->head.text = event->rest.substr(kEvent.size());
    last_ = std::move(event->head);
  } else if (last_ && !text.starts_with("##### CPU ")) {
    last_->text.append("\n").append(text);
  }
}

void TraceReader::flush() {
  if (!last_) return;
  while (last_->text.ends_with('\n')) last_->text.pop_back();
  take_(*std::exchange(last_, std::nullopt));
}

}  // namespace bpfmaps::kernel
