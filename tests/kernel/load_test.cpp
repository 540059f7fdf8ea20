// SPDX-License-Identifier: BSD-2-Clause
// Loading: what is pinned where, what is reused, and that a failure at any step leaves nothing.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "kernel/load_sandbox.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

TEST_F(LoadTest, one_program_and_its_maps) {
  const json loaded = json::parse(done("prog load xdp_stats_array " + pin("a/b/pass") +
                                       " name xdp_stats_pass pinmaps " + pin("maps") + " -j"));
  EXPECT_THAT(pins(), UnorderedElementsAre("a", "a/b", "a/b/pass", "maps", "maps/stats"));
  ASSERT_EQ(loaded.size(), 2u);
  EXPECT_EQ(loaded[0]["path"], pin("maps/stats"));
  EXPECT_EQ(loaded[0]["kind"], "map");
  EXPECT_EQ(loaded[0]["id"], id_of(pin("maps/stats")));
  EXPECT_EQ(loaded[0]["reused"], false);
  EXPECT_EQ(loaded[1]["path"], pin("a/b/pass"));
  EXPECT_EQ(loaded[1]["type"], "xdp");
  EXPECT_EQ(loaded[1]["name"], "xdp_stats_pass");
}

TEST_F(LoadTest, every_program) {
  done("prog loadall xdp_stats_array " + pin("xdp"));
  EXPECT_THAT(pins(), UnorderedElementsAre("xdp", "xdp/xdp_stats_pass", "xdp/xdp_stats_drop"));
}

TEST_F(LoadTest, several_programs_are_not_guessed_from) {
  EXPECT_THAT(refused_without_a_trace("prog load xdp_stats_array " + pin("x"), 1),
              AllOf(HasSubstr("xdp_stats_pass, xdp_stats_drop"), HasSubstr("name xdp_stats_pass")));
  EXPECT_THAT(refused_without_a_trace("prog load xdp_stats_array " + pin("x") + " name nosuch", 3),
              HasSubstr("no program nosuch"));
}

TEST_F(LoadTest, maps_that_fit_are_reused) {
  const std::string load = " name xdp_stats_pass pinmaps " + pin("maps");
  done("prog load xdp_stats_array " + pin("one") + load);
  const std::uint32_t id = id_of(pin("maps/stats"));
  EXPECT_THAT(done("prog load xdp_stats_array " + pin("two") + load + " --csv"),
              HasSubstr("map," + std::to_string(id) + ",array,stats,true"));
  EXPECT_EQ(id_of(pin("maps/stats")), id);
  EXPECT_THAT(kernel::prog_at(pin("two"))->info().map_ids, testing::ElementsAre(id));
}

TEST_F(LoadTest, maps_that_do_not_fit_are_refused_by_field) {
  done("prog loadall xdp_stats_array " + pin("xdp") + " pinmaps " + pin("maps"));
  EXPECT_THAT(refused_without_a_trace(
                  "prog loadall xdp_stats_percpu " + pin("other") + " pinmaps " + pin("maps"), 1),
              AllOf(HasSubstr(pin("maps/stats")), HasSubstr("type is array, not percpu_array"),
                    HasSubstr("pin rm")));
}

TEST_F(LoadTest, maps_can_be_replaced_by_name) {
  done("prog loadall xdp_stats_array " + pin("xdp") + " pinmaps " + pin("maps"));
  done("prog load xdp_stats_array " + pin("x") + " name xdp_stats_drop map name stats " +
       pin("maps/stats"));
  EXPECT_THAT(kernel::prog_at(pin("x"))->info().map_ids,
              testing::ElementsAre(id_of(pin("maps/stats"))));
  const std::string load = "prog load xdp_pkt_cnt " + pin("y") + " map name ";
  EXPECT_THAT(refused_without_a_trace(load + "stats " + pin("maps/stats"), 3),
              AllOf(HasSubstr("no map stats, but pkt_cnt")));
  EXPECT_THAT(refused_without_a_trace(load + "pkt_cnt " + pin("maps/stats"), 1),
              HasSubstr("type is array, not hash"));
}

TEST_F(LoadTest, a_refusal_by_the_verifier_leaves_nothing_and_says_why) {
  const std::string load =
      "prog loadall " + fixture("halfway") + " " + pin("a/b") + " pinmaps " + pin("c/d");
  EXPECT_THAT(refused_without_a_trace(load, 1),
              AllOf(HasSubstr("refuses program unchecked: R"), HasSubstr("map_value_or_null"),
                    HasSubstr("return *value ? XDP_DROP : XDP_PASS;"), HasSubstr("--verbose")));
  EXPECT_THAT(refused_without_a_trace(load + " --verbose", 1), HasSubstr("processed "));
  done("prog load " + fixture("halfway") + " " + pin("good") + " name good");
}

