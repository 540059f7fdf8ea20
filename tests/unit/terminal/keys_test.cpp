// SPDX-License-Identifier: BSD-2-Clause
// Keys as terminals send them: whole, in pieces, in both modes, among keys that mean nothing.
#include <gmock/gmock.h>

#include "terminal/wait.h"

namespace bpfmaps::terminal {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::deque<Event> events_of(std::initializer_list<std::string_view> pieces) {
  Keys keys;
  std::deque<Event> events;
  std::deque<char> typed;
  for (const std::string_view piece : pieces) keys.feed(piece, events, typed);
  return events;
}

std::string text_of(std::string_view bytes) {
  Keys keys;
  keys.take_text(true);
  std::deque<Event> events;
  std::deque<char> typed;
  keys.feed(bytes, events, typed);
  return {typed.begin(), typed.end()};
}

TEST(KeysTest, are_read) {
  EXPECT_THAT(events_of({"q"}), ElementsAre(Event::end));
  EXPECT_THAT(events_of({" "}), ElementsAre(Event::pause));
  EXPECT_THAT(events_of({"\x1b[C\x1b[D"}), ElementsAre(Event::right, Event::left));
  EXPECT_THAT(events_of({"\x1bOC\x1bOD"}), ElementsAre(Event::right, Event::left));
}

TEST(KeysTest, go_through_rows) {
  EXPECT_THAT(events_of({"\x1b[A\x1b[B\x1b[5~\x1b[6~"}),
              ElementsAre(Event::up, Event::down, Event::page_up, Event::page_down));
  EXPECT_THAT(events_of({"\x1b[H\x1b[F\x1b[1~\x1b[4~\x1bOH"}),
              ElementsAre(Event::home, Event::last, Event::home, Event::last, Event::home));
  EXPECT_THAT(events_of({"\n\r"}), ElementsAre(Event::enter, Event::enter));
}

TEST(KeysTest, letters_are_letters_while_a_text_is_typed) {
  EXPECT_EQ(text_of("packets > 1 && q"), "packets > 1 && q");
  EXPECT_EQ(text_of("\x1b[Ab\x1b"), "b");
  EXPECT_THAT(events_of({"r?"}), ElementsAre(Event::typed, Event::typed));
}

TEST(KeysTest, a_slash_begins_a_text) {
  EXPECT_THAT(events_of({"/q "}), ElementsAre(Event::typed, Event::typed, Event::typed));
}

TEST(KeysTest, escape_alone_ends_a_text) {
  Keys keys;
  keys.take_text(true);
  std::deque<Event> events;
  std::deque<char> typed;
  keys.feed("\x1b", events, typed);
  keys.feed("x", events, typed);
  EXPECT_THAT(events, ElementsAre(Event::escape, Event::typed));
}

TEST(KeysTest, may_come_in_pieces) {
  EXPECT_THAT(events_of({"\x1b", "[", "C"}), ElementsAre(Event::right));
  EXPECT_THAT(events_of({"\x1b[1;", "5D"}), ElementsAre(Event::left));
}

TEST(KeysTest, that_mean_nothing_do_nothing) {
  EXPECT_THAT(events_of({"\t\x1b[15~\x1b[2~\x1b[Z"}), IsEmpty());
  // Alt-q is no q; the q behind an escape that was not the start of a sequence is.
  EXPECT_THAT(events_of({"\x1bq"}), IsEmpty());
  EXPECT_THAT(events_of({"\x1b", "\x1bqq"}), ElementsAre(Event::end));
}

}  // namespace
}  // namespace bpfmaps::terminal
