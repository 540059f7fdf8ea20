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
  for (const std::string_view piece : pieces) keys.feed(piece, events);
  return events;
}

TEST(KeysTest, are_read) {
  EXPECT_THAT(events_of({"q"}), ElementsAre(Event::end));
  EXPECT_THAT(events_of({" "}), ElementsAre(Event::pause));
  EXPECT_THAT(events_of({"\x1b[C\x1b[D"}), ElementsAre(Event::right, Event::left));
  EXPECT_THAT(events_of({"\x1bOC\x1bOD"}), ElementsAre(Event::right, Event::left));
}

TEST(KeysTest, may_come_in_pieces) {
  EXPECT_THAT(events_of({"\x1b", "[", "C"}), ElementsAre(Event::right));
  EXPECT_THAT(events_of({"\x1b[1;", "5D"}), ElementsAre(Event::left));
}

TEST(KeysTest, that_mean_nothing_do_nothing) {
  EXPECT_THAT(events_of({"x\n\t\x1b[A\x1b[5~\x1b[15~"}), IsEmpty());
  // Alt-q is no q; the q behind an escape that was not the start of a sequence is.
  EXPECT_THAT(events_of({"\x1bq"}), IsEmpty());
  EXPECT_THAT(events_of({"\x1b", "\x1bqq"}), ElementsAre(Event::end));
}

}  // namespace
}  // namespace bpfmaps::terminal
