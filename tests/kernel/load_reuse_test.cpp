// SPDX-License-Identifier: BSD-2-Clause
// Which maps a load finds pinned and takes, which it refuses, and that --stale finds the same.
#include <gmock/gmock.h>

#include <future>

#include "kernel/load_sandbox.h"
#include "kernel/show.h"

namespace bpfmaps::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class LoadReuseTest : public LoadTest {
 protected:
  /// Loads the object at `path` as `name`, its maps in one place.
  static std::string line(const std::string& path, const std::string& name) {
    return "prog loadall " + path + " " + pin(name) + " pinmaps " + pin("m");
  }

  /// The pins that --stale names, each with why.
  static Json stale(const std::string& object) {
    return ask({"pin", "list", "--stale", object, pin("m")});
  }
};

TEST_F(LoadReuseTest, globals_of_another_object_are_refused) {
  done(line(fixture("globals_one"), "one"));
  EXPECT_THAT(refused_without_a_trace(line(fixture("globals_two"), "two"), 1),
              AllOf(HasSubstr("value.drop_all is absent, not int at byte 0"),
                    HasSubstr("value.hits is int at byte 0, not absent")));
  EXPECT_EQ(stale(fixture("globals_two"))[0]["differs"][0],
            Json({{"field", "value.drop_all"}, {"is", "absent"}, {"wanted", "int at byte 0"}}));
  EXPECT_EQ(stale(fixture("globals_one")), Json::array());
}

TEST_F(LoadReuseTest, maps_that_the_kernel_rounds_fit_their_own_object) {
  done(line(fixture("reused"), "one"));
  EXPECT_EQ(stale(fixture("reused")), Json::array());
  for (const Json& loaded :
       ask({"prog", "loadall", fixture("reused"), pin("two"), "pinmaps", pin("m")})) {
    if (loaded["kind"] == "map") {
      EXPECT_EQ(loaded["reused"], true) << loaded;
    }
  }
}

TEST_F(LoadReuseTest, a_struct_of_callbacks_fits_its_own_object) {
  done(line(fixture("callbacks"), "one"));
  EXPECT_EQ(stale(fixture("callbacks")), Json::array());
  done(line(fixture("callbacks"), "two"));
}

TEST_F(LoadReuseTest, members_that_changed_places_are_refused) {
  done(line(fixture("reused"), "one"));
  const AlteredObject swapped("reused", "frames", "octets");
  EXPECT_THAT(refused_without_a_trace(line(swapped.path(), "two"), 1),
              HasSubstr("value.octets is __u64 at byte 8, not __u64 at byte 0"));
  // A map that is named on the command line is taken by its layout, and the difference told.
  const Ran ran = run_bpfmaps(
      {"prog", "load", swapped.path(), pin("two"), "map", "name", "rounded", pin("m/rounded")});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("value.octets is __u64 at byte 8"));
}

TEST_F(LoadReuseTest, other_constants_are_refused_by_name) {
  const std::string load = "prog load " + fixture("limits") + " ",
                    rest = " name told pinmaps " + pin("m");
  done(load + pin("one") + rest + " var verdict=1");
  EXPECT_THAT(refused_without_a_trace(load + pin("two") + rest, 1),
              HasSubstr("constant verdict is 1, not 2"));
  const Json found = stale(fixture("limits"));
  ASSERT_EQ(found.size(), 1u) << found;
  EXPECT_EQ(found[0]["path"], pin("m/limits_rodata"));
  EXPECT_EQ(found[0]["differs"][0]["field"], "constant verdict");
}

// Each load finds nothing pinned, makes a map, and all but one find its place taken.
TEST_F(LoadReuseTest, loads_at_once_share_one_map) {
  constexpr int kLoads = 4;
  std::vector<std::future<Ran>> loads;
  for (int i = 0; i < kLoads; ++i) {
    loads.push_back(std::async(std::launch::async, [i] {
      return run_bpfmaps({"prog", "load", fixture("reused"), pin("d/p" + std::to_string(i)),
                          "pinmaps", pin("d/m")});
    }));
  }
  for (auto& load : loads) {
    const Ran ran = load.get();
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
  }
  const std::uint32_t id = id_of(pin("d/m/rounded"));
  for (int i = 0; i < kLoads; ++i)
    EXPECT_THAT(kernel::prog_at(pin("d/p" + std::to_string(i)))->info().map_ids,
                testing::Contains(id));
}

TEST_F(LoadReuseTest, types_that_the_kernel_refuses_are_told) {
  const AlteredObject object("odd_names", "Pair_u8_", "Pair<u8>");
  const auto load = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"prog", "load", object.path(), pin("x"), "pinmaps", pin("m")});
    const Ran ran = run_bpfmaps(more);
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    fs::remove(pin("x"));
    return ran.err;
  };
  EXPECT_THAT(load({}), AllOf(HasSubstr("refuses the types"), HasSubstr("Pair<u8>"),
                              HasSubstr("Invalid name"), HasSubstr("--btf " + object.path()),
                              Not(HasSubstr("BTF is optional"))));
  EXPECT_THAT(load({"--verbose"}), HasSubstr("BTF is optional"));
  const Json shown = ask({"map", "dump", pin("m/counts"), "--btf", object.path()});
  EXPECT_EQ(shown[0]["value"], Json({{"packets", 0}, {"bytes", 0}}));
}

}  // namespace
}  // namespace bpfmaps::test
