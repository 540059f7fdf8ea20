// SPDX-License-Identifier: BSD-2-Clause
// BTF that does not make sense is refused before a value is read.
#include "layout/compile.h"

#include <gmock/gmock.h>

#include "unit/layout/types.h"

namespace bpfmaps::layout {
namespace {

using ::testing::HasSubstr;
using testing::Types;

std::string refusal(const Types& types, int id, std::uint32_t size) {
  const auto compiled = compile(types.get(), static_cast<std::uint32_t>(id), size);
  if (compiled) return "compiled";
  EXPECT_EQ(compiled.error().kind, Kind::invalid);
  EXPECT_THAT(compiled.error().hint, HasSubstr("--raw"));
  return compiled.error().message();
}

TEST(Compile, refuses_a_type_of_another_size) {
  Types types;
  EXPECT_THAT(refusal(types, types.integer("__u32", 4), 8),
              HasSubstr("type `__u32` has 4 bytes where the map has 8"));
}

TEST(Compile, refuses_ids_that_are_no_type) {
  Types types;
  EXPECT_THAT(refusal(types, 0, 4), HasSubstr("type id 0 is no value"));
  EXPECT_THAT(refusal(types, 99, 4), HasSubstr("type id 99 is no value"));
}

TEST(Compile, refuses_a_member_outside_its_struct) {
  Types types;
  const int u32 = types.integer("__u32", 4);
  EXPECT_THAT(refusal(types, types.structure("s", 4, {{"late", u32, 16}}), 4),
              HasSubstr("member `late` lies outside its struct"));
}

TEST(Compile, refuses_a_struct_that_holds_itself) {
  Types types;
  // The id of the struct is known beforehand: ids are given in order.
  const int itself = types.integer("__u32", 4) + 1;
  EXPECT_THAT(refusal(types, types.structure("s", 8, {{"again", itself, 0}}), 8),
              HasSubstr("nest deeper than 32 levels"));
}

TEST(Compile, refuses_an_array_larger_than_memory) {
  Types types;
  const int u64 = types.integer("__u64", 8);
  EXPECT_THAT(refusal(types, types.array(types.array(u64, 1u << 30), 1u << 30), 8),
              HasSubstr("larger than 4 GiB"));
}

TEST(Compile, resolves_typedefs_and_keeps_the_name_people_wrote) {
  Types types;
  const int name = types.type_name("counter_t", types.integer("unsigned long", 8));
  const Layout layout = types.layout(name);
  EXPECT_EQ(layout.root().type, "counter_t");
  EXPECT_EQ(layout.root().shape, Shape::unsigned_int);
}

}  // namespace
}  // namespace bpfmaps::layout
