// SPDX-License-Identifier: BSD-2-Clause
// --time: which fields may be times, and how they look in every form.
#include "layout/times.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <cstring>
#include <ctime>
#include <optional>

#include "layout/rows.h"
#include "unit/layout/types.h"

namespace bpfmaps::layout {
namespace {

using output::Form;
using output::Style;
using ::testing::HasSubstr;
using testing::Types;

constexpr std::uint64_t kSecond = 1'000'000'000;
// 2026-11-29 10:00:00 UTC; the machine was started an hour before, and slept for ten minutes.
constexpr ClockTimes kNow{.mono = 3000 * kSecond,
                          .boot = 3600 * kSecond,
                          .tai = 1'795'946'400ull * kSecond + 37 * kSecond,
                          .wall = 1'795'946'400ull * kSecond};

struct Seen {
  std::uint64_t seen, packets;
};

class TimesTest : public ::testing::Test {
 protected:
  TimesTest() {
    setenv("TZ", "UTC", 1);
    tzset();
    layout_.emplace(types_.layout(types_.structure(
        "s", 16,
        {{"seen", types_.integer("__u64", 8), 0}, {"packets", types_.integer("__u64", 8), 64}})));
    times_.settle(kNow);
  }

  std::string shown(std::uint64_t seen, Form form) {
    const Seen value{seen, 7};
    RowSpec spec{.value = &*layout_};
    spec.times = &times_;
    spec.single = true;
    const auto rows = make_rows(spec, {.form = form});
    Buffer text;
    const Entries one{
        .values = reinterpret_cast<const unsigned char*>(&value), .count = 1, .value_stride = 16};
    rows->begin(one, false, text);
    rows->append(one, text);
    rows->finish(true, text);
    return std::string(text.text());
  }

  std::string error(std::string_view word) {
    const Status added = times_.add({.value = &*layout_}, word);
    return added ? "" : added.error().context;
  }

  Types types_;
  std::optional<Layout> layout_;
  Times times_;
};

TEST_F(TimesTest, tables_show_a_clock_time_and_an_age) {
  ASSERT_EQ(error("seen"), "");
  EXPECT_EQ(shown(2998 * kSecond, Form::table),
            "seen               packets\n09:59:58, 2 s ago        7\n");
  EXPECT_THAT(shown(3000 * kSecond - 850'000'000, Form::table), HasSubstr("09:59:59, 850 ms ago"));
  EXPECT_THAT(shown(3060 * kSecond, Form::table), HasSubstr("10:01:00, in 1 min"));
  EXPECT_THAT(shown(0, Form::table), HasSubstr("never"));
}

TEST_F(TimesTest, programs_get_rfc_3339_and_no_time_where_there_is_none) {
  ASSERT_EQ(error("seen"), "");
  EXPECT_EQ(shown(2998 * kSecond + 250'000'000, Form::jsonl),
            "{\"value\":{\"seen\":\"2026-11-29T09:59:58.250+00:00\",\"packets\":7}}\n");
  EXPECT_EQ(shown(0, Form::jsonl), "{\"value\":{\"seen\":null,\"packets\":7}}\n");
  EXPECT_EQ(shown(2998 * kSecond, Form::csv), "seen,packets\n2026-11-29T09:59:58.000+00:00,7\n");
  EXPECT_EQ(shown(0, Form::csv), "seen,packets\n,7\n");
}

TEST_F(TimesTest, each_clock_has_its_own_beginning) {
  for (const auto& [clock, time] : {std::pair{"boot", kNow.boot - 60 * kSecond},
                                    {"tai", kNow.tai - 60 * kSecond},
                                    {"wall", kNow.wall - 60 * kSecond}}) {
    times_ = {};
    times_.settle(kNow);
    ASSERT_EQ(error(std::string("seen=") + clock), "");
    EXPECT_THAT(shown(time, Form::table), HasSubstr("09:59:00, 1 min ago")) << clock;
  }
}

TEST_F(TimesTest, what_happened_on_another_day_has_its_date) {
  ASSERT_EQ(error("seen=wall"), "");
  EXPECT_THAT(shown(kNow.wall - 90'000 * kSecond, Form::table),
              HasSubstr("2026-11-28 09:00:00, 1 d 1 h ago"));
}

TEST_F(TimesTest, any_number_is_written_within_bounds) {
  for (const char* clock : {"mono", "boot", "tai", "wall"}) {
    times_ = {};
    times_.settle(kNow);
    ASSERT_EQ(error(std::string("seen=") + clock), "");
    for (const std::uint64_t time : {std::uint64_t{1}, UINT64_MAX, UINT64_MAX / 2})
      for (const Form form : {Form::table, Form::jsonl, Form::csv})
        EXPECT_LT(shown(time, form).size(), 120u);
  }
}

TEST_F(TimesTest, words_that_make_no_sense_are_refused) {
  EXPECT_THAT(error("seen=utc"), HasSubstr("there is no clock `utc`"));
  EXPECT_THAT(error("sen"), HasSubstr("there is no field `sen`"));
  EXPECT_THAT(error("value"), HasSubstr("is no time"));
}

}  // namespace
}  // namespace bpfmaps::layout
