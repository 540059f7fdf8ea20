// SPDX-License-Identifier: BSD-2-Clause
// Objects whose maps are defined as loaders of old wanted them.
#include <gmock/gmock.h>

#include "kernel/load_sandbox.h"
#include "kernel/show.h"

namespace bpfmaps::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

Json run_on_a_packet(const std::string& path) {
  const Ran ran = run_bpfmaps({"prog", "run", path, "data_in", "-", "data_out", "/dev/null", "-j"},
                              {.input = std::string(100, 'x')});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  return Json::parse(ran.out);
}

TEST_F(LoadTest, definitions_of_several_loaders_in_one_object) {
  done("prog load " + fixture("legacy_mixed") + " " + pin("a/mixed") + " pinmaps " + pin("m"));
  EXPECT_THAT(pins(), UnorderedElementsAre("a", "a/mixed", "m", "m/pinned", "m/hidden", "m/seen",
                                           "m/modern"));
  for (int i = 0; i < 2; ++i) run_on_a_packet(pin("a/mixed"));
  const auto value = [](const std::string& map) {
    return ask({"map", "lookup", pin("m/" + map), "key", "hex", "01", "00", "00", "00"})["value"];
  };
  EXPECT_EQ(value("pinned"), "02 00 00 00 00 00 00 00");
  EXPECT_EQ(value("hidden"), Json({{"frames", 4}, {"octets", 0}}));
  EXPECT_EQ(value("seen"), "06 00 00 00 00 00 00 00");
  EXPECT_EQ(value("modern"), 8);
}

TEST_F(LoadTest, a_pin_that_a_legacy_definition_asks_for_is_made) {
  done("prog load " + fixture("legacy_mixed") + " " + pin("a/mixed"));
  EXPECT_THAT(pins(), UnorderedElementsAre("a", "a/mixed", "a/pinned"));
}

TEST_F(LoadTest, tables_that_sections_name_are_filled) {
  const std::string load = "prog load " + fixture("legacy_tables") + " " + pin("entry") +
                           " name entry type sched_cls pinmaps " + pin("m");
  done(load);
  EXPECT_THAT(pins(), UnorderedElementsAre("entry", "m", "m/jumps", "m/outer", "m/inner"));
  EXPECT_EQ(run_on_a_packet(pin("entry"))["retval"], 2);
  EXPECT_EQ(ask({"map", "lookup", pin("m/inner"), "key", "0"})["value"], "01 00 00 00 00 00 00 00");
  EXPECT_EQ(ask({"map", "lookup", pin("m/outer"), "key", "2"})["value"]["inner_map_id"],
            id_of(pin("m/inner")));
  // A table of maps that is there keeps what is in it by now.
  done("map delete " + pin("m/outer") + " key 2");
  fs::remove(pin("entry"));
  done(load);
  EXPECT_EQ(ask({"map", "dump", pin("m/outer")}), Json::array());
}

// libbpf 1.1 does not know the section.
TEST_F(LoadTest, callbacks_that_a_link_registers_are_loaded) {
  const Json shown = ask({"obj", "show", fixture("callbacks_link")})["maps"][0];
  EXPECT_EQ(shown["value_type"], "struct tcp_congestion_ops");
  EXPECT_EQ(shown["flag_names"], Json({"link"}));
  done("prog loadall " + fixture("callbacks_link") + " " + pin("x") + " pinmaps " + pin("x"));
  EXPECT_EQ(ask({"map", "show", pin("x/still")})["flag_names"], Json({"link"}));
}

TEST_F(LoadTest, a_table_without_a_pin_is_told_to_be_emptied) {
  for (const std::string object : {"legacy_tables", "tables"}) {
    std::vector<std::string> words = {
        "prog", "load",  fixture(object), pin("x"),
        "name", "entry", "type",          object == "tables" ? "xdp" : "sched_cls"};
    const Ran ran = run_bpfmaps(words);
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    EXPECT_THAT(ran.err, AllOf(HasSubstr("empties table jumps"), HasSubstr("pinmaps")));
    fs::remove(pin("x"));
  }
}

TEST_F(LoadTest, the_programs_of_a_table_are_loaded_with_the_one_that_is_named) {
  done("prog load " + fixture("tables") + " " + pin("entry") + " name entry pinmaps " + pin("m"));
  EXPECT_THAT(pins(), UnorderedElementsAre("entry", "m", "m/jumps"));
  EXPECT_EQ(run_on_a_packet(pin("entry"))["action"], "XDP_DROP");
}

}  // namespace
}  // namespace bpfmaps::test
