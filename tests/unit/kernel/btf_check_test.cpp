// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/btf_check.h"

#include <gmock/gmock.h>
#include <linux/btf.h>

#include <cstring>
#include <vector>

#include "kernel/btf.h"

namespace bpfmaps::kernel {
namespace {

using testing::HasSubstr;

/// Types made by libbpf, which does not look at what ids refer to.
class BtfCheckTest : public testing::Test {
 protected:
  std::vector<std::byte> raw() {
    std::uint32_t size = 0;
    const auto* bytes = static_cast<const std::byte*>(btf__raw_data(types_.get(), &size));
    return {bytes, bytes + size};
  }
  std::string said() { return said_of(raw()); }
  static std::string said_of(const std::vector<std::byte>& bytes) {
    const Status status = check_btf(bytes, "x");
    return status ? "" : status.error().message();
  }

  Btf types_{btf__new_empty()};
};

TEST_F(BtfCheckTest, takes_every_kind_that_libbpf_can_make) {
  btf* types = types_.get();
  const int number = btf__add_int(types, "int", 4, BTF_INT_SIGNED);
  const int array = btf__add_array(types, number, number, 3);
  btf__add_struct(types, "list", 16);
  const int list = static_cast<int>(btf__type_cnt(types)) - 1;
  btf__add_field(types, "next", list + 1, 0, 0);  // a pointer to itself is no cycle
  btf__add_field(types, "items", array, 64, 0);
  btf__add_ptr(types, list);
  btf__add_enum(types, "e", 4);
  btf__add_enum_value(types, "A", 1);
  btf__add_enum64(types, "e64", 8, false);
  btf__add_enum64_value(types, "B", 1);
  btf__add_float(types, "double", 8);
  btf__add_func_proto(types, number);
  btf__add_func_param(types, "x", list);
  btf__add_func(types, "f", BTF_FUNC_GLOBAL, static_cast<int>(btf__type_cnt(types)) - 1);
  const int variable = btf__add_var(types, "v", BTF_VAR_STATIC, list);
  btf__add_datasec(types, ".bss", 16);
  btf__add_datasec_var_info(types, variable, 0, 16);
  btf__add_decl_tag(types, "tag", list, -1);
  btf__add_type_tag(types, "tag", list);
  EXPECT_EQ(said(), "");
}

TEST_F(BtfCheckTest, a_type_that_contains_itself) {
  btf__add_typedef(types_.get(), "a", 2);
  btf__add_typedef(types_.get(), "b", 1);
  EXPECT_THAT(said(), HasSubstr("contains itself"));
}

TEST_F(BtfCheckTest, a_struct_that_contains_itself_in_an_array) {
  btf__add_struct(types_.get(), "s", 8);
  btf__add_field(types_.get(), "inside", 2, 0, 0);
  btf__add_array(types_.get(), 3, 1, 2);
  btf__add_const(types_.get(), 1);
  EXPECT_THAT(said(), HasSubstr("contains itself"));
}

TEST_F(BtfCheckTest, a_type_that_is_not_there) {
  btf__add_ptr(types_.get(), 7);
  EXPECT_THAT(said(), HasSubstr("type 1 refers to type 7"));
}

TEST_F(BtfCheckTest, a_function_without_a_prototype) {
  btf__add_int(types_.get(), "int", 4, 0);
  btf__add_func(types_.get(), "f", BTF_FUNC_STATIC, 1);
  EXPECT_THAT(said(), HasSubstr("no prototype"));
}

TEST_F(BtfCheckTest, a_section_of_no_variables) {
  btf__add_int(types_.get(), "int", 4, 0);
  btf__add_datasec(types_.get(), ".bss", 4);
  btf__add_datasec_var_info(types_.get(), 1, 0, 4);
  EXPECT_THAT(said(), HasSubstr("no variable"));
}

TEST_F(BtfCheckTest, sizes_that_libbpf_takes_for_errors) {
  btf__add_struct(types_.get(), "s", 0x7fffffff);
  EXPECT_EQ(said(), "");
  btf__add_struct(types_.get(), "t", 0x80000000);
  EXPECT_THAT(said(), HasSubstr("type 2 has 2147483648 bytes"));
}

TEST_F(BtfCheckTest, a_variable_whose_size_libbpf_takes_for_an_error) {
  btf* types = types_.get();
  const int number = btf__add_int(types, "int", 4, 0);
  const int array = btf__add_array(types, number, number, 0x30000000);
  btf__add_ptr(types, array);
  EXPECT_EQ(said(), "") << "the number of entries that a map is declared with";
  btf__add_var(types, "v", BTF_VAR_GLOBAL_EXTERN, btf__add_const(types, array));
  EXPECT_THAT(said(), HasSubstr("type 4 has 3221225472 bytes"));
}

TEST_F(BtfCheckTest, variables_that_wrap_around_together) {
  btf* types = types_.get();
  const int number = btf__add_int(types, "char", 1, 0);
  const int array = btf__add_array(types, number, number, 0x7fffff00);
  const int one = btf__add_var(types, "one", BTF_VAR_GLOBAL_EXTERN, array);
  const int other = btf__add_var(types, "other", BTF_VAR_GLOBAL_EXTERN, array);
  btf__add_datasec(types, ".kconfig", 0);
  btf__add_datasec_var_info(types, one, 0, 0);
  EXPECT_EQ(said(), "");
  btf__add_datasec_var_info(types, other, 0, 0);
  EXPECT_THAT(said(), HasSubstr("type 5 has 4294966800 bytes"));
}

TEST_F(BtfCheckTest, types_nested_deeper_than_recursion_goes) {
  int id = btf__add_int(types_.get(), "int", 4, 0);
  for (int i = 0; i < 512; ++i) id = btf__add_const(types_.get(), id);
  EXPECT_EQ(said(), "");
  btf__add_const(types_.get(), id);
  EXPECT_THAT(said(), HasSubstr("type 514 nests more than 512 types in each other"));
}

TEST_F(BtfCheckTest, structs_that_double_at_each_level) {
  btf* types = types_.get();
  int id = btf__add_struct(types, "s0", 0);
  const auto add_level = [&](int level) {
    const int array = btf__add_array(types, id, id, 0x7fffffff);
    const int next = btf__add_struct(types, ("s" + std::to_string(level)).c_str(), 0);
    btf__add_field(types, "a", array, 0, 0);
    btf__add_field(types, "b", id, 0, 0);
    id = next;
  };
  for (int level = 1; level <= 18; ++level) add_level(level);
  EXPECT_EQ(said(), "");
  for (int level = 19; level <= 60; ++level) add_level(level);
  EXPECT_THAT(said(), HasSubstr("(s19) holds more than a million members"));
}

TEST_F(BtfCheckTest, anything_cut_off) {
  btf__add_struct(types_.get(), "s", 4);
  btf__add_field(types_.get(), "m", 2, 0, 0);
  btf__add_int(types_.get(), "int", 4, 0);
  const std::vector<std::byte> whole = raw();
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(said_of({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}), "")
        << size;
}

TEST_F(BtfCheckTest, numbers_that_wrap_around) {
  btf__add_int(types_.get(), "int", 4, 0);
  const std::vector<std::byte> whole = raw();
  // hdr_len, type_off, type_len, str_off, str_len, then the type's name, info, and size
  for (const std::size_t at : {4u, 8u, 12u, 16u, 20u, 24u, 28u}) {
    std::vector<std::byte> bytes = whole;
    std::memset(&bytes[at], 0xff, 4);
    EXPECT_NE(said_of(bytes), "") << at;
  }
}

TEST(BtfExtCheck, tables_that_reach_behind_the_end) {
  struct {
    std::uint16_t magic = BTF_MAGIC;
    std::uint8_t version = BTF_VERSION, flags = 0;
    std::uint32_t header_size = 24;
    std::uint32_t functions[2] = {0, 20}, lines[2] = {20, 0};
    std::uint32_t record_size = 8, name = 0, records = 1, record[2] = {};
  } ext;
  const auto accepted = [&ext] {
    return check_btf_ext(std::as_bytes(std::span(&ext, 1)), "x").has_value();
  };
  EXPECT_TRUE(accepted());
  ext.records = 2;
  EXPECT_FALSE(accepted());
  ext.records = 0x20000001;  // times 8: 8, where 32 bits hold it
  EXPECT_FALSE(accepted());
  ext.records = 1;
  ext.record_size = 0;
  EXPECT_FALSE(accepted());
  ext.record_size = 8;
  ext.functions[1] = 24;
  EXPECT_FALSE(accepted());
  ext.functions[1] = 20;
  ext.header_size = 23;
  EXPECT_FALSE(accepted());
}

}  // namespace
}  // namespace bpfmaps::kernel
