// SPDX-License-Identifier: BSD-2-Clause
// Lists asked in the language of entries.
#include "commands/shared/record_rows.h"

#include <gmock/gmock.h>

#include "commands/shared/list_columns.h"
#include "layout/fields.h"
#include "layout/query.h"

namespace bpfmaps::commands {
namespace {

using output::Record;
using output::Value;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RecordRowsTest : public testing::Test {
 protected:
  /// The ids of the records for which `expression` holds.
  std::vector<int> ids(std::string_view expression) {
    const RecordRows rows(columns, records);
    const auto query = layout::Query::compile(rows.spec(), expression);
    if (!query) {
      ADD_FAILURE() << expression << ": " << query.error().message();
      return {};
    }
    const layout::Matcher matcher(*query);
    std::vector<int> fit;
    for (std::size_t i = 0; i < records.size(); ++i)
      if (matcher.fits(nullptr, rows.row(records[i]).data())) fit.push_back(static_cast<int>(i));
    return fit;
  }
  std::string refusal(std::string_view expression) {
    const RecordRows none(columns, {});
    const auto query = layout::Query::compile(none.spec(), expression);
    return query ? "taken" : query.error().message() + " | " + query.error().hint;
  }

  const std::vector<output::Column> columns = map_list_columns();
  const std::vector<Record> records = {
      Record()
          .add("id", 0u)
          .add("type", "hash")
          .add("name", "flows")
          .add("flags", 1u)
          .add("flag_names", Value::List{"no_prealloc"})
          .add("bytes_memlock", Value::Bytes{2'000'000})
          .add("entries", 90u)
          .add("fill", Value::Share{0.9})
          .add("pinned", Value::List{"/sys/fs/bpf/a", "/sys/fs/bpf/x/b"})
          .add("frozen", true),
      Record()
          .add("id", 1u)
          .add("type", "array")
          .add("name", "")
          .add("flag_names", Value::List{})
          .add("bytes_memlock", Value::Bytes{500})
          .add("entries", Value())
          .add("fill", Value())
          .add("pinned", Value::List{})
          .add("frozen", false),
      Record().add("id", 2u).add("type", "queue").add("name", "q").add("pinned", Value::List{"/p"}),
  };
};

TEST_F(RecordRowsTest, headings_and_names_of_json_name_one_field) {
  EXPECT_THAT(ids("memory > 1M"), ElementsAre(0));
  EXPECT_THAT(ids("bytes_memlock < 1KiB"), ElementsAre(1));
  EXPECT_THAT(ids("fill >= 90%"), ElementsAre(0));
  EXPECT_THAT(ids("frozen"), ElementsAre(0));
  EXPECT_THAT(ids("not frozen and type == \"array\""), ElementsAre(1));
  EXPECT_THAT(ids("flags == \"no_prealloc\""), ElementsAre(0));  // what tables call flags
  const RecordRows none(columns, {});
  const auto names = layout::field_names(none.spec());
  EXPECT_THAT(names, Contains("memory"));
  EXPECT_EQ(std::ranges::count(names, "flags"), 1);
  EXPECT_EQ(std::ranges::count(names, "bytes_memlock"), 0);
}

TEST_F(RecordRowsTest, any_element_of_a_list_may_fit) {
  EXPECT_THAT(ids("pinned"), ElementsAre(0, 2));
  EXPECT_THAT(ids("not pinned"), ElementsAre(1));
  EXPECT_THAT(ids("pinned == \"/sys/fs/bpf/x/b\""), ElementsAre(0));
  EXPECT_THAT(ids("\"/sys/fs/bpf/a\" in pinned"), ElementsAre(0));
  EXPECT_THAT(ids("pinned in (\"/p\", \"/q\")"), ElementsAre(2));
  EXPECT_THAT(ids("pinned =~ \"^/sys\""), ElementsAre(0));
  EXPECT_THAT(ids("pinned != \"/p\""), ElementsAre(0, 1));  // no element is
  EXPECT_THAT(ids("pinned !~ \"x\""), ElementsAre(1, 2));
  EXPECT_THAT(ids("pinned[1] == \"/sys/fs/bpf/x/b\""), ElementsAre(0));
  EXPECT_THAT(ids("pinned == \"\""), ElementsAre(1));
}

TEST_F(RecordRowsTest, what_is_not_known_fits_nothing) {
  EXPECT_THAT(ids("entries == 0"), IsEmpty());
  EXPECT_THAT(ids("entries != 5"), ElementsAre(0));
  EXPECT_THAT(ids("entries < 1000 or fill < 1"), ElementsAre(0));
  EXPECT_THAT(ids("entries not in (1, 2)"), ElementsAre(0));
  EXPECT_THAT(ids("memory < 1000"), ElementsAre(1));  // the queue has none here
}

TEST_F(RecordRowsTest, texts_are_whole_however_long) {
  EXPECT_THAT(ids("name == \"" + std::string(5000, 'x') + "\""), IsEmpty());
  EXPECT_THAT(ids("name"), ElementsAre(0, 2));
  EXPECT_THAT(ids("name < \"g\" and name > \"f\""), ElementsAre(0));
}

TEST_F(RecordRowsTest, refusals_name_the_field_as_it_was_typed) {
  EXPECT_THAT(refusal("memory > \"x\""), HasSubstr("`memory` (bytes) takes a number"));
  EXPECT_THAT(refusal("type == hash"), HasSubstr("write it as \"hash\""));
  EXPECT_THAT(refusal("memroy > 1"), HasSubstr("did you mean `memory`?"));
  EXPECT_THAT(refusal("pinned > 1"), HasSubstr("in quotes"));
  EXPECT_THAT(refusal("frozen > 1"), HasSubstr("is true or false"));
}

}  // namespace
}  // namespace bpfmaps::commands
