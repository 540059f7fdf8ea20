// SPDX-License-Identifier: BSD-2-Clause
// map list and show, prog list and show: each field against bpftool's.
#include <bpf/bpf.h>
#include <gmock/gmock.h>
#include <net/if.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <set>
#include <thread>

#include "base/text.h"
#include "kernel/fixture.h"
#include "kernel/sandbox.h"
#include "kernel/show.h"
#include "kernel/tiny.h"
#include "support/bpfmaps.h"
#include "support/must.h"
#include "support/running.h"
#include "support/sanitized.h"

namespace bpfmaps::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using ListsTest = KernelTest;

struct MapSpec {
  std::uint32_t type;
  std::uint32_t key, value, entries, flags = 0;
  std::string name = "spec";
};

Fd create(const MapSpec& spec) {
  struct bpf_map_create_opts options {};
  options.sz = sizeof options;
  options.map_flags = spec.flags;
  return Fd(must(bpf_map_create(static_cast<bpf_map_type>(spec.type), spec.name.c_str(), spec.key,
                                spec.value, spec.entries, &options),
                 "create map"));
}

std::vector<std::string> by_id(const char* object, std::uint32_t id) {
  return {object, "show", "id", std::to_string(id)};
}

TEST_F(ListsTest, maps_are_what_bpftool_says) {
  for (const MapSpec& spec : std::vector<MapSpec>{
           {BPF_MAP_TYPE_HASH, 7, 33, 100, BPF_F_NO_PREALLOC},
           {BPF_MAP_TYPE_ARRAY, 4, 12, 5, BPF_F_MMAPABLE | BPF_F_RDONLY_PROG},
           {BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 3},
           {BPF_MAP_TYPE_PERCPU_HASH, 8, 8, 9},
           {BPF_MAP_TYPE_LRU_HASH, 4, 4, 10, BPF_F_NO_COMMON_LRU},
           {BPF_MAP_TYPE_LPM_TRIE, 8, 4, 16, BPF_F_NO_PREALLOC},
           {BPF_MAP_TYPE_STACK_TRACE, 4, 80, 4},
           {BPF_MAP_TYPE_DEVMAP_HASH, 4, 8, 4},
           {BPF_MAP_TYPE_XSKMAP, 4, 4, 4},
           {BPF_MAP_TYPE_QUEUE, 0, 8, 4, 0, ""},
           {BPF_MAP_TYPE_RINGBUF, 0, 0, 4096, 0, "exactly_15bytes"},
       }) {
    const Fd map = create(spec);
    pin_fd(map.get(), pin("map"));
    const std::uint32_t id = map_id(map.get());
    const Json ours = ask(by_id("map", id));
    expect_fields(ours, ask_bpftool(by_id("map", id)));
    EXPECT_EQ(ours["name"], spec.name);  // always there, so that every map has the same fields
    EXPECT_EQ(ours["pinned"], Json({pin("map")}));
    EXPECT_EQ(ask({"map", "show", "pinned", pin("map")}), ours);
    EXPECT_EQ(ask({"map", "show", pin("map")}), ours);
    std::filesystem::remove(pin("map"));
  }
}

TEST_F(ListsTest, flags_are_named) {
  const Fd map = create({BPF_MAP_TYPE_ARRAY, 4, 4, 1, BPF_F_MMAPABLE | BPF_F_RDONLY_PROG});
  const Json shown = ask(by_id("map", map_id(map.get())));
  EXPECT_EQ(shown["flags"], BPF_F_MMAPABLE | BPF_F_RDONLY_PROG);
  EXPECT_EQ(shown["flag_names"], Json({"rdonly_prog", "mmapable"}));
}

TEST_F(ListsTest, a_frozen_map_without_a_pin) {
  const Fd map = create({BPF_MAP_TYPE_ARRAY, 4, 4, 1});
  must(bpf_map_freeze(map.get()), "freeze");
  const std::uint32_t id = map_id(map.get());
  const Json shown = ask(by_id("map", id));
  EXPECT_EQ(shown["frozen"], true);
  EXPECT_EQ(shown["pinned"], Json::array());
  expect_fields(shown, ask_bpftool(by_id("map", id)));
}

TEST_F(ListsTest, every_pin_of_an_object_is_told) {
  const std::string other = sandbox->mount_another_bpffs();
  const Fixture count("count");
  std::filesystem::create_directory(pin("d"));
  for (const std::string& path : {pin("d/one"), pin("two"), other + "/three"})
    pin_fd(count.map("packets"), path);
  const Json pinned = ask({"map", "show", pin("two")})["pinned"];
  EXPECT_EQ(Json(std::set<std::string>(pinned.begin(), pinned.end())),
            Json(std::set<std::string>{pin("d/one"), pin("two"), other + "/three"}));
  EXPECT_EQ(pinned.size(), 3u);
}

