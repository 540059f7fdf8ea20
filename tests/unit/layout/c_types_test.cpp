// SPDX-License-Identifier: BSD-2-Clause
// Types as C: what libbpf would never come back from is refused before.
#include "layout/c_types.h"

#include <gmock/gmock.h>

#include "unit/layout/types.h"

namespace bpfmaps::layout {
namespace {

using ::testing::HasSubstr;
using testing::Types;

/// The definitions that `id` needs, then a variable of its type; or why there are none.
std::string as_c(const Types& types, int id) {
  auto c = CTypes::open(types.get());
  if (!c) return c.error().message();
  const auto type = static_cast<std::uint32_t>(id);
  if (const Status defined = c->define(type); !defined) return defined.error().message();
  const auto declared = c->declaration(type, "x");
  return declared ? c->text() + *declared : declared.error().message();
}

constexpr const char* kLoop = "leads back to itself";
constexpr const char* kLimit = "a limit of this program";

TEST(CTypes, pointers_and_functions_are_written) {
  Types types;
  const int number = types.integer("int", 4);
  const int inner = types.pointer(types.function(number, {{"a", number}}));
  const int outer = types.pointer(types.function(inner, {{"f", inner}}));
  EXPECT_EQ(as_c(types, outer), "int (* (*x)(int (*f)(int a)))(int a)");
}

TEST(CTypes, structs_may_lead_back_to_themselves) {
  Types types;
  const int node = types.next() + 2;
  const int typedef_name = types.type_name("node_t", node);
  const int pointer = types.pointer(typedef_name);
  EXPECT_EQ(types.structure("node", 16, {{"next", pointer, 0}, {"self", pointer, 64}}), node);
  EXPECT_THAT(as_c(types, node), HasSubstr("node_t *next;"));
  EXPECT_THAT(as_c(types, typedef_name), HasSubstr("typedef struct node node_t;"));
}

TEST(CTypes, a_function_that_returns_or_takes_its_own_pointer_is_refused) {
  for (const bool returns : {true, false}) {
    Types types;
    const int pointer = types.next(), function = pointer + 1;
    types.pointer(function);
    types.function(returns ? pointer : 0, {{"own", returns ? function : pointer}});
    const int record = types.structure("s", 8, {{"p", pointer, 0}});
    for (const int id : {pointer, function, record}) EXPECT_THAT(as_c(types, id), HasSubstr(kLoop));
  }
}

TEST(CTypes, so_is_one_behind_typedefs_and_arrays) {
  Types types;
  types.array(types.integer("int", 4), 1);  // makes the type of an index, too
  const int name = types.next(), array = name + 1, pointer = name + 2, function = name + 3;
  types.type_name("callbacks", array);
  types.array(pointer, 2);
  types.pointer(function);
  types.function(0, {{"all", name}});
  const int record = types.structure("s", 16, {{"f", name, 0}});
  for (const int id : {name, array, pointer, function, record})
    EXPECT_THAT(as_c(types, id), HasSubstr(kLoop));
}

TEST(CTypes, a_struct_without_a_name_that_holds_a_pointer_to_itself_is_refused) {
  Types types;
  const int record = types.next() + 1;
  const int pointer = types.pointer(record);
  types.structure("", 8, {{"self", pointer, 0}});
  EXPECT_THAT(as_c(types, types.structure("s", 8, {{"p", pointer, 0}})), HasSubstr(kLoop));
}

TEST(CTypes, a_gap_of_half_a_gigabyte_is_not_filled) {
  Types types;
  const int byte = types.integer("unsigned char", 1);
  const int sparse = types.structure("sparse", 1U << 28, {{"a", byte, 0}, {"b", byte, 0x7ffffff8}});
  const int record = types.structure("s", 4, {{"a", byte, 0}, {"x", types.array(sparse, 0), 32}});
  EXPECT_THAT(as_c(types, record), HasSubstr("more than 4 MiB"));
  EXPECT_THAT(as_c(types, record), HasSubstr(kLimit));
}

TEST(CTypes, what_doubles_at_each_level_is_refused) {
  Types types;
  int empty = types.structure("s0", 0, {}), function = types.function(0, {});
  int record = types.structure("", 4, {{"n", types.integer("int", 4), 0}});
  for (int level = 1; level <= 28; ++level) {
    const std::string name = "s" + std::to_string(level);
    empty = types.structure(name.c_str(), 0, {{"a", empty}, {"b", empty}});
    const int pointer = types.pointer(function);
    function = types.function(0, {{"a", pointer}, {"b", pointer}});
    record = types.one_of("", 4, {{"a", record}, {"b", record}});
  }
  EXPECT_THAT(as_c(types, empty), HasSubstr(kLimit));
  EXPECT_THAT(as_c(types, types.pointer(function)), HasSubstr(kLimit));
  EXPECT_THAT(as_c(types, types.one_of("u", 4, {{"a", record}})), HasSubstr(kLimit));
}

TEST(CTypes, members_without_a_size_are_refused) {
  Types types;
  const int function = types.function(0, {});
  for (const int type : {0, function})
    EXPECT_THAT(as_c(types, types.structure("s", 8, {{"a", type, 8}})), HasSubstr("no size"));
}

TEST(CTypes, deep_nesting_is_refused) {
  Types types;
  int pointer = types.integer("int", 4);
  for (int level = 0; level < 100'000; ++level) pointer = types.pointer(pointer);
  EXPECT_THAT(as_c(types, pointer), HasSubstr("deeper than 64 levels"));
}

TEST(CTypes, all_definitions_together_have_one_limit) {
  Types types;
  const int byte = types.integer("unsigned char", 1);
  for (int i = 0; i < 5; ++i) {
    const std::string name = "s" + std::to_string(i);
    types.structure(name.c_str(), 1U << 19, {{"a", byte, 0}, {"b", byte, (1U << 22) - 8}});
  }
  auto c = CTypes::open(types.get());
  ASSERT_TRUE(c);
  int written = 0;
  for (std::uint32_t id = 2; id < static_cast<std::uint32_t>(types.next()); ++id)
    written += c->define(id) ? 1 : 0;
  EXPECT_GE(written, 1);
  EXPECT_LT(written, 5);
  EXPECT_LT(c->text().size(), std::size_t{4} << 20);
}

}  // namespace
}  // namespace bpfmaps::layout
