// SPDX-License-Identifier: BSD-2-Clause
// Iterators, which prog load attaches and prog read runs; structs of programs, which map register
// hands to the kernel; and what other verbs say of both.
#include <bpf/bpf.h>
#include <gmock/gmock.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "kernel/fixture.h"
#include "kernel/sandbox.h"
#include "kernel/show.h"
#include "kernel/tiny.h"
#include "support/bpfmaps.h"
#include "support/must.h"
#include "support/paths.h"

namespace bpfmaps::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

class IteratorsTest : public KernelTest {
 protected:
  /// Loads the one program of iterators.bpf.o and pins it, or its link, as `name`.
  static void load_iterator(const std::string& program, const std::string& name,
                            const std::string& more = "") {
    done(std::string("prog load ") + BPFMAPS_FIXTURES + "/iterators.bpf.o " + pin(name) + " name " +
         program + (more.empty() ? "" : " " + more));
  }
};

TEST_F(IteratorsTest, over_the_entries_of_a_map) {
  const Fixture fixture("iterators");
  for (const std::uint32_t key : {3U, 5U}) put(fixture.map("counted"), key, std::uint64_t{1});
  const std::string map = "over id " + std::to_string(map_id(fixture.map("counted")));
  load_iterator("entries", "link", "autoattach " + map);
  EXPECT_EQ(ask({"link", "show", pin("link")})["map_id"], map_id(fixture.map("counted")));
  EXPECT_THAT(done("prog read " + pin("link")), AllOf(HasSubstr("key 3\n"), HasSubstr("key 5\n")));
  EXPECT_THAT(ask({"prog", "read", pin("link")}),
              UnorderedElementsAre(Json({{"line", "key 3"}}), Json({{"line", "key 5"}})));
  EXPECT_THAT(refused("prog read " + pin("link") + " " + map, 2),
              HasSubstr("does not go with the pin of a link"));
  // By the pin of the program, without a link that stays.
  load_iterator("entries", "prog");
  EXPECT_THAT(done("prog read " + pin("prog") + " " + map), HasSubstr("key 5\n"));
  EXPECT_THAT(refused("prog read " + pin("prog"), 1), HasSubstr("say which: `over MAP`"));
  EXPECT_EQ(ask({"prog", "show", pin("prog")})["attached"], Json::array());
  EXPECT_THAT(refused(std::string("prog load ") + BPFMAPS_FIXTURES + "/iterators.bpf.o " +
                          pin("other") + " name entries " + map,
                      2),
              HasSubstr("`over` is for `autoattach`"));
}

TEST_F(IteratorsTest, over_all_tasks) {
  load_iterator("tasks", "tasks", "autoattach");
  EXPECT_THAT(done("prog read " + pin("tasks")), testing::StartsWith("a task\na task\n"));
  EXPECT_EQ(ask({"prog", "read", pin("tasks")})[0], Json({{"line", "a task"}}));
}

TEST_F(IteratorsTest, what_is_none_says_what_it_is) {
  pin_fd(load({BPF_PROG_TYPE_XDP, BPF_XDP, 2}).get(), pin("xdp"));
  EXPECT_THAT(refused("prog read " + pin("xdp"), 1), HasSubstr("it is no iterator"));
  const Fixture fixture("iterators");
  pin_fd(fixture.map("counted"), pin("map"));
  EXPECT_THAT(refused("prog read " + pin("map"), 1), HasSubstr("map dump"));
}

/// The struct of callbacks.bpf.c in a map that was made for links, not filled in yet. libbpf 1.1
/// knows no section for such maps.
Fixture for_link() {
  return Fixture("callbacks", [](bpf_object* object) {
    must(bpf_map__set_map_flags(bpf_object__find_map_by_name(object, "still"), 1U << 13) == 0,
         "set flags");
  });
}

TEST_F(IteratorsTest, a_struct_of_programs_is_registered_by_a_link) {
  const Fixture fixture = for_link();
  pin_fd(fixture.map("still"), pin("cc"));
  EXPECT_THAT(refused("map register " + pin("cc"), 1), HasSubstr("its functions are not set yet"));
  fixture.attach_callbacks("still");  // fills it in, and registers nothing
  EXPECT_EQ(ask({"map", "show", pin("cc")})["registered"], false);
  EXPECT_EQ(ask({"map", "show", pin("cc")})["struct"], "tcp_congestion_ops");
  const Json link = Json::parse(done("map register " + pin("cc") + " --json"));
  EXPECT_EQ(link["type"], "struct_ops");
  EXPECT_THAT(link["pinned"], ElementsAre(pin("cc_link")));
  EXPECT_EQ(ask({"map", "show", pin("cc")})["registered"], true);
  pin_fd(fixture.prog("ssthresh"), pin("ssthresh"));
  const Json place = ask({"prog", "show", pin("ssthresh")})["attached"][0];
  EXPECT_EQ(place["link_id"], link["id"]);
  EXPECT_EQ(place["member"], "ssthresh");
  EXPECT_THAT(refused("map register " + pin("cc") + " pin " + pin("again"), 1),
              HasSubstr("is registered already"));
  EXPECT_FALSE(fs::exists(pin("again")));
  done("pin rm " + pin("cc_link"));
  EXPECT_EQ(ask({"map", "show", pin("cc")})["registered"], false);
  EXPECT_EQ(ask({"prog", "show", pin("ssthresh")})["attached"], Json::array());
}

TEST_F(IteratorsTest, what_cannot_be_registered_by_a_link_says_why) {
  const Fixture callbacks("callbacks");
  pin_fd(callbacks.map("still"), pin("still"));
  EXPECT_THAT(refused("map register " + pin("still"), 1),
              AllOf(HasSubstr("it was not made for links"), HasSubstr(".struct_ops.link")));
  const Fixture iterators("iterators");
  pin_fd(iterators.map("counted"), pin("map"));
  EXPECT_THAT(refused("map register " + pin("map"), 1), HasSubstr("holds no struct of programs"));
}

// The kernel empties it when the last of user space lets go, and says nothing.
TEST_F(IteratorsTest, an_entry_of_a_prog_array_that_would_be_lost_is_refused) {
  pin_fd(load({BPF_PROG_TYPE_XDP, BPF_XDP, 2}).get(), pin("xdp"));
  std::string map;
  const auto update = [&map] {
    return "map update id " + map + " key 0 value pinned " + pin("xdp");
  };
  {
    const Fixture tail_call("tail_call");
    pin_fd(tail_call.prog("first"), pin("first"));
    map = std::to_string(map_id(tail_call.map("next")));
    done(update());  // this process holds it
  }
  EXPECT_THAT(refused(update(), 1), AllOf(HasSubstr("no longer than this command"),
                                          HasSubstr("bpfmaps map pin id " + map + " PATH")));
  done("map pin id " + map + " " + pin("next"));
  done(update());
  EXPECT_EQ(ask({"map", "dump", pin("next")}).size(), 1u);
}

}  // namespace
}  // namespace bpfmaps::test
