// SPDX-License-Identifier: BSD-2-Clause
// Types that a map may have and that are large, hollow or the kernel's own.
#include "unit/layout/types.h"

#include <bpf/btf.h>
#include <gmock/gmock.h>

#include <functional>

#include "kernel/fixture.h"
#include "kernel/load_sandbox.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"
#include "support/paths.h"
#include "support/run.h"
#include "support/sanitized.h"

namespace bpfmaps::test {
namespace {

using layout::testing::Types;
using ::testing::AllOf;
using ::testing::HasSubstr;

/// A hash of one entry whose value is of a type that `make` adds to some BTF.
class TypesTest : public KernelTest {
 protected:
  void make(std::uint32_t size, const std::function<int(Types&)>& make) {
    Types types;
    const int key = types.integer("__u32", 4), value = make(types);
    must(btf__load_into_kernel(const_cast<btf*>(types.get())), "load BTF");
    const bpf_map_create_opts options{.sz = sizeof(bpf_map_create_opts),
                                      .btf_fd = static_cast<__u32>(btf__fd(types.get())),
                                      .btf_key_type_id = static_cast<__u32>(key),
                                      .btf_value_type_id = static_cast<__u32>(value)};
    map_ = Fd(must(bpf_map_create(BPF_MAP_TYPE_HASH, "types", 4, size, 4, &options), "create"));
    pin_fd(map_.get(), path);
    std::vector<unsigned char> bytes(size, 1);
    const std::uint32_t one = 1;
    must(bpf_map_update_elem(map_.get(), &one, bytes.data(), BPF_ANY), "update");
  }

