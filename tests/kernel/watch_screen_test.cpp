// SPDX-License-Identifier: BSD-2-Clause
// map watch on a terminal: what it draws, what keys do, and the terminal afterwards.
#include <gmock/gmock.h>
#include <signal.h>

#include <cstdio>

#include "base/text.h"
#include "kernel/fixture.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"
#include "support/running.h"
#include "support/sanitized.h"

namespace bpfmaps::test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A counter map "stats", watched on a terminal; entry N grows N times as fast as entry 1.
class WatchScreenTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    done("map create " + pin("stats") + " type hash key u32 value u64 entries 64");
    map = Fd(must(bpf_obj_get(pin("stats").c_str()), "open"));
    beat();
  }
  void start(const std::string& options = "", int rows = 24) {
    watch.emplace("map watch " + pin("stats") + " --interval 0.05 " + options, On::terminal, rows);
  }
  /// Waits for a frame that shows `text`, while the counters grow.
  testing::AssertionResult shows(const std::string& text) {
    if (watch->shows(text, [this] { beat(); })) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "not on the screen: " << text << "\n" << watch->screen();
  }
  /// Waits for a frame that shows `parts` in this order. A look may fall into the midst of beat().
  testing::AssertionResult shows_in_order(const std::vector<std::string>& parts) {
    const auto there = [&](const std::string&) {
      const std::string screen = watch->screen();
      std::size_t at = 0;
      for (const std::string& part : parts)
        if ((at = screen.find(part, at)) == screen.npos) return false;
      return true;
    };
    if (watch->wait_for(there, [this] { beat(); })) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "not in order:\n" << watch->screen();
  }
  void beat() {
    ++beats;
    for (std::uint32_t key = 1; key <= 9; ++key) put(map.get(), key, beats * key * 1000);
  }
  bool is_cooked() const { return (watch->modes().c_lflag & (ICANON | ECHO)) == (ICANON | ECHO); }

  Fd map;
  std::uint64_t beats = 0;
  std::optional<Running> watch;
};

TEST_F(WatchScreenTest, draws_the_fastest_first) {
  start();
  EXPECT_TRUE(shows_in_order(
      {pin("stats") + ": 9 entries, 9 changed", "*value/s", "\n  9 ", "\n  8 ", "\n  1 "}));
  EXPECT_FALSE(is_cooked());
}

TEST_F(WatchScreenTest, fits_the_terminal_whatever_its_size) {
  start("", 8);
  ASSERT_TRUE(shows("*value/s"));
  EXPECT_EQ(split(watch->screen(), '\n').size(), 8U) << watch->screen();
  watch->resize(5, 20);
  ASSERT_TRUE(shows("…"));
  const std::string screen = watch->screen();
  const auto lines = split(screen, '\n');
  EXPECT_LE(lines.size(), 5U) << screen;
  for (const std::string_view line : lines) EXPECT_LE(display_width(line), 20U) << line;
  watch->resize(1, 1);
  watch->resize(30, 100);
  EXPECT_TRUE(shows("\n  1 "));
}

TEST_F(WatchScreenTest, keys_choose_the_column_and_pause) {
  start();
  ASSERT_TRUE(shows("*value/s"));
  watch->type("\x1b[D");
  EXPECT_TRUE(shows(" *value "));
  watch->type("\x1b[D");
  ASSERT_TRUE(shows_in_order({"*key", "\n   1 ", "\n   2 ", "\n   9 "}));
  watch->type("\x1b[D");
  EXPECT_TRUE(shows("*value/s")) << "from the first to the last";
  watch->type("\x1b[C");
  EXPECT_TRUE(shows("*key"));
  watch->type(" ");
  EXPECT_TRUE(shows("PAUSED"));
  watch->type(" ");
  EXPECT_TRUE(watch->wait_for(
      [&](const auto&) { return watch->screen().find("PAUSED") == std::string::npos; }));
}

TEST_F(WatchScreenTest, says_which_rows_it_shows_and_scrolls) {
  start("", 8);
  ASSERT_TRUE(shows("rows 1-5 of 9  by *value/s"));
  watch->type("\x1b[6~");
  EXPECT_TRUE(shows("rows 2-6 of 9"));
  watch->type("\x1b[F");
  EXPECT_TRUE(shows_in_order({"rows 5-9 of 9", "\n  1 "}));
  watch->type("\x1b[H");
  EXPECT_TRUE(shows("rows 1-5 of 9"));
}

TEST_F(WatchScreenTest, turns_the_order_round) {
  start();
  ASSERT_TRUE(shows("*value/s"));
  watch->type("r");
  EXPECT_TRUE(shows_in_order({"^value/s", "\n  1 ", "\n  9 "}));
}

TEST_F(WatchScreenTest, edits_the_expression) {
  start();
  ASSERT_TRUE(shows("9 changed"));
  watch->type("/key >= q");
  ASSERT_TRUE(shows("where: key >= q_"));
  watch->type("\n");
  ASSERT_TRUE(shows("--where")) << "and says what is wrong with it";
  watch->type(
      "\x7f"
      "8\n");
  ASSERT_TRUE(shows("of 2  by *value/s  where key >= 8"));
  watch->type("/\x1b");
  EXPECT_TRUE(shows("where key >= 8"));
  watch->type("/\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\n");
  EXPECT_TRUE(shows("of 9  by"));
}

TEST_F(WatchScreenTest, opens_the_record_of_a_row) {
  start();
  ASSERT_TRUE(shows("*value/s"));
  watch->type("\x1b[B");
  watch->type("\n");
  EXPECT_TRUE(shows_in_order({"key    8", "value  ", "value/s  "}));
  watch->type("\n");
  EXPECT_TRUE(shows("*value/s"));
}