TEST_F(ListsTest, a_prog_array_tells_who_owns_it) {
  const Fixture tail_call("tail_call");
  const std::uint32_t id = map_id(tail_call.map("next"));
  const Json shown = ask(by_id("map", id));
  EXPECT_EQ(shown["owner_prog_type"], "xdp");
  expect_fields(shown, ask_bpftool(by_id("map", id)));
}

TEST_F(ListsTest, programs_are_what_bpftool_says) {
  sandbox->add_veth_pair("left", "right");
  const Fixture count("count");
  pin_fd(count.prog("count"), pin("prog"));
  const Json ours = ask({"prog", "show", "pinned", pin("prog")});
  Json theirs = ask_bpftool({"prog", "show", "pinned", pin("prog")});
  EXPECT_NEAR(ours["loaded_at"].get<double>(), theirs["loaded_at"].get<double>(), 1);
  theirs.erase("loaded_at");
  expect_fields(ours, theirs);
  EXPECT_EQ(ours["map_ids"], Json({map_id(count.map("packets"))}));
  EXPECT_EQ(ours["jited"], true);
  EXPECT_EQ(ours["run_cnt"], 0);
  EXPECT_EQ(ours["attached"], Json::array());
  EXPECT_FALSE(ours.contains("metadata"));
}

TEST_F(ListsTest, types_of_programs_are_named) {
  for (const TinyProg& spec : std::vector<TinyProg>{
           {BPF_PROG_TYPE_SOCKET_FILTER},
           {BPF_PROG_TYPE_SCHED_CLS},
           {BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS, 1},
           {BPF_PROG_TYPE_RAW_TRACEPOINT},
           {BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, 0, "iterator", "task"},
           {BPF_PROG_TYPE_SYSCALL, 0, 0, "sleeps", "", BPF_F_SLEEPABLE},
       }) {
    const Fd prog = load(spec);
    const Json ours = ask(by_id("prog", prog_id(prog)));
    Json theirs = ask_bpftool(by_id("prog", prog_id(prog)));
    theirs.erase("loaded_at");
    expect_fields(ours, theirs);
  }
}

TEST_F(ListsTest, run_times_are_told_while_they_are_counted) {
  const Fd counting(must(bpf_enable_stats(BPF_STATS_RUN_TIME), "enable statistics"));
  const Fd prog = load({BPF_PROG_TYPE_XDP, 0, XDP_PASS});
  std::array<char, 64> packet{};
  struct bpf_test_run_opts options {};
  options.sz = sizeof options;
  options.data_in = packet.data();
  options.data_size_in = packet.size();
  options.repeat = 10;
  must(bpf_prog_test_run_opts(prog.get(), &options), "run");
  const Json shown = ask(by_id("prog", prog_id(prog)));
  EXPECT_EQ(shown["run_cnt"], 10);
  EXPECT_GT(shown["run_time_ns"], 0);
  EXPECT_NEAR(shown["run_time_avg_ns"].get<double>() * 10, shown["run_time_ns"].get<double>(), 1);
}

TEST_F(ListsTest, names_that_the_kernel_cut_are_whole) {
  const Fixture fixture("metadata");
  const std::string name = "a_name_longer_than_the_kernel_keeps";
  const std::uint32_t id = prog_id(Fd(dup(fixture.prog(name))));
  const Json shown = ask(by_id("prog", id));
  EXPECT_EQ(shown["name"], name);
  EXPECT_EQ(ask({"prog", "show", "name", name}), shown);
  EXPECT_EQ(ask({"prog", "show", "name", name.substr(0, 15)}), shown);
  const Ran wrong = run_bpfmaps({"prog", "show", "name", name.substr(0, 20)});
  EXPECT_EQ(wrong.exit_code, 3);
}

TEST_F(ListsTest, metadata_variables_are_told) {
  const Fixture fixture("metadata");
  const std::uint32_t id = prog_id(Fd(dup(fixture.prog("a_name_longer_than_the_kernel_keeps"))));
  const Json metadata = ask(by_id("prog", id))["metadata"];
  EXPECT_EQ(metadata, Json({{"version", "1.2.3"}, {"number", 42}, {"negative", -7}}));
  expect_fields(metadata, ask_bpftool(by_id("prog", id))["metadata"]);
}

