// SPDX-License-Identifier: BSD-2-Clause
// What can be said beside an object when it is loaded: variables, maps by place, where maps that
// ask for a pin go, attaching at once, how much the verifier tells.
#include <gmock/gmock.h>

#include "base/text.h"
#include "kernel/handle.h"
#include "kernel/load_sandbox.h"
#include "kernel/show.h"
#include "support/paths.h"

namespace bpfmaps::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;
using testing::UnorderedElementsAre;

/// The only value of the data section pinned at `path`.
Json section(const std::string& path) { return ask({"map", "dump", path})[0]["value"]; }

TEST_F(LoadTest, variables_are_set_by_their_types) {
  done("prog load " + fixture("limits") + " " + pin("told") + " name told pinmaps " + pin("m") +
       " var limit=7 var limits.rate=9 var limits.ports[1]=443 var limits.name=high" +
       " var mode=MODE_ON var verdict=-1 var hidden=0x10");
  EXPECT_EQ(
      section(pin("m/limits_data")),
      Json({{"limit", 7}, {"limits", {{"rate", 9}, {"ports", {1, 443, 3}}, {"name", "high"}}}}));
  EXPECT_EQ(section(pin("m/limits_bss")), Json({{"mode", "MODE_ON"}, {"hidden", 16}}));
  EXPECT_EQ(section(pin("m/limits_rodata")), Json({{"verdict", -1}}));
  const Json ran = ask({"prog", "run", pin("told"), "data_in", BPFMAPS_FIXTURES "/limits.bpf.o",
                        "data_out", "/dev/null"});
  EXPECT_EQ(ran["retval"], UINT32_MAX);
  EXPECT_EQ(section(pin("m/limits_bss"))["hidden"], 16 + 7 + 9 + 1);
}

TEST_F(LoadTest, of_several_programs_the_one_that_the_path_names_is_taken) {
  done("prog load " + fixture("limits") + " " + pin("d/told"));
  EXPECT_EQ(ask({"prog", "show", pin("d/told")})["name"], "told");
  EXPECT_THAT(refused_without_a_trace("prog load " + fixture("limits") + " " + pin("other"), 1),
              HasSubstr("a PATH that ends in its name"));
}

TEST_F(LoadTest, variables_that_cannot_be_set_are_refused) {
  const std::string load = "prog load " + fixture("limits") + " " + pin("x/told") + " name told ";
  EXPECT_THAT(refused_without_a_trace(load + "var limi=7", 3), HasSubstr("did you mean `limit`"));
  EXPECT_THAT(refused_without_a_trace(load + "var limit", 2), HasSubstr("gives no value"));
  EXPECT_THAT(refused_without_a_trace(load + "var limit=7 var limit=many", 2),
              HasSubstr("`var.limit` (__u32) takes a number"));
  EXPECT_THAT(refused_without_a_trace(load + "var limits.ports[3]=1", 2), HasSubstr("ports"));
  EXPECT_THAT(refused_without_a_trace("prog load xdp_pkt_cnt " + pin("x") + " var a=1", 3),
              HasSubstr("it has no variable a"));
}

TEST_F(LoadTest, variables_of_maps_that_are_there_keep_their_values) {
  const std::string load = "prog load " + fixture("limits") + " ",
                    rest = " name told pinmaps " + pin("m");
  done(load + pin("one") + rest + " var verdict=1 var limit=5");
  EXPECT_THAT(refused_without_a_trace(load + pin("two") + rest + " var verdict=1 var limit=6", 1),
              AllOf(HasSubstr(pin("m/limits_data")), HasSubstr("map update")));
  EXPECT_THAT(refused_without_a_trace(load + pin("two") + rest, 1),
              AllOf(HasSubstr(pin("m/limits_rodata")), HasSubstr("constant verdict is 1, not 2")));
  done(load + pin("two") + rest + " var verdict=1");
  EXPECT_EQ(section(pin("m/limits_data"))["limit"], 5);
}

