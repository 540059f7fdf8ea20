// SPDX-License-Identifier: BSD-2-Clause
// What is said of an object that is not loaded, of parts that are left out, and of types that do
// not follow from sections.
#include <gmock/gmock.h>

#include "kernel/load_sandbox.h"
#include "kernel/show.h"

namespace bpfmaps::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

TEST_F(LoadTest, a_map_that_cannot_be_made_is_explained) {
  const std::string load = "prog loadall " + fixture("refused") + " " + pin("x");
  EXPECT_THAT(refused_without_a_trace(load, 1),
              AllOf(HasSubstr("map unsized: `entries` is missing (EINVAL)"),
                    HasSubstr("`map unsized entries N`")));
  EXPECT_THAT(refused_without_a_trace(load + " map nosuch entries 3", 3),
              HasSubstr("no map nosuch, but unsized, shared"));
}

// libbpf took the size of the kernel's version, in .kconfig, for an error: what it made of it
// crashed.
TEST_F(LoadTest, a_kconfig_variable_of_two_gigabytes) {
  const std::string name_and_kind("\0\0\0\x01", 4), encoding("\x20\0\0\x01", 4);
  for (const char top : {'\x80', '\x90', '\xff'}) {  // of every signed integer of 4 bytes
    const AlteredObject object("tenants", name_and_kind + std::string("\4\0\0\0", 4) + encoding,
                               name_and_kind + std::string("\0\0\0", 3) + top + encoding);
    for (const std::string& words :
         {"obj show " + object.path(),
          "prog load " + object.path() + " " + pin("x") + " name count",
          "prog loadall " + object.path() + " " + pin("x") + " pinmaps " + pin("m"),
          "pin list --stale " + object.path() + " " + std::string(kBpffs)})
      EXPECT_THAT(refused_without_a_trace(words, 1), HasSubstr("more than anything in BPF"))
          << words;
  }
}

// The kernel would go through a thousand million members, and nothing could end the process.
TEST_F(LoadTest, structs_that_double_at_each_level_cost_nothing) {
  for (const std::string& words :
       {"obj show " + fixture("doubling"), "prog load " + fixture("doubling") + " " + pin("x"),
        "prog loadall " + fixture("doubling") + " " + pin("x") + " pinmaps " + pin("m"),
        "pin list --stale " + fixture("doubling") + " " + std::string(kBpffs),
        "map create " + pin("x") + " type array entries 1 key u32 value doubling_value --btf " +
            fixture("doubling")}) {
    EXPECT_THAT(refused_without_a_trace(words, 1),
                AllOf(HasSubstr("holds more than a million members"), HasSubstr("hint: ")))
        << words;
  }
}

TEST_F(LoadTest, a_size_can_be_given_to_a_map) {
  done("prog load " + fixture("refused") + " " + pin("x/p") +
       " name connecting map unsized entries 7 pinmaps " + pin("x"));
  EXPECT_EQ(ask({"map", "show", pin("x/unsized")})["max_entries"], 7);
}

TEST_F(LoadTest, a_program_that_is_refused_without_words_is_explained) {
  const std::string rest = " map unsized entries 1";
  EXPECT_THAT(
      refused_without_a_trace("prog loadall " + fixture("refused") + " " + pin("x") + rest, 1),
      AllOf(HasSubstr("program sending (cgroup_sock_addr, cgroup_udp4_sendmsg)"),
            HasSubstr("shares table shared with program connecting")));
  EXPECT_THAT(refused_without_a_trace(
                  "prog load " + fixture("refused") + " " + pin("x") + " name odd-name" + rest, 1),
              AllOf(HasSubstr("program odd-name (xdp)"), HasSubstr("letters, digits")));
}

TEST_F(LoadTest, the_cause_comes_before_the_summary) {
  const AlteredObject object("hooks", "tp_btf/task_newtask", "tp_btf/no_such_tp_x");
  EXPECT_THAT(refused_without_a_trace("prog loadall " + object.path() + " " + pin("x"), 1),
              AllOf(HasSubstr("no_such_tp_x"), Not(HasSubstr(": -3"))));
}

TEST_F(LoadTest, optional_programs_are_loaded_only_by_name) {
  done("prog loadall " + fixture("tables") + " " + pin("x"));
  EXPECT_THAT(pins(), UnorderedElementsAre("x", "x/dropper", "x/entry"));
  EXPECT_THAT(refused_without_a_trace(
                  "prog load " + fixture("tables") + " " + pin("x/newer") + " name newer", 1),
              HasSubstr("refuses program newer"));
  const Json shown = ask({"obj", "show", fixture("tables")});
  EXPECT_EQ(shown["programs"][2]["name"], "newer");
  EXPECT_EQ(shown["programs"][2]["optional"], true);
  EXPECT_EQ(shown["programs"][0]["optional"], false);
}

TEST_F(LoadTest, an_object_of_maps_alone_makes_them) {
  const std::string object = fixture("maps_only");
  done("prog loadall " + object + " " + pin("x") + " pinmaps " + pin("m"));
  EXPECT_THAT(pins(), UnorderedElementsAre("m", "m/shared"));
  EXPECT_THAT(refused_without_a_trace("prog loadall " + object + " " + pin("x"), 1),
              HasSubstr("`pinmaps DIR` pins its maps"));
  EXPECT_THAT(refused_without_a_trace("prog load " + object + " " + pin("x"), 1),
              HasSubstr("prog loadall"));
}

TEST_F(LoadTest, sections_newer_than_libbpf_tell_a_type) {
  const std::string object = fixture("sections");
  const auto type_of = [&](const std::string& program) {
    const Json shown = ask({"obj", "show", object});
    for (const Json& one : shown["programs"])
      if (one["name"] == program) return one.value("type", "");
    return std::string("no such program");
  };
  EXPECT_EQ(type_of("tcx_in"), "sched_cls");
  EXPECT_EQ(type_of("tc_out"), "sched_cls");
  EXPECT_EQ(type_of("primary"), "sched_cls");
  EXPECT_EQ(type_of("filter"), "netfilter");
  EXPECT_EQ(type_of("connecting"), "cgroup_sock_addr");
  EXPECT_EQ(type_of("probe"), "kprobe");
  EXPECT_EQ(type_of("silent"), "");
  for (const std::string program : {"tcx_in", "connecting", "probe"})
    done("prog load " + object + " " + pin(program) + " name " + program);
}

TEST_F(LoadTest, a_type_goes_to_programs_whose_section_says_none) {
  const std::string load = "prog load " + fixture("sections") + " " + pin("x") + " name ";
  EXPECT_THAT(refused_without_a_trace(load + "silent", 1),
              AllOf(HasSubstr("section \"my_xdp\""), HasSubstr("`type xdp`")));
  done(load + "silent type netkit/primary");
  EXPECT_EQ(ask({"prog", "show", pin("x")})["type"], "sched_cls");
  fs::remove(pin("x"));
  const Ran ran =
      run_bpfmaps({"prog", "load", fixture("sections"), pin("x"), "name", "known", "type", "xdp"});
  EXPECT_THAT(ran.err, HasSubstr("`type xdp` is not used"));
  EXPECT_EQ(ask({"prog", "show", pin("x")})["type"], "sched_cls");
}

}  // namespace
}  // namespace bpfmaps::test
