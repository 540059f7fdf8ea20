// SPDX-License-Identifier: BSD-2-Clause
// Tables on narrow terminals: columns go by rank, texts are shortened, numbers are whole.
#include "output/fit.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "base/text.h"
#include "output/record.h"
#include "unit/output/printed.h"

namespace bpfmaps::output {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Fit, columns_of_the_greatest_rank_are_left_out_first) {
  const FitColumn columns[] = {{.natural = 5, .least = 5},
                               {.natural = 10, .least = 10, .rank = 2},
                               {.natural = 10, .least = 10, .rank = 1},
                               {.natural = 3, .least = 3, .rank = 3}};
  EXPECT_THAT(fit(columns, 0), ElementsAre(5, 10, 10, 3));
  EXPECT_THAT(fit(columns, 34), ElementsAre(5, 10, 10, 3));
  EXPECT_THAT(fit(columns, 33), ElementsAre(5, 10, 10, 0));
  EXPECT_THAT(fit(columns, 28), ElementsAre(5, 0, 10, 3));  // what has room is shown
  EXPECT_THAT(fit(columns, 5), ElementsAre(5, 0, 0, 0));
}

TEST(Fit, texts_share_what_is_left_and_shrink_before_anything_is_too_wide) {
  const FitColumn columns[] = {{.natural = 8, .least = 8},
                               {.natural = 40, .least = 12, .may_shrink = true},
                               {.natural = 14, .least = 12, .may_shrink = true}};
  EXPECT_THAT(fit(columns, 50), ElementsAre(8, 24, 14));
  EXPECT_THAT(fit(columns, 30), ElementsAre(8, 9, 9));
  EXPECT_THAT(fit(columns, 21), ElementsAre(8, 11, 0));
  EXPECT_THAT(fit(columns, 5), ElementsAre(8, 0, 0));  // a number is whole
}

TEST(Fit, paths_are_shortened_in_the_middle_and_texts_at_their_end) {
  EXPECT_EQ(shortened("/sys/fs/bpf/xdp/stats", 21, {}), "/sys/fs/bpf/xdp/stats");
  EXPECT_EQ(shortened("/sys/fs/bpf/xdp/stats", 16, {}), "/sys/…/xdp/stats");
  EXPECT_EQ(shortened("/sys/fs/bpf/xdp/stats", 16, {.ascii = true}), "/sys/~/xdp/stats");
  EXPECT_EQ(shortened("cgroup_sock_addr", 10, {}), "cgroup_so…");
  EXPECT_LE(display_width(shortened("/日本語/日本語/x", 9, {})), 9u);
}

TEST(Fit, lists_lose_whole_elements) {
  EXPECT_EQ(shortened_list("1234,5678,9", 11, {}), "1234,5678,9");
  EXPECT_EQ(shortened_list("1234,5678,91", 11, {}), "1234,5678,…");
  EXPECT_EQ(shortened_list("1234,5678,9", 10, {}), "1234,…");
  EXPECT_EQ(shortened_list("1234,5678,9", 9, {}), "1234,…");
  EXPECT_EQ(shortened_list("/sys/fs/bpf/a/long/one,/b", 16, {}), "/sys…/long/one,…");
}

std::vector<Record> two() {
  return {Record()
              .add("id", 65536u)
              .add("name", "a_name_that_is_rather_long_for_a_table")
              .add("entries", 4294967295u)
              .add("pinned", Value::List{"/sys/fs/bpf/some/where/deep/down/there"}),
          Record().add("id", 7u).add("name", "b").add("entries", 1u)};
}
const std::vector<Column> kColumns = {{"id", "id", Column::Kind::number},
                                      {"name", "name"},
                                      {"entries", "entries", Column::Kind::number, 2},
                                      {"pinned", "pinned", Column::Kind::texts, 1}};

TEST(Fit, no_width_cuts_a_number_or_a_line) {
  for (int width = 1; width < 100; ++width) {
    std::vector<std::string> dropped;
    const std::string text = printed(
        [&](Writer& out) { dropped = print_list(out, {.width = width}, two(), kColumns, ""); });
    EXPECT_THAT(text, HasSubstr("65536")) << width;
    const bool has_entries = std::ranges::find(dropped, "entries") == dropped.end();
    EXPECT_EQ(text.find("4294967295") != std::string::npos, has_entries) << width;
    if (width < 20) continue;
    for (const std::string_view line : split(text, '\n'))
      EXPECT_LE(display_width(line), static_cast<std::size_t>(width)) << line;
  }
}

TEST(Fit, nothing_is_left_out_where_there_is_no_terminal) {
  std::vector<std::string> dropped;
  const std::string text =
      printed([&](Writer& out) { dropped = print_list(out, {}, two(), kColumns, ""); });
  EXPECT_THAT(dropped, IsEmpty());
  EXPECT_THAT(text, Not(HasSubstr("…")));
}

}  // namespace
}  // namespace bpfmaps::output
