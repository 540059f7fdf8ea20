// SPDX-License-Identifier: BSD-2-Clause
#include "layout/times.h"

#include <cstring>

#include "base/human.h"
#include "layout/fields.h"
#include "layout/program.h"

namespace bpfmaps::layout {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000, kDay = 86'400 * kSecond;

struct Word {
  std::string_view field, clock;
};

Word split_word(std::string_view word) {
  const std::size_t at = word.rfind('=');
  if (at == word.npos) return {word, "mono"};
  return {word.substr(0, at), word.substr(at + 1)};
}

// The time that `field` is, or that its elements are; null where it is none.
const Node* time_in(const Field& field) {
  const Node* node = &field.node();
  if (node->shape == Shape::array && !node->is_leaf()) node = &node->children[0];
  const bool is_time = node->shape == Shape::unsigned_int && node->is_countable() &&
                       node->size == 8 && node->bits == 0;
  return is_time ? node : nullptr;
}

char* write_text(char* to, std::string_view text) {
  std::memcpy(to, text.data(), text.size());
  return to + text.size();
}

// Below a second as it is; else whole seconds, which is what the clock time beside it has.
char* write_age(char* to, std::uint64_t ns, bool ascii) {
  return write_human_duration(to, ns < kSecond ? ns : ns / kSecond * kSecond, ascii);
}

}  // namespace

Result<Clock> clock_from_name(std::string_view name) {
  if (name == "mono") return Clock::mono;
  if (name == "boot") return Clock::boot;
  if (name == "tai") return Clock::tai;
  if (name == "wall") return Clock::wall;
  return fail(Error::usage("there is no clock `" + std::string(name) + "`",
                           "the clocks are mono (bpf_ktime_get_ns), boot, tai and wall"));
}

std::uint64_t time_of(const ClockTimes& times, Clock clock) {
  switch (clock) {
    case Clock::mono: return times.mono;
    case Clock::boot: return times.boot;
    case Clock::tai: return times.tai;
    case Clock::wall: return times.wall;
  }
  return 0;
}

Status Times::add(const RowSpec& spec, std::string_view word) {
  const auto [name, clock_name] = split_word(word);
  const Clock clock = TRY(clock_from_name(clock_name));
  const Field field = TRY(find_field(spec, name));
  const Node* node = time_in(field);
  if (node == nullptr) return fail(field.ref().wrong("is no time: that is 64 bits of nanoseconds"));
  if (name.ends_with(']'))
    return fail(Error::usage("an element alone cannot be shown as a time",
                             "name the array: all of its elements are times then"));
  fields_.emplace_back(node, clock);
  return {};
}

void Times::add_shown(const RowSpec& spec, std::string_view word) {
  const auto [name, clock_name] = split_word(word);
  const auto clock = clock_from_name(clock_name);
  const auto field = find_field(spec, name);
  if (!clock || !field) return;
  if (const Node* node = time_in(*field)) fields_.emplace_back(node, *clock);
}

std::optional<Clock> Times::clock_of(const Node& node) const {
  for (const auto& [field, clock] : fields_)
    if (field == &node) return clock;
  return {};
}

std::uint64_t Times::wall_ns(std::uint64_t time, Clock clock) const {
  const std::uint64_t since_1970 = now_.wall - time_of(now_, clock);
  std::uint64_t wall = 0;
  return __builtin_add_overflow(time, since_1970, &wall) && now_.wall >= time_of(now_, clock)
             ? UINT64_MAX
             : wall;
}

char* Times::write(char* to, std::uint64_t time, Clock clock, const Dialect& dialect) const {
  const bool for_people = dialect.text == Dialect::Text::terminal;
  if (time == 0)
    return for_people                            ? write_text(to, "never")
           : dialect.text == Dialect::Text::json ? write_text(to, "null")
                                                 : to;
  const std::uint64_t wall = wall_ns(time, clock);
  if (!for_people) {
    if (dialect.text == Dialect::Text::json) *to++ = '"';
    to = write_rfc3339_ms(to, wall);
    if (dialect.text == Dialect::Text::json) *to++ = '"';
    return to;
  }
  const std::uint64_t now = time_of(now_, clock);
  const std::uint64_t apart = time > now ? time - now : now - time;
  to = write_clock_time(to, wall, apart >= kDay);
  if (time > now) return write_age(write_text(to, ", in "), apart, dialect.ascii);
  return write_text(write_age(write_text(to, ", "), apart, dialect.ascii), " ago");
}

}  // namespace bpfmaps::layout
