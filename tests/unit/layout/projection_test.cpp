// SPDX-License-Identifier: BSD-2-Clause
// --fields: what is left of an entry, in JSON and in CSV.
#include "layout/projection.h"

#include <gmock/gmock.h>

#include "base/text.h"
#include "unit/layout/flow.h"

namespace bpfmaps::layout {
namespace {

using output::Form;
using testing::FlowChunk;
using testing::FlowEntry;
using testing::FlowTypes;
using ::testing::HasSubstr;

class ProjectionTest : public ::testing::Test {
 protected:
  ProjectionTest() {
    entry.key.saddr = inet_addr("10.0.0.1");
    entry.key.id = 7;
    entry.value.u8 = 1;
    entry.value.sbits = -3;
    testing::set_text(entry.value.text, "web");
    entry.value.in[1] = {1, -1, 513};
    entry.value.id = 8;
  }

  std::string shown(std::string_view names, Form form) {
    const auto fields = Projection::make(types.spec(), split(names, ','));
    if (!fields) {
      EXPECT_EQ(fields.error().kind, Kind::usage);
      return fields.error().message();
    }
    const auto rows = make_rows((*fields)->spec(), {.form = form});
    const FlowChunk chunk({entry});
    Buffer text;
    rows->begin(chunk.entries(), false, text);
    rows->append(chunk.entries(), text);
    rows->finish(true, text);
    return std::string(text.text());
  }
  std::string json(std::string_view names) { return shown(names, Form::jsonl); }
  std::string csv(std::string_view names) { return shown(names, Form::csv); }

  FlowTypes types;
  FlowEntry entry;
};

TEST_F(ProjectionTest, fields_in_the_order_they_are_named) {
  EXPECT_EQ(csv("u8,saddr,text"), "u8,saddr,text\n1,10.0.0.1,web\n");
  EXPECT_EQ(json("text,saddr,u8"),
            "{\"key\":{\"saddr\":167772161},\"value\":{\"text\":\"web\",\"u8\":1}}\n");
}

TEST_F(ProjectionTest, keys_alone_and_values_alone) {
  EXPECT_EQ(json("key.id"), "{\"key\":{\"id\":7}}\n");
  EXPECT_EQ(json("value.id,sbits"), "{\"value\":{\"id\":8,\"sbits\":-3}}\n");
}

TEST_F(ProjectionTest, elements_and_members_of_elements) {
  EXPECT_EQ(json("in[1].b,in[0],in[1].a,many[0]"),
            "{\"value\":{\"in[1]\":{\"b\":-1,\"a\":1},\"in[0]\":{\"a\":0,\"b\":0,\"c\":0},\"many[0]"
            "\":0}}\n");
  EXPECT_EQ(csv("in[1].b,in[1].c,u8"), "in[1].b,in[1].c,u8\n-1,513,1\n");
  EXPECT_EQ(csv("in[1]"), "in[1].a,in[1].b,in[1].c\n1,-1,513\n");
}

TEST_F(ProjectionTest, wholes) {
  EXPECT_THAT(json("key"), HasSubstr("{\"key\":{\"saddr\":167772161,\"daddr\":0,"));
  EXPECT_EQ(csv("key").substr(0, 34), "saddr,daddr,v6,port,mac,key.id\n10.");
  EXPECT_THAT(json("in"), HasSubstr("{\"value\":{\"in\":[{\"a\":0,"));
}

TEST_F(ProjectionTest, a_part_of_what_is_shown_as_one_text) {
  EXPECT_EQ(json("v6.bytes[0]"), "{\"key\":{\"v6\":{\"bytes[0]\":0}}}\n");
}

TEST_F(ProjectionTest, the_values_of_each_cpu) {
  RowSpec spec = types.spec();
  spec.cpus = {0, 2};
  spec.slot = sizeof(testing::Flow);
  const std::string_view value[] = {"u8"}, key[] = {"key.id"};
  const auto with = Projection::make(spec, value), without = Projection::make(spec, key);
  ASSERT_TRUE(with && without);
  EXPECT_EQ((*with)->spec().cpus, spec.cpus);
  EXPECT_TRUE((*without)->spec().cpus.empty()) << "one row, no CPU has a part in it";
}

TEST_F(ProjectionTest, nonsense_is_refused) {
  EXPECT_EQ(json("u8,u8"), "`u8` is given twice");
  EXPECT_EQ(json("in[1].a,in[1]"), "`in[1]` is given twice");
  EXPECT_EQ(json("in,in[1].a"), "`in[1].a` is given twice");
  EXPECT_EQ(json("value,u8"), "`u8` is given twice");
  EXPECT_EQ(json("u8,,u16"), "the name of a field is missing");
  EXPECT_EQ(json(""), "no field is named");
  EXPECT_EQ(json("zebra"), "there is no field `zebra`");
}

}  // namespace
}  // namespace bpfmaps::layout
