// SPDX-License-Identifier: BSD-2-Clause
// Types that an object declares and the kernel does not keep: of maps in maps, and of .kconfig.
#include <gmock/gmock.h>

#include "kernel/load_sandbox.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

using ::testing::HasSubstr;

class Tenants : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    done("prog loadall " + object + " " + pin("d") + " pinmaps " + pin("m"));
  }
  void fill() {
    done("map update " + flows + " key 5 value packets=1 bytes=60");
    done("map update " + tenants + btf + " key id=1 gateway_ip=10.0.0.1 value pinned " + flows);
  }

  const std::string object = fixture("tenants"), btf = " --btf " + object;
  const std::string tenants = pin("m/tenants"), flows = pin("m/flows");
};

constexpr char kOuter[] = R"("outer":{"id":1,"gateway_ip":"10.0.0.1"})";
constexpr char kOuterBytes[] = R"("outer":"01 00 00 00 0a 00 00 01")";

TEST_F(Tenants, outer_keys_are_decoded_too) {
  fill();
  const std::string dump = "map dump " + tenants + " --recursive --jsonl --net";
  EXPECT_THAT(done(dump), HasSubstr(kOuterBytes));
  EXPECT_THAT(done(dump + btf), HasSubstr(kOuter));
  EXPECT_THAT(done(dump + btf), HasSubstr(R"("inner":5},"value":{"packets":1,"bytes":60})"));
}

TEST_F(Tenants, key_type_is_the_key_s_that_it_fits_or_names) {
  fill();
  const auto shown = [&](const std::string& type) {
    const Ran ran = run_bpfmaps({"map", "dump", tenants, "--recursive", "--jsonl", "--net", "--btf",
                                 object, "--key-type", type});
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    return ran.out;
  };
  EXPECT_THAT(shown("struct tenant"), HasSubstr(kOuter));
  EXPECT_THAT(shown("outer=struct tenant"), HasSubstr(kOuter));
  EXPECT_THAT(shown("s32"), HasSubstr("\"inner\":5}"));
  EXPECT_THAT(shown("inner=u8[4]"), HasSubstr("\"inner\":[5,0,0,0]}"));
  const std::string both = shown("outer=u32[2],inner=u8[4]");
  EXPECT_THAT(both, HasSubstr("\"outer\":[1,16777226]"));
  EXPECT_THAT(both, HasSubstr("\"inner\":[5,0,0,0]}"));
  const Ran wrong = run_bpfmaps(
      {"map", "dump", tenants, "--recursive", "--btf", object, "--key-type", "outer=u64,u32"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("outer=T,inner=T"));
}

TEST_F(Tenants, inner_maps_of_other_names_have_the_types_that_the_outer_one_declares) {
  done("map create " + pin("another") + " type hash key 4 value 16 entries 8");
  done("map update " + pin("another") + " key 7 0 0 0 value hex" + [] {
    std::string bytes;
    for (int i = 0; i < 16; ++i) bytes += " 01";
    return bytes;
  }());
  done("map update " + tenants + btf + " key id=2 value pinned " + pin("another"));
  EXPECT_THAT(done("map dump " + tenants + " --recursive --jsonl" + btf),
              HasSubstr(R"("inner":7},"value":{"packets":72340172838076673,)"));
}

TEST_F(Tenants, schema_prints_what_libbpf_takes) {
  EXPECT_THAT(done("map schema " + tenants + btf), HasSubstr("__array(values, ...) is missing"));
  fill();
  const std::string text = done("map schema " + tenants + btf);
  EXPECT_THAT(text, HasSubstr("	__type(key, struct tenant);\n"));
  EXPECT_THAT(text, HasSubstr("	__array(values, struct {\n"
                              "		__uint(type, BPF_MAP_TYPE_HASH);\n"
                              "		__uint(max_entries, 8);\n"
                              "		__type(key, __u32);\n"
                              "		__type(value, struct traffic);\n"
                              "	});\n"));
  EXPECT_THAT(done("map schema " + pin("m/seen")), HasSubstr("	__uint(map_extra, 7);\n"));
}

TEST_F(Tenants, map_extra_can_be_set) {
  const std::string create = "map create " + pin("bloom") + " type bloom_filter value 8 entries 64";
  EXPECT_THAT(refused(create + " map_extra 16", 1), HasSubstr("at most 15"));
  EXPECT_THAT(
      refused("map create " + pin("h") + " type hash key 4 value 4 entries 1 map_extra 1", 1),
      HasSubstr("is for bloom_filter and arena"));
  done(create + " map_extra 3");
  EXPECT_THAT(done("map show " + pin("bloom") + " --json"), HasSubstr("\"map_extra\":3"));
}

TEST_F(Tenants, kconfig_lies_as_libbpf_lays_it_out) {
  const std::string dump = "map dump " + pin("m/tenants_kconfig") + " --jsonl --fields ";
  for (const std::string name :
       {"CONFIG_HZ", "CONFIG_BPF_JIT", "LINUX_KERNEL_VERSION", "CONFIG_DEFAULT_HOSTNAME"})
    EXPECT_EQ(done(dump + name + btf), done(dump + name));
}

}  // namespace
}  // namespace bpfmaps::test
