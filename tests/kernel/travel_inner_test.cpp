// SPDX-License-Identifier: BSD-2-Clause
// Maps of maps: what is in their maps travels with them.
#include <gmock/gmock.h>

#include "kernel/fixture.h"
#include "kernel/sandbox.h"
#include "kernel/travel.h"
#include "support/bpfmaps.h"
#include "support/must.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

using ::testing::HasSubstr;

class InnerMaps : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    for (const char* name : {"a", "b", "c"}) {
      done("map create " + pin(name) + " type hash key u32 value u64 entries 8 name " + name);
      done("map update " + pin(name) + " key 1 value 1");
    }
    done("map update " + pin("b") + " key 2 value 22");
    for (const char* outer : {"from", "to"})
      done("map create " + pin(outer) + " type hash_of_maps key u32 value 4 entries 8 name " +
           outer + " inner_map pinned " + pin("a"));
    done("map update " + pin("from") + " key 5 0 0 0 value pinned " + pin("a"));
    done("map update " + pin("from") + " key 6 0 0 0 value pinned " + pin("b"));
    done("map update " + pin("to") + " key 6 0 0 0 value pinned " + pin("c"));
    done("map update " + pin("to") + " key 7 0 0 0 value pinned " + pin("c"));
  }
  // Entries of the maps in it, without the ids of those.
  static std::string contents(const std::string& name) {
    return sorted(done("map dump " + pin(name) + " --recursive --csv --fields outer,inner,value"));
  }
};

TEST_F(InnerMaps, replace_others_when_they_are_restored) {
  const Folder folder;
  const std::string file = folder.file("saved.jsonl"), before = contents("to");
  done("map save " + pin("from") + " " + file + " --recursive");
  EXPECT_EQ(done("map restore " + file + " " + pin("to") + " --replace --dry-run --jsonl"),
            "{\"maps\":2,\"entries\":3,\"removed\":1}\n");
  EXPECT_EQ(contents("to"), before);
  EXPECT_EQ(done("map restore " + file + " " + pin("to") + " --dry-run --create --jsonl"),
            "{\"maps\":2,\"entries\":3}\n");
  EXPECT_EQ(contents("to"), before);
  EXPECT_EQ(done("map restore " + file + " " + pin("to") + " --jsonl"),
            "{\"maps\":2,\"entries\":3}\n");
  EXPECT_NE(contents("to"), contents("from"));  // 7 is still there
  EXPECT_EQ(done("map restore " + file + " " + pin("to") + " --replace --jsonl"),
            "{\"maps\":2,\"entries\":3,\"removed\":1}\n");
  EXPECT_EQ(contents("to"), contents("from"));
}

TEST_F(InnerMaps, are_made_anew_when_they_are_copied) {
  EXPECT_EQ(done("map copy " + pin("from") + " " + pin("to") + " --replace --jsonl"),
            "{\"maps\":2,\"entries\":3,\"removed\":1}\n");
  EXPECT_EQ(contents("to"), contents("from"));
  done("map copy " + pin("from") + " " + pin("new") + " --create");
  EXPECT_EQ(contents("new"), contents("from"));
  // They are maps of their own.
  done("map update " + pin("b") + " key 3 value 33");
  EXPECT_NE(contents("to"), contents("from"));
  EXPECT_THAT(refused("map copy " + pin("from") + " " + pin("to") + " --twice", 2),
              HasSubstr("--twice compares"));
  EXPECT_THAT(refused("map copy " + pin("from") + " " + pin("to") + " --drop value", 2),
              HasSubstr("there is no field `value` to leave behind"));
  EXPECT_THAT(refused("map copy " + pin("from") + " " + pin("a"), 1),
              HasSubstr("the map is no map of maps"));
}

// The program was compiled anew with other structs, and its map of maps holds a map of these.
TEST_F(InnerMaps, go_over_to_changed_structs_by_the_names_of_fields) {
  const Folder folder;
  const std::string file = folder.file("saved.jsonl");
  const Fixture maps("diffs");
  maps.pin_maps(std::string(kBpffs));
  for (const char* version : {"v1", "v2"}) {
    const std::string outer = pin(std::string("outer_") + version);
    done("map create " + outer + " type hash_of_maps key u32 value 4 entries 8 name outer " +
         "inner_map pinned " + pin(version));
  }
  done("map update " + pin("v1") + " key host=1 port=80 value packets=5 bytes=6 name=abc low=2");
  done("map update " + pin("outer_v1") + " key 3 0 0 0 value pinned " + pin("v1"));
  done("map save " + pin("outer_v1") + " " + file + " --recursive");
  // Nothing tells what the maps are to be like.
  const std::string restore = "map restore " + file + " " + pin("outer_v2");
  EXPECT_THAT(refused(restore + " --drop state", 2), HasSubstr("will be as they were"));
  refused(restore, 1);
  done("map update " + pin("outer_v2") + " key 9 0 0 0 value pinned " + pin("v2"));
  EXPECT_THAT(refused(restore, 1), HasSubstr("state"));
  EXPECT_THAT(refused(restore + " --drop state --default value.flags=70000000000", 2),
              HasSubstr("flags"));
  const Ran ran = run_bpfmaps({"map", "restore", file, pin("outer_v2"), "--drop", "state",
                               "--default", "flags=7", "--replace", "--jsonl"});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(ran.out, "{\"maps\":1,\"entries\":1,\"removed\":1}\n");
  EXPECT_THAT(ran.err, HasSubstr("new fields, zero unless --default says more: value.flags"));
  EXPECT_THAT(done("map dump " + pin("outer_v2") + " --recursive --jsonl"),
              HasSubstr("\"inner\":{\"port\":80,\"host\":1}},\"value\":{\"flags\":7,\"name\":"
                        "\"abc\",\"bytes\":6,\"packets\":5,\"high\":0,\"low\":2}}"));
  // A live map of maps goes the same way.
  done("map copy " + pin("outer_v1") + " " + pin("outer_v2") + " --drop state");
  EXPECT_THAT(done("map dump " + pin("outer_v2") + " --recursive --jsonl"),
              HasSubstr("\"value\":{\"flags\":0,"));
}

}  // namespace
}  // namespace bpfmaps::test