TEST_F(WatchScreenTest, hides_what_does_not_move_and_lists_its_keys) {
  start();
  ASSERT_TRUE(shows("of 9"));
  put(map.get(), std::uint32_t{40}, std::uint64_t{1});
  ASSERT_TRUE(shows("of 10"));
  watch->type("z");
  EXPECT_TRUE(shows("of 9  by *value/s  moving"));
  watch->type("?");
  EXPECT_TRUE(shows("hide what does not move"));
  watch->type("x");
  EXPECT_TRUE(shows("of 9"));
  watch->type("+");
  EXPECT_TRUE(shows("a look every 100 ms"));
}

TEST_F(WatchScreenTest, draws_the_last_looks) {
  start();
  EXPECT_TRUE(shows("last looks"));
  EXPECT_TRUE(shows("█"));
}

TEST_F(WatchScreenTest, the_last_screen_of_a_count_stays) {
  start("--count 3");
  EXPECT_EQ(watch->end(), 0) << watch->err();
  const std::string out = watch->out();
  const std::size_t left = out.rfind("\x1b[?1049l");
  ASSERT_NE(left, out.npos);
  EXPECT_THAT(out.substr(left), testing::AllOf(HasSubstr("9 entries"), HasSubstr("of 9")));
}

TEST_F(WatchScreenTest, the_sorted_column_is_always_in_view) {
  start("--sort value", 24);
  watch->resize(24, 24);
  EXPECT_TRUE(shows("*value"));
}

TEST_F(WatchScreenTest, gives_the_terminal_back_whatever_ends_it) {
  const auto keys = [this](const char* typed) { return [this, typed] { watch->type(typed); }; };
  const auto signal = [this](int number) { return [this, number] { watch->signal(number); }; };
  for (const std::function<void()>& end :
       {std::function<void()>(keys("q")), std::function<void()>(keys("\x03")),
        std::function<void()>(signal(SIGTERM)), std::function<void()>(signal(SIGHUP)),
        std::function<void()>(signal(SIGQUIT))}) {
    start();
    ASSERT_TRUE(shows("9 entries"));
    ASSERT_FALSE(is_cooked());
    end();
    EXPECT_EQ(watch->end(), 0) << watch->err();
    EXPECT_TRUE(is_cooked());
    EXPECT_TRUE(watch->out().ends_with("\x1b[?7h\x1b[?25h\x1b[?1049l")) << watch->out();
  }
}

TEST_F(WatchScreenTest, gives_it_back_when_it_is_killed) {
  // AddressSanitizer has its own way with SIGSEGV.
  for (const int deadly : {SIGKILL, kSanitized ? SIGKILL : SIGSEGV}) {
    start();
    ASSERT_TRUE(shows("9 changed"));
    watch->signal(deadly);
    EXPECT_EQ(watch->end(), 128 + deadly);
    EXPECT_TRUE(is_cooked());
    EXPECT_TRUE(watch->out().ends_with("\x1b[?7h\x1b[?25h\x1b[?1049l"));
  }
}

TEST_F(WatchScreenTest, leaves_modes_alone_that_somebody_else_has_set) {
  start();
  ASSERT_TRUE(shows("9 changed"));
  watch->signal(SIGSTOP);
  watch->change_modes([](termios& modes) { modes.c_iflag &= ~static_cast<tcflag_t>(ICRNL); });
  watch->signal(SIGKILL);
  EXPECT_EQ(watch->end(), 128 + SIGKILL);
  EXPECT_FALSE(is_cooked());
}

TEST_F(WatchScreenTest, gives_it_back_with_an_error_behind_it) {
  start("--counters value");
  ASSERT_TRUE(shows("9 entries"));
  // The map that takes its place has text there.
  done("map create " + pin("other") + " type hash key u32 value char[16] entries 8");
  ASSERT_EQ(std::rename(pin("other").c_str(), pin("stats").c_str()), 0);
  EXPECT_EQ(watch->end(), 2);
  EXPECT_TRUE(is_cooked());
  EXPECT_THAT(watch->err(), HasSubstr("--counters"));
}

TEST_F(WatchScreenTest, is_stopped_and_goes_on) {
  start();
  ASSERT_TRUE(shows("9 entries"));
  watch->type("\x1a");
  ASSERT_TRUE(watch->wait_for([&](const auto&) { return is_cooked(); }));
  ASSERT_TRUE(
      watch->wait_for([&](const auto&) { return !is_cooked(); }, [&] { watch->signal(SIGCONT); }));
  EXPECT_TRUE(shows("9 changed"));
}

TEST_F(WatchScreenTest, waits_for_a_pin_that_is_gone) {
  start();
  ASSERT_TRUE(shows("9 changed"));
  done("pin rm " + pin("stats"));
  ASSERT_TRUE(shows("waiting for it"));
  done("map create " + pin("stats") + " type hash key u32 value u64 entries 64");
  const std::uint32_t before = map_id(map.get());
  map = Fd(must(bpf_obj_get(pin("stats").c_str()), "open"));
  EXPECT_TRUE(shows("map id " + std::to_string(before) + " was replaced by map id " +
                    std::to_string(map_id(map.get()))));
  EXPECT_TRUE(shows("9 changed"));
}

TEST_F(WatchScreenTest, once_and_dumb_terminals_get_blocks) {
  start("--once");
  EXPECT_EQ(watch->end(), 0);
  EXPECT_THAT(watch->out(), Not(HasSubstr("\x1b[?1049h")));
  EXPECT_THAT(watch->out(), HasSubstr("9 entries, 0 changed"));
}

}  // namespace
}  // namespace bpfmaps::test
