// SPDX-License-Identifier: BSD-2-Clause
// Types that mean the same bytes and types that do not, however they are written down.
#include "object/compare_types.h"

#include <gmock/gmock.h>

#include "kernel/btf.h"

namespace bpfmaps::object {
namespace {

using testing::HasSubstr;

/// A BTF with the integers that every test needs.
struct Types {
  kernel::Btf btf{btf__new_empty()};
  int u32 = btf__add_int(btf.get(), "unsigned int", 4, 0);
  int i32 = btf__add_int(btf.get(), "int", 4, BTF_INT_SIGNED);
  int u64 = btf__add_int(btf.get(), "__u64", 8, 0);

  struct Field {
    const char* name;
    int type;
    unsigned byte;
  };
  int add_struct(const char* name, unsigned size, std::initializer_list<Field> fields) const {
    const int id = btf__add_struct(btf.get(), name, size);
    for (const Field& field : fields)
      btf__add_field(btf.get(), field.name, field.type, field.byte * 8, 0);
    return id;
  }
};

std::string differences(const Types& is, int id, const Types& wanted, int wanted_id) {
  return text_of(type_differences("value", {is.btf.get(), static_cast<std::uint32_t>(id)},
                                  {wanted.btf.get(), static_cast<std::uint32_t>(wanted_id)}));
}

TEST(CompareTypes, names_of_types_do_not_count) {
  const Types one, two;
  btf__add_typedef(two.btf.get(), "shift", two.u64);  // ids differ from here on
  const int a = one.add_struct("pair", 16, {{"packets", one.u64, 0}, {"bytes", one.u64, 8}});
  const int counter = btf__add_typedef(two.btf.get(), "counter", two.u64);
  const int b = two.add_struct("stats", 16, {{"packets", counter, 0}, {"bytes", two.u64, 8}});
  EXPECT_EQ(differences(one, a, two, b), "");
}

TEST(CompareTypes, tells_places_types_and_what_is_absent) {
  const Types one, two;
  const int a = one.add_struct("s", 16, {{"a", one.u64, 0}, {"b", one.u32, 8}, {"c", one.u32, 12}});
  const int b = two.add_struct("s", 16, {{"a", two.u64, 8}, {"b", two.i32, 8}, {"d", two.u32, 12}});
  EXPECT_EQ(differences(one, a, two, b),
            "value.a is __u64 at byte 0, not __u64 at byte 8; value.b is unsigned int, not int; "
            "value.d is absent, not unsigned int at byte 12; value.c is unsigned int at byte 12, "
            "not absent");
}

TEST(CompareTypes, looks_into_arrays_and_structs) {
  const Types one, two;
  const auto make = [](const Types& types, int member) {
    const int inner = types.add_struct("inner", 4, {{"port", member, 0}});
    const int array = btf__add_array(types.btf.get(), types.u32, inner, 3);
    return types.add_struct("outer", 12, {{"rules", array, 0}});
  };
  EXPECT_EQ(differences(one, make(one, one.u32), two, make(two, two.i32)),
            "value.rules[].port is unsigned int, not int");
  const int three = btf__add_array(one.btf.get(), one.u32, one.u32, 3),
            four = btf__add_array(two.btf.get(), two.u32, two.u32, 4);
  EXPECT_EQ(differences(one, three, two, four), "value is unsigned int[3], not unsigned int[4]");
}

TEST(CompareTypes, an_enum_fits_an_integer_of_its_size) {
  const Types one, two;
  const int verdict = btf__add_enum(one.btf.get(), "verdict", 4);
  EXPECT_EQ(differences(one, verdict, two, two.u32), "");
  EXPECT_EQ(differences(one, verdict, two, two.u64), "value is enum verdict, not __u64");
}

TEST(CompareTypes, variables_of_one_name_are_told_apart_by_their_order) {
  const Types one, two;
  const auto make = [](const Types& types, const char* last) {
    std::vector<int> variables;
    for (const char* name : {"count", "count", last})
      variables.push_back(btf__add_var(types.btf.get(), name, BTF_VAR_STATIC, types.u32));
    const int section = btf__add_datasec(types.btf.get(), ".bss", 12);
    for (std::uint32_t i = 0; i < variables.size(); ++i)
      btf__add_datasec_var_info(types.btf.get(), variables[i], i * 4, 4);
    return section;
  };
  const int section = make(one, "last");
  EXPECT_EQ(differences(one, section, two, make(two, "last")), "");
  EXPECT_THAT(differences(one, section, two, make(two, "other")),
              HasSubstr("value.other is absent, not unsigned int at byte 8"));
}

TEST(CompareTypes, types_may_refer_to_themselves_and_be_shared) {
  const Types one, two;
  const auto make = [](const Types& types) {
    // Each holds the one before twice: compared as often as it is met, this would never end.
    int id = types.add_struct("s0", 0, {});
    for (int depth = 1; depth < 60; ++depth)
      id = types.add_struct("s", 0, {{"left", id, 0}, {"right", id, 0}});
    return id;
  };
  EXPECT_EQ(differences(one, make(one), two, make(two)), "");
}

TEST(CompareTypes, many_differences_are_counted) {
  const Types one, two;
  std::vector<std::string> names;
  const int a = one.add_struct("s", 80, {}), b = btf__add_struct(two.btf.get(), "s", 80);
  for (unsigned i = 0; i < 20; ++i)
    btf__add_field(two.btf.get(), ("f" + std::to_string(i)).c_str(), two.u32, i * 32, 0);
  EXPECT_THAT(differences(one, a, two, b), HasSubstr("; and 12 more"));
}

}  // namespace
}  // namespace bpfmaps::object