TEST_F(LoadTest, a_pin_that_is_taken_leaves_nothing) {
  fs::create_directory(pin("taken"));
  pin_fd(Fixture("count").map("packets"), pin("taken/xdp_stats_drop"));
  EXPECT_THAT(refused_without_a_trace(
                  "prog loadall xdp_stats_array " + pin("taken") + " pinmaps " + pin("a/b/c"), 1),
              HasSubstr(pin("taken/xdp_stats_drop")));
  EXPECT_THAT(
      refused_without_a_trace(
          "prog load xdp_pkt_cnt " + pin("taken/xdp_stats_drop") + " pinmaps " + pin("a"), 1),
      HasSubstr("already"));
}

TEST_F(LoadTest, without_privilege_objects_are_shown_but_not_loaded) {
  EXPECT_EQ(run_bpfmaps({"obj", "show", "xdp_policy"}, {.as_nobody = true}).exit_code, 0);
  const auto before = pins();
  const Ran ran = run_bpfmaps({"prog", "load", "xdp_policy", pin("x")}, {.as_nobody = true});
  EXPECT_EQ(ran.exit_code, 4);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("EPERM"), HasSubstr("CAP_BPF")));
  EXPECT_EQ(pins(), before);
}

TEST_F(LoadTest, no_directory_is_made_outside_a_bpffs) {
  const std::string outside = "/tmp/bpfmaps-test-" + std::to_string(getpid());
  EXPECT_THAT(refused_without_a_trace("prog load xdp_pkt_cnt " + outside + "/a/b", 1),
              HasSubstr("BPF file system"));
  EXPECT_FALSE(fs::exists(outside));
  EXPECT_THAT(refused_without_a_trace(
                  "prog load xdp_pkt_cnt " + pin("a") + " pinmaps " + outside + "/m", 1),
              HasSubstr("BPF file system"));
}

TEST_F(LoadTest, a_map_pinned_by_name_goes_beside_the_program) {
  const std::string load = "prog load " + fixture("by_name") + " " + pin("here/prog");
  EXPECT_THAT(refused_without_a_trace(load, 1),
              AllOf(HasSubstr("xdp-pass"), HasSubstr("type xdp")));
  EXPECT_THAT(refused_without_a_trace(load + " type xpd", 2), HasSubstr("did you mean `xdp`"));
  done(load + " type xdp");
  EXPECT_THAT(pins(), UnorderedElementsAre("here", "here/prog", "here/wanted"));
  const std::uint32_t id = id_of(pin("here/wanted"));
  done("prog load " + fixture("by_name") + " " + pin("here/again") + " type xdp");
  EXPECT_EQ(id_of(pin("here/wanted")), id);
}

TEST_F(LoadTest, data_sections_are_pinned_without_dots) {
  const std::string load =
      "prog load " + fixture("by_name") + " " + pin("prog") + " type xdp pinmaps " + pin("m");
  done(load);
  EXPECT_THAT(pins(),
              UnorderedElementsAre("prog", "m", "m/wanted", "m/by_name_bss", "m/by_name_rodata"));
}

TEST_F(LoadTest, legacy_objects_are_loaded_like_others) {
  const std::string load = "prog load " + fixture("legacy") + " ";
  done(load + pin("old/prog") + " type xdp");
  EXPECT_THAT(pins(), UnorderedElementsAre("old", "old/prog", "old/lengths"));
  done(load + pin("new/prog") + " type xdp pinmaps " + pin("new") + " map name lengths " +
       pin("old/lengths"));
  const Ran ran = run_bpfmaps({"prog", "run", pin("new/prog"), "data_in", "-", "repeat", "3"},
                              {.input = std::string(100, 'x')});
  EXPECT_THAT(ran.out, HasSubstr("XDP_DROP"));
  EXPECT_EQ(get<std::uint64_t>(kernel::map_at(pin("new/verdicts"), kernel::Access::read)->fd(),
                               std::uint32_t{XDP_DROP}),
            3u);
  EXPECT_EQ(get<std::uint64_t>(kernel::map_at(pin("old/lengths"), kernel::Access::read)->fd(),
                               std::uint32_t{100}),
            1u);
}

}  // namespace
}  // namespace bpfmaps::test