  const std::string path = pin("types");
  Fd map_;
};

TEST_F(TypesTest, elements_without_bytes_cost_nothing) {
  make(4, [](Types& types) {
    const int unit = types.structure("unit", 0, {});
    return types.structure(
        "s", 4,
        {{"n", types.integer("__u32", 4), 0}, {"units", types.array(unit, 0x7fffffff), 32}});
  });
  EXPECT_EQ(done("map dump " + path + " --jsonl"),
            "{\"key\":1,\"value\":{\"n\":16843009,\"units\":[]}}\n");
  EXPECT_THAT(done("map dump " + path), HasSubstr("[]"));
  EXPECT_THAT(done("map schema " + path + " --json"), HasSubstr("\"maxItems\":0"));
  // It is C, of no size and few bytes of text: what is written compiles to these very types.
  EXPECT_THAT(done("map schema " + path), HasSubstr("struct unit units[2147483647];"));
  done("map update " + path + " key 1 value {\"n\":5,\"units\":[]}");
  EXPECT_THAT(done("map watch " + path + " --once --interval 0.1"), HasSubstr("0 changed"));
}

TEST_F(TypesTest, memory_that_runs_out_is_an_error) {
  if (kSanitized) return;  // sanitizers take address space of their own
  make(2 << 20, [](Types& types) { return types.array(types.integer("__u8", 1), 2 << 20); });
  const Ran ran = run(
      {"sh", "-c", "ulimit -v 18000; exec " + std::string(BPFMAPS_BINARY) + " map dump " + path});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.err, HasSubstr("ENOMEM"));
}

// No C can say these types, and the kernel takes them from whoever may load a map.
TEST_F(TypesTest, a_function_that_returns_its_own_pointer_is_shown_and_not_written_as_c) {
  make(8, [](Types& types) {
    const int pointer = types.next();
    types.pointer(pointer + 1);
    types.function(pointer, {});
    return types.structure("s", 8, {{"p", pointer, 0}});
  });
  EXPECT_THAT(refused("map schema " + path, 1), HasSubstr("leads back to itself"));
  EXPECT_EQ(done("map dump " + path + " --jsonl"),
            "{\"key\":1,\"value\":{\"p\":\"0x101010101010101\"}}\n");
}

TEST_F(TypesTest, a_program_whose_function_takes_such_a_pointer_is_dumped) {
  Types types;
  const int number = types.integer("int", 4), pointer = types.next();
  types.pointer(pointer + 1);
  types.function(pointer, {});
  const int prototype = types.function(number, {{"x", pointer}});
  auto* const made = const_cast<btf*>(types.get());
  const int function = must(btf__add_func(made, "evil", BTF_FUNC_STATIC, prototype), "add");
  must(btf__load_into_kernel(made), "load BTF");
  bpf_insn code[2] = {};
  code[0].code = BPF_ALU64 | BPF_MOV | BPF_K;
  code[1].code = BPF_JMP | BPF_EXIT;
  const bpf_func_info about{0, static_cast<__u32>(function)};
  struct bpf_prog_load_opts options {};
  options.sz = sizeof options;
  options.prog_btf_fd = static_cast<__u32>(btf__fd(made));
  options.func_info = &about;
  options.func_info_cnt = 1;
  options.func_info_rec_size = sizeof about;
  const Fd prog(must(bpf_prog_load(BPF_PROG_TYPE_XDP, "evil", "GPL", code, 2, &options), "load"));
  pin_fd(prog.get(), pin("evil"));
  EXPECT_THAT(done("prog dump xlated " + pin("evil")), HasSubstr("exit"));
}

TEST_F(TypesTest, half_a_gigabyte_of_padding_is_not_written_as_c) {
  constexpr int kBytes = 0x1fffffff;
  make(4, [](Types& types) {
    const int byte = types.integer("__u8", 1), number = types.integer("__u32", 4);
    const int wide =
        types.structure("wide", kBytes + 1, {{"a", byte, 0}, {"b", byte, 0xfffffff8u}});
    return types.structure("s", 4, {{"a", number, 0}, {"x", types.array(wide, 0), 32}});
  });
  EXPECT_THAT(refused("map schema " + path, 1), HasSubstr("a limit of this program"));
  EXPECT_THAT(refused("btf dump map " + path, 1), HasSubstr("a limit of this program"));
  EXPECT_EQ(done("map dump " + path + " --jsonl"),
            "{\"key\":1,\"value\":{\"a\":16843009,\"x\":[]}}\n");
}

// A kilobyte of types once made megabytes of C.
TEST_F(TypesTest, types_are_written_as_their_size_lets_one_expect) {
  constexpr std::uint32_t kBytes = 0x380000;
  make(kBytes, [](Types& types) {
    const int number = types.integer("__u64", 8);
    return types.structure("s", kBytes, {{"a", number, 0}, {"b", number, 64}});
  });
  EXPECT_THAT(refused("btf dump map " + path, 1),
              AllOf(HasSubstr("more than 4 MiB of C"), HasSubstr("--format json")));
  EXPECT_THAT(done("btf dump map " + path + " --json"), HasSubstr("\"s\""));
}

TEST_F(TypesTest, pointers_of_the_kernel_are_left_out) {
  make(24, [](Types& types) {
    const int task = types.structure("task_struct", 4, {{"pid", types.integer("int", 4), 0}});
    const int pointer = types.pointer(types.type_tag("kptr_untrusted", task));
    const int u64 = types.integer("__u64", 8);
    return types.structure("s", 24,
                           {{"before", u64, 0}, {"task", pointer, 64}, {"after", u64, 128}});
  });
  EXPECT_EQ(done("map dump " + path + " --jsonl --fields value"),
            "{\"value\":{\"before\":72340172838076673,\"after\":72340172838076673}}\n");
  EXPECT_THAT(refused("map update " + path + " key 1 value task=1", 2),
              HasSubstr("has no field `task`"));
}

TEST_F(TypesTest, behind_our_limits_there_are_bytes_and_a_remark) {
  make(4, [](Types& types) {
    int inner = types.integer("__u32", 4);
    for (int i = 0; i < 40; ++i) inner = types.structure("s", 4, {{"m", inner, 0}});
    return inner;
  });
  const Ran ran = run_bpfmaps({"map", "dump", path, "--jsonl"});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.out, HasSubstr("{\"m\":\"01 01 01 01\"}"));
  EXPECT_THAT(ran.err, HasSubstr("bpfmaps reads 32 levels"));
}

TEST_F(TypesTest, of_several_declarations_that_agree_that_of_the_pin_is_taken) {
  const std::string object = fixture("long_names");
  done("prog loadall " + object + " " + pin("d") + " pinmaps " + pin("m"));
  const std::string udp = pin("m/connection_stats_udp"), other = pin("other");
  done("map update " + udp + " key 1 value dropped=5");
  EXPECT_EQ(done("map dump " + udp + " --jsonl --btf " + object),
            "{\"key\":1,\"value\":{\"dropped\":5,\"errors\":0}}\n");
  done("map pin " + udp + " " + other);
  const std::string why = refused("map dump " + other + " --btf " + object, 2);
  EXPECT_THAT(why, HasSubstr("declares several maps"));
  EXPECT_THAT(why, HasSubstr("connection_stats_tcp, connection_stats_udp"));
}

}  // namespace
}  // namespace bpfmaps::test
