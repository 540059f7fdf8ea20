// SPDX-License-Identifier: BSD-2-Clause
// btf list and btf dump: types of the kernel, of programs, maps and files.
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "kernel/fixture.h"
#include "kernel/sandbox.h"
#include "kernel/show.h"
#include "support/bpfmaps.h"
#include "support/paths.h"

namespace bpfmaps::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class BtfTest : public KernelTest {
 protected:
  /// Compiles C for BPF; what the compiler has to say, "" where all is well.
  static std::string compile(const std::string& text) {
    const fs::path file =
        fs::path(testing::TempDir()) / ("types" + std::to_string(getpid()) + ".c");
    std::ofstream(file) << text << "\nint main(void) { return 0; }\n";
    const Ran ran =
        run({"clang", "-target", "bpf", "-Wall", "-Werror", "-c", file, "-o", "/dev/null"});
    fs::remove(file);
    return ran.err;
  }
};

TEST_F(BtfTest, list_tells_what_carries_them) {
  const Fixture fixture("golden");
  pin_fd(fixture.map("flows"), pin("flows"));
  const Json map = ask({"map", "show", pin("flows")});
  Json found, vmlinux;
  for (const Json& one : ask({"btf", "list"})) {
    if (one["id"] == map["btf_id"]) found = one;
    if (one["name"] == "vmlinux") vmlinux = one;
  }
  EXPECT_THAT(found["map_ids"], Contains(map["id"]));
  EXPECT_EQ(found["kernel"], false);
  EXPECT_EQ(vmlinux["kernel"], true);
  EXPECT_GT(vmlinux["size"], 100'000);
}

TEST_F(BtfTest, types_named_with_what_they_need_and_no_more) {
  const std::string text = done("btf dump vmlinux xdp_md");
  EXPECT_THAT(text, AllOf(HasSubstr("typedef unsigned int __u32;"), HasSubstr("struct xdp_md {"),
                          HasSubstr("preserve_access_index")));
  EXPECT_LT(text.size(), 1000u);
  EXPECT_EQ(compile(text), "");
  EXPECT_EQ(compile(done("btf dump vmlinux task_struct xdp_action")), "");
  EXPECT_THAT(run_bpfmaps({"btf", "dump", "vmlinux", "struct sk_buff", "xdp_do_redirect"}).out,
              HasSubstr("int xdp_do_redirect(struct net_device *dev"));
  EXPECT_THAT(refused("btf dump vmlinux xdp_mdd", 3), HasSubstr("did you mean `xdp_md`?"));
}

TEST_F(BtfTest, all_types_of_the_kernel_compile) {
  const std::string text = done("btf dump vmlinux");
  EXPECT_GT(text.size(), 1'000'000u);
  EXPECT_EQ(compile(text), "");
}

TEST_F(BtfTest, of_a_map_its_key_and_value) {
  const Fixture fixture("golden");
  pin_fd(fixture.map("flows"), pin("flows"));
  pin_fd(fixture.map("untyped"), pin("untyped"));
  const std::string text = done("btf dump map " + pin("flows"));
  EXPECT_THAT(text, HasSubstr("struct "));
  EXPECT_EQ(compile(text), "");
  const Json types = ask({"btf", "dump", "map", pin("flows")});
  EXPECT_EQ(types.size(),
            Json::parse(done("btf dump map " + pin("flows") + " --format json")).size());
  EXPECT_THAT(refused("btf dump map " + pin("untyped"), 3), HasSubstr("it carries no types"));
}

TEST_F(BtfTest, of_a_program_and_by_id_they_are_the_same) {
  const Fixture fixture("count");
  pin_fd(fixture.prog("count"), pin("prog"));
  const std::string id = ask({"prog", "show", pin("prog")})["btf_id"].dump();
  EXPECT_EQ(done("btf dump prog " + pin("prog")), done("btf dump id " + id));
  EXPECT_THAT(refused("btf dump id 4000000000", 3), HasSubstr("BTF id 4000000000"));
}

// bpftool is the oracle: the same kinds, names and numbers.
TEST_F(BtfTest, json_says_what_bpftool_says) {
  const std::string object = BPFMAPS_FIXTURES "/kinds.bpf.o";
  const Json ours = Json::parse(done("btf dump " + object + " --format json"));
  const Json theirs =
      Json::parse(run({"bpftool", "-j", "btf", "dump", "file", object}).out)["types"];
  ASSERT_EQ(ours.size(), theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    // It counts members beside listing them, and calls what has no name (anon).
    Json expected = theirs[i];
    for (const char* left_out : {"vlen", "vars", "encoding"}) expected.erase(left_out);
    const auto unnamed = [](Json& one) {
      if (one.value("name", "") == "(anon)") one["name"] = "";
    };
    unnamed(expected);
    for (const char* list : {"members", "values", "params"})
      if (expected.contains(list))
        for (Json& one : expected[list]) unnamed(one);
    // Its negative values of an enum are those of 64 bits; it does not place variables.
    if (expected.contains("values"))
      for (Json& one : expected["values"])
        one["val"] = static_cast<std::uint32_t>(one["val"].get<std::uint64_t>());
    if (expected["kind"] == "DATASEC") expected.erase("size");
    expect_fields(ours[i], expected);
  }
}

TEST_F(BtfTest, files_are_checked_before_they_are_believed) {
  const fs::path file = fs::path(testing::TempDir()) / "bpfmaps_hostile.btf";
  // A header whose strings lie behind the end.
  std::ofstream(file, std::ios::binary) << std::string(
      "\x9f\xeb\x01\x00\x18\x00\x00\x00"
      "\x00\x00\x00\x00\x10\x00\x00\x00"
      "\x10\x00\x00\x00\xff\xff\x00\x00",
      24);
  EXPECT_THAT(refused("btf dump " + file.string(), 1), HasSubstr(file.string()));
  fs::remove(file);
  EXPECT_THAT(refused("btf dump", 2), HasSubstr("no word says whose types"));
}

}  // namespace
}  // namespace bpfmaps::test
