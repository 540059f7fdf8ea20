// SPDX-License-Identifier: BSD-2-Clause
// Variables of one name, and one that has more bytes than its type.
#include <bpf/libbpf.h>
#include <gmock/gmock.h>

#include "kernel/load_sandbox.h"

namespace bpfmaps::test {
namespace {

using ::testing::HasSubstr;

class Statics : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    fs::create_directory(directory_);
    bpf_linker* linker = must(bpf_linker__new(object_.c_str(), nullptr), "open a linker");
    for (const char* half : {"statics_one", "statics_two"})
      must(bpf_linker__add_file(linker, fixture(half).c_str(), nullptr), "link");
    must(bpf_linker__finalize(linker), "link");
    bpf_linker__free(linker);
  }
  void TearDown() override { fs::remove_all(directory_); }

  std::string load(const std::string& words = "") const {
    return "prog loadall " + object_ + " " + pin("d") + " pinmaps " + pin("m") + words;
  }
  static std::string data() { return pin("m/statics_data"); }
  static std::string shown(const std::string& fields) {
    return done("map dump " + data() + " --jsonl --fields " + fields);
  }

 private:
  const std::string directory_ = fs::temp_directory_path() / ("statics" + std::to_string(getpid()));
  const std::string object_ = directory_ + "/statics.bpf.o";
};

TEST_F(Statics, of_one_section_are_told_apart) {
  done(load());
  EXPECT_EQ(shown("hits@24,hits@28,misses"),
            "{\"value\":{\"hits@24\":11,\"hits@28\":22,\"misses\":33}}\n");
  done("map update " + data() + " key 0 value hits@28=5");
  EXPECT_EQ(shown("hits@24,hits@28"), "{\"value\":{\"hits@24\":11,\"hits@28\":5}}\n");
  const std::string why = refused("map update " + data() + " key 0 value hits=5", 2);
  EXPECT_THAT(why, HasSubstr("several fields called `hits`"));
  EXPECT_THAT(why, HasSubstr("hits@24 hits@28"));
  EXPECT_THAT(done("map schema " + data()), HasSubstr("int hits_at_28; /* hits@28 */"));
  EXPECT_THAT(done("map schema " + data()), HasSubstr("int first_calls; /* first.calls */"));
}

TEST_F(Statics, are_set_by_the_name_that_tells_them_apart) {
  EXPECT_THAT(refused(load(" var hits=9"), 2), HasSubstr("several variables called hits"));
  done(load(" var hits@28=9"));
  EXPECT_EQ(shown("hits@24,hits@28"), "{\"value\":{\"hits@24\":11,\"hits@28\":9}}\n");
}

TEST_F(Statics, of_functions_are_set_by_both_names) {
  done(load(" var first.calls=9"));
  EXPECT_EQ(shown("first.calls"), "{\"value\":{\"first.calls\":9}}\n");
}

TEST_F(Statics, of_two_sections_are_told_apart_by_them) {
  const std::string why = refused(load(" var misses=9"), 2);
  EXPECT_THAT(why, HasSubstr("several of its sections have a variable misses"));
  EXPECT_THAT(why, HasSubstr(".bss.misses"));
  done(load(" var .bss.misses=9"));
  EXPECT_EQ(shown("misses"), "{\"value\":{\"misses\":33}}\n");
  EXPECT_EQ(done("map dump " + pin("m/statics_bss") + " --jsonl --fields misses"),
            "{\"value\":{\"misses\":9}}\n");
}

TEST_F(Statics, with_a_flexible_array_have_its_elements) {
  done(load());
  EXPECT_EQ(shown("config"), "{\"value\":{\"config\":{\"len\":4,\"entry\":[10,20,30,40]}}}\n");
  done("map update " + data() + " key 0 value config.entry[1]=21");
  EXPECT_EQ(shown("config.entry"), "{\"value\":{\"config\":{\"entry\":[10,21,30,40]}}}\n");
}

}  // namespace
}  // namespace bpfmaps::test