TEST_F(ListsTest, a_name_with_several_bearers_is_refused_with_their_ids) {
  const MapSpec spec{BPF_MAP_TYPE_ARRAY, 4, 4, 1, 0, "twins"};
  const Fd one = create(spec), other = create(spec);
  const Ran ran = run_bpfmaps({"map", "show", "name", "twins"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, AllOf(HasSubstr(std::to_string(map_id(one.get()))),
                             HasSubstr(std::to_string(map_id(other.get())))));
  EXPECT_EQ(run_bpfmaps({"map", "show", "name", "nobody"}).exit_code, 3);
}

TEST_F(ListsTest, a_tag_finds_its_program) {
  const Fd prog = load({BPF_PROG_TYPE_XDP, 0, 12345});
  const Json shown = ask(by_id("prog", prog_id(prog)));
  EXPECT_EQ(ask({"prog", "show", "tag", shown["tag"]}), shown);
}

TEST_F(ListsTest, a_list_holds_what_show_says_of_each) {
  const Fd map = create({BPF_MAP_TYPE_ARRAY, 4, 4, 1});
  const Fd prog = load({BPF_PROG_TYPE_XDP});
  for (const auto& [object, id] :
       {std::pair("map", map_id(map.get())), std::pair("prog", prog_id(prog))}) {
    const Json shown = ask(by_id(object, id));
    for (const char* verb : {"list", "show"})  // bpftool's users write either
      EXPECT_THAT(ask({object, verb}), testing::Contains(shown));
  }
}

TEST_F(ListsTest, a_list_tells_where_programs_are_attached) {
  sandbox->add_veth_pair("left", "right");
  const Fixture count("count"), metadata("metadata");
  count.attach_xdp("count", "right");
  const std::uint32_t id = prog_id(Fd(dup(count.prog("count"))));
  const Json shown = ask(by_id("prog", id));
  ASSERT_EQ(shown["attached"].size(), 1u);
  EXPECT_EQ(shown["attached"][0]["devname"], "right");
  EXPECT_THAT(ask({"prog", "list"}), testing::Contains(shown));
  EXPECT_THAT(run_bpfmaps({"prog", "list"}).out,
              AllOf(HasSubstr("xdp right"), HasSubstr("version=1.2.3 number=42")));
}

TEST_F(ListsTest, who_has_an_object_open_is_told_when_asked) {
  sandbox->add_veth_pair("left", "right");
  const Fixture count("count");
  const Fd link(must(bpf_link_create(count.prog("count"), 1, BPF_XDP, nullptr), "attach"));
  const std::string comm = "kernel_tests(" + std::to_string(getpid()) + ")";
  for (const auto& [object, id] : {std::pair("map", map_id(count.map("packets"))),
                                   std::pair("prog", prog_id(Fd(dup(count.prog("count"))))),
                                   std::pair("link", link_id(link))}) {
    Json shown = ask(by_id(object, id));
    EXPECT_FALSE(shown.contains("pids"));
    shown["pids"] = {{{"pid", getpid()}, {"comm", "kernel_tests"}}};
    EXPECT_EQ(ask({object, "show", "id", std::to_string(id), "--pids"}), shown);
    EXPECT_THAT(ask({object, "list", "--pids"}), testing::Contains(shown));
    EXPECT_THAT(run_bpfmaps({object, "list", "--pids"}).out, HasSubstr(comm));
  }
  pin_fd(count.map("packets"), pin("map"));
  must(chmod(pin("map").c_str(), 0644), "chmod");
  const Ran nobody = run_bpfmaps({"map", "show", pin("map"), "--pids"}, {.as_nobody = true});
  EXPECT_EQ(nobody.exit_code, 0);
  EXPECT_THAT(nobody.out, HasSubstr("processes may not be looked into"));
}

TEST_F(ListsTest, what_vanishes_meanwhile_does_not_matter) {
  std::atomic<bool> done = false;
  std::thread churn([&] {
    for (; !done; usleep(500)) {  // Linux 6.18 locks up where too many wait to be freed
      const Fd map = create({BPF_MAP_TYPE_ARRAY, 4, 4, 1});
      const Fd prog = load({BPF_PROG_TYPE_XDP});
    }
  });
  for (int i = 0; i < (kSanitized ? 10 : 100); ++i) {
    const Ran maps = run_bpfmaps({"map", "list"}), programs = run_bpfmaps({"prog", "list"});
    EXPECT_EQ(maps.exit_code, 0) << maps.err;
    EXPECT_EQ(programs.exit_code, 0) << programs.err;
  }
  done = true;
  churn.join();
}

TEST_F(ListsTest, a_link_that_is_being_made_meanwhile_does_not_matter) {
  sandbox->add_veth_pair("left", "right");
  const int left = static_cast<int>(if_nametoindex("left"));
  const Fd prog = load({BPF_PROG_TYPE_XDP, BPF_XDP, XDP_PASS});
  std::atomic<bool> done = false;
  std::thread churn([&] {
    for (; !done; usleep(500)) const Fd made(bpf_link_create(prog.get(), left, BPF_XDP, nullptr));
  });
  for (int i = 0; i < (kSanitized ? 10 : 40); ++i) {
    const Ran links = run_bpfmaps({"link", "list"});
    EXPECT_EQ(links.exit_code, 0) << links.err;
  }
  done = true;
  churn.join();
}

TEST_F(ListsTest, nobody_may_list_ids_but_may_show_a_pin) {
  const Fixture count("count");
  pin_fd(count.map("packets"), pin("map"));
  must(chmod(pin("map").c_str(), 0644), "chmod");
  for (const char* object : {"map", "prog", "link"}) {
    const Ran ran = run_bpfmaps({object, "list"}, {.as_nobody = true});
    EXPECT_EQ(ran.exit_code, 4);
    EXPECT_THAT(ran.err, AllOf(HasSubstr("CAP_SYS_ADMIN"), HasSubstr("path of its pin")));
  }
  const Ran ran = run_bpfmaps({"map", "show", pin("map"), "--json"}, {.as_nobody = true});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(Json::parse(ran.out), ask({"map", "show", pin("map")}));
}

TEST_F(ListsTest, nobody_is_told_what_is_not_known_of_a_program) {
  const Fixture count("count");
  pin_fd(count.prog("count"), pin("prog"));
  must(chmod(pin("prog").c_str(), 0666), "chmod");
  const Ran ran = run_bpfmaps({"prog", "show", pin("prog"), "--json"}, {.as_nobody = true});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  const Json shown = Json::parse(ran.out);
  EXPECT_EQ(shown["name"], "count");
  for (const char* kept_back : {"bytes_xlated", "jited", "bytes_jited"})
    EXPECT_FALSE(shown.contains(kept_back)) << kept_back;
  EXPECT_EQ(shown["attached"], Json::array());
  EXPECT_THAT(shown["attached_unseen"].dump(),
              AllOf(HasSubstr("links (ids may be used only with CAP_SYS_ADMIN"),
                    HasSubstr("maps that call programs")));
}

// A terminal of 100 columns: whole columns are left out and named, and the same list in a pipe has
// them all.
TEST_F(ListsTest, fit_the_terminal_and_say_what_is_not_shown) {
  const std::string path =
      pin("a_map_that_is_pinned_by_a_name_which_tells_much_and_whose_name_is_long_too");
  done("map create " + path + " type hash key 16 value 400 entries 65536 name fifteen_letters");
  Running list("map list --entries --pids --where name=='fifteen_letters'", On::terminal);
  list.end();
  const std::string out = list.out();
  for (const std::string_view line : split(out, '\n')) EXPECT_LE(display_width(line), 101u) << line;
  EXPECT_THAT(out, AllOf(HasSubstr("fifteen_letters"), HasSubstr("me_is_long_too")));
  EXPECT_THAT(out, AllOf(HasSubstr("65536"), HasSubstr("…")));
  EXPECT_THAT(list.err(), AllOf(HasSubstr("no room for "), HasSubstr("; --fields shows")));
  const std::string piped = done("map list");
  EXPECT_THAT(piped, AllOf(HasSubstr(path), HasSubstr("400 B")));
}

TEST_F(ListsTest, pins_of_the_kernel_itself_are_hidden) {
  EXPECT_EQ(done("pin list"), "");
  EXPECT_THAT(done("pin list --json"), Not(HasSubstr("maps.debug")));
  if (std::filesystem::exists(pin("maps.debug")))
    EXPECT_THAT(done("pin list --all"), HasSubstr("maps.debug"));
}

TEST_F(ListsTest, every_list_can_be_asked) {
  const Fd map = create({BPF_MAP_TYPE_HASH, 4, 8, 10});
  pin_fd(map.get(), pin("map"));
  const std::string id = std::to_string(map_id(map.get()));
  EXPECT_EQ(done("map list --where pinned==\"" + pin("map") + "\" -q"), id + "\n");
  EXPECT_EQ(done("pin list --where id==" + id + " --quiet"), pin("map") + "\n");
  for (const char* list : {"map", "prog", "link", "pin", "net", "cgroup", "btf"}) {
    const std::string line = std::string(list) + " list --limit 1 ";
    EXPECT_TRUE(Json::parse(done(line + "--json")).is_array()) << list;
    EXPECT_THAT(refused(line + "--where nosuch", 2), HasSubstr("no field `nosuch`")) << list;
    EXPECT_THAT(refused(line + "--fields nosuch", 2), HasSubstr("no field `nosuch`")) << list;
    EXPECT_THAT(refused(line + "--sort nosuch", 2), HasSubstr("no field `nosuch`")) << list;
  }
}

}  // namespace
}  // namespace bpfmaps::test