TEST_F(LoadTest, maps_can_be_replaced_by_place) {
  done("prog loadall xdp_stats_array " + pin("xdp") + " pinmaps " + pin("maps"));
  const std::string stats = pin("maps/stats"),
                    load = "prog load xdp_stats_array " + pin("x") + " name xdp_stats_drop map ";
  done(load + "idx 0 " + stats);
  EXPECT_THAT(kernel::prog_at(pin("x"))->info().map_ids, ElementsAre(id_of(stats)));
  EXPECT_THAT(refused_without_a_trace(load + "idx 1 " + stats, 3), HasSubstr("but 1 maps"));
  EXPECT_THAT(refused_without_a_trace(load + "idx 0 " + stats + " map name stats " + stats, 2),
              HasSubstr("given twice"));
}

TEST_F(LoadTest, maps_pinned_by_name_go_where_they_are_told) {
  const std::string load = "prog load " + fixture("by_name") + " ",
                    rest = " type xdp pinroot " + pin("root");
  done(load + pin("a/one") + rest);
  EXPECT_THAT(pins(), UnorderedElementsAre("a", "a/one", "root", "root/wanted"));
  const std::uint32_t id = id_of(pin("root/wanted"));
  done(load + pin("a/two") + rest + " pinmaps " + pin("m"));
  EXPECT_EQ(id_of(pin("root/wanted")), id);
  EXPECT_THAT(pins(), AllOf(IsSupersetOf({"m/by_name_bss"}), Not(Contains("m/wanted"))));
}

TEST_F(LoadTest, each_field_that_does_not_fit_is_named) {
  done("map create " + pin("wanted") + " type hash key 8 value 16 entries 5 name wanted");
  EXPECT_THAT(
      refused_without_a_trace("prog load " + fixture("by_name") + " " + pin("x") + " type xdp", 1),
      AllOf(HasSubstr("type is hash, not array; key is 8 bytes, not 4 bytes; value is 16 "
                      "bytes, not 8 bytes; entries are 5, not 1"),
            HasSubstr("pin rm " + pin("wanted"))));
}

TEST_F(LoadTest, programs_that_say_where_are_attached) {
  const Json loaded = ask({"prog", "loadall", fixture("limits"), pin("auto"), "autoattach"});
  ASSERT_EQ(loaded.size(), 3u);
  EXPECT_EQ(loaded[0]["kind"], "prog");
  for (const std::size_t at : {1, 2}) {
    EXPECT_EQ(loaded[at]["kind"], "link");
    const auto link = kernel::link_at(loaded[at]["path"]);
    ASSERT_TRUE(link);
    EXPECT_EQ(link->info().id, loaded[at]["id"]);
  }
  EXPECT_EQ(loaded[1]["type"], "iter");
  EXPECT_EQ(loaded[2]["type"], "raw_tracepoint");
}

/// Something in the way of each pin and each directory: at whatever step it fails, nothing is
/// left, and once nothing is in the way it goes through.
TEST_F(LoadTest, all_or_nothing_at_every_step) {
  const std::string line = "prog loadall " + fixture("limits") + " " + pin("all/progs") +
                           " pinmaps " + pin("all/maps") + " autoattach";
  done(line);
  const auto steps = pins();
  EXPECT_EQ(steps.size(), 9u);
  const Fixture other("count");
  const auto clear = [] {
    for (const std::string& path : pins()) fs::remove_all(pin(path));
  };
  for (const std::string& step : steps) {
    clear();
    fs::create_directories(fs::path(pin(step)).parent_path());
    pin_fd(other.prog("count"), pin(step));
    EXPECT_THAT(refused_without_a_trace(line, 1), HasSubstr(pin(step)));
  }
  clear();
  done(line);
}

TEST_F(LoadTest, the_verifier_tells_as_much_as_is_asked_for) {
  const auto told = [](const std::string& words) {
    std::vector<std::string> all = {"prog", "load", fixture("limits"), pin("x"), "name", "told"};
    for (const std::string_view word : split(words, ' ')) all.emplace_back(word);
    const Ran ran = run_bpfmaps(all);
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    fs::remove(pin("x"));
    return ran.err;
  };
  EXPECT_EQ(told(""), "");
  EXPECT_THAT(told("--log stats"),
              AllOf(HasSubstr("program told:"), HasSubstr("processed "), Not(HasSubstr("0: ("))));
  EXPECT_THAT(told("--log full"), AllOf(HasSubstr("processed "), HasSubstr("0: (")));
}

}  // namespace
}  // namespace bpfmaps::test
