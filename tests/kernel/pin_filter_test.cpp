// SPDX-License-Identifier: BSD-2-Clause
// pin list and pin rm with --orphans and --stale: what is found, and all that must not be.
#include <gmock/gmock.h>
#include <net/if.h>

#include "kernel/pin_sandbox.h"
#include "kernel/show.h"
#include "kernel/tiny.h"
#include "support/bpfmaps.h"
#include "support/paths.h"

namespace bpfmaps::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

Fd make_map(bpf_map_type type, std::uint32_t value, std::uint32_t entries) {
  return Fd(must(bpf_map_create(type, "made", 4, value, entries, nullptr), "create map"));
}

class PinFilterTest : public PinTest {
 protected:
  /// Lets go of all that the test itself has open: what is left has its pins alone.
  void only_pins() { count.reset(); }

  /// "path: why" of each orphan below d, paths from there.
  static std::vector<std::string> orphans() {
    std::vector<std::string> found;
    for (const Json& pin_ : ask({"pin", "list", "--orphans", pin("d")}))
      found.push_back(fs::path(pin_["path"]).lexically_relative(pin("d")).string() + ": " +
                      pin_["why"].get<std::string>());
    return found;
  }
};

TEST_F(PinFilterTest, maps_of_loaded_programs_and_programs_of_links_are_no_orphans) {
  pin_link(pin("link"));
  only_pins();
  EXPECT_THAT(orphans(), IsEmpty());
  fs::remove(pin("link"));
  for (int tries = 0; orphans().empty() && tries < 300; ++tries)
    usleep(10'000);  // the kernel frees links in its own time
  EXPECT_THAT(orphans(), ElementsAre("prog: it is attached nowhere"));
}

TEST_F(PinFilterTest, what_a_process_has_open_is_no_orphan) {
  Fd map = make_map(BPF_MAP_TYPE_ARRAY, 8, 1);
  pin_fd(map.get(), pin("d/made"));
  EXPECT_THAT(orphans(), IsEmpty());
  const Json shown = ask({"pin", "show", "--pids", pin("d/made")});
  EXPECT_EQ(shown["used_by"], Json::array());
  EXPECT_EQ(shown["pids"][0]["pid"], getpid());
  map.reset();
  only_pins();
  EXPECT_THAT(orphans(), ElementsAre("made: no program uses it", "prog: it is attached nowhere"));
}

TEST_F(PinFilterTest, a_program_on_an_interface_without_a_link_is_no_orphan) {
  sandbox->add_veth_pair("left", "right");
  ASSERT_EQ(run({"ip", "link", "set", "right", "xdp", "pinned", pin("d/prog")}).exit_code, 0);
  only_pins();
  EXPECT_THAT(orphans(), IsEmpty());
}

TEST_F(PinFilterTest, what_lies_in_another_map_is_no_orphan) {
  Fd inner = make_map(BPF_MAP_TYPE_ARRAY, 8, 1);
  pin_fd(inner.get(), pin("d/inner"));
  struct bpf_map_create_opts options {};
  options.sz = sizeof options;
  options.inner_map_fd = static_cast<std::uint32_t>(inner.get());
  const Fd outer(
      must(bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, "outer", 4, 4, 2, &options), "create"));
  put(outer.get(), std::uint32_t{1}, inner.get());
  const Fd calls = make_map(BPF_MAP_TYPE_PROG_ARRAY, 4, 2);
  put(calls.get(), std::uint32_t{1}, count->prog("count"));
  inner.reset();
  only_pins();
  EXPECT_THAT(orphans(), IsEmpty());
  for (const Fd* map : {&outer, &calls})
    must(bpf_map_delete_elem(map->get(), "\1\0\0") == 0, "delete");
  EXPECT_THAT(orphans(), ElementsAre("inner: no program uses it", "prog: it is attached nowhere"));
}

TEST_F(PinFilterTest, a_map_that_a_link_works_on_is_no_orphan) {
  bpf_iter_link_info info{};
  {
    const Fd map = make_map(BPF_MAP_TYPE_ARRAY, 8, 1);
    pin_fd(map.get(), pin("d/walked"));
    info.map.map_fd = static_cast<std::uint32_t>(map.get());
    const Fd prog = load({BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, 0, "tiny", "bpf_map_elem"});
    pin_fd(link(prog, {0, BPF_TRACE_ITER, {reinterpret_cast<std::uintptr_t>(&info), sizeof info}})
               .get(),
           pin("d/walk"));
  }
  only_pins();
  EXPECT_THAT(orphans(), ElementsAre("prog: it is attached nowhere"));
  const Json user = ask({"pin", "show", pin("d/walked")})["used_by"][0];
  EXPECT_EQ(user["kind"], "link");
  EXPECT_EQ(user["id"], ask({"link", "show", pin("d/walk")})["id"]);
  EXPECT_EQ(user["type"], "iter");
}

// A devmap's program runs where no link tells.
TEST_F(PinFilterTest, a_program_in_a_devmap_is_no_orphan) {
  sandbox->add_veth_pair("left", "right");
  Fd prog = load({BPF_PROG_TYPE_XDP, BPF_XDP_DEVMAP, XDP_PASS});
  pin_fd(prog.get(), pin("d/prog2"));
  const Fd devices = make_map(BPF_MAP_TYPE_DEVMAP, 8, 2);
  put(devices.get(), std::uint32_t{1},
      std::array{static_cast<int>(if_nametoindex("left")), prog.get()});
  prog.reset();
  only_pins();
  EXPECT_THAT(orphans(), ElementsAre("prog: it is attached nowhere"));
}

TEST_F(PinFilterTest, a_program_that_could_run_unseen_is_no_orphan) {
  pin_fd(load({BPF_PROG_TYPE_SOCKET_FILTER}).get(), pin("d/filter"));
  only_pins();
  EXPECT_THAT(orphans(), ElementsAre("prog: it is attached nowhere"));
}

TEST_F(PinFilterTest, a_link_whose_interface_is_gone_is_an_orphan) {
  sandbox->add_veth_pair("left", "right");
  done("prog attach " + pin("d/prog") + " xdp dev right");
  EXPECT_THAT(orphans(), IsEmpty());
  ASSERT_EQ(run({"ip", "link", "del", "right"}).exit_code, 0);
  EXPECT_THAT(orphans(), ElementsAre("prog_right: what it was attached to is gone"));
  done("pin rm -r --orphans " + pin("d"));
  EXPECT_FALSE(fs::exists(pin("d/prog_right")));
  EXPECT_TRUE(fs::exists(pin("d/prog")));
}

TEST_F(PinFilterTest, rm_takes_orphans_and_directories_left_empty) {
  fs::create_directories(pin("d/sub/deep"));
  pin_fd(make_map(BPF_MAP_TYPE_ARRAY, 8, 1).get(), pin("d/sub/deep/lonely"));
  const Json dry = ask({"pin", "rm", "-r", "--orphans", "--maps-only", "--dry-run", pin("d")});
  EXPECT_EQ(dry.size(), 3u);
  EXPECT_TRUE(fs::exists(pin("d/sub/deep/lonely")));
  done("pin rm -r --orphans --maps-only " + pin("d"));
  EXPECT_FALSE(fs::exists(pin("d/sub")));
  EXPECT_TRUE(fs::exists(pin("d/map")));
  EXPECT_TRUE(fs::exists(pin("d/prog")));
}

TEST_F(PinFilterTest, a_tree_keeps_the_directories_that_lead_to_orphans) {
  fs::create_directories(pin("d/sub"));
  fs::create_directories(pin("d/used"));
  pin_fd(count->map("packets"), pin("d/used/map"));
  pin_fd(make_map(BPF_MAP_TYPE_ARRAY, 8, 1).get(), pin("d/sub/lonely"));
  std::vector<std::string> paths;
  for (const Json& pin_ : ask({"pin", "list", "--orphans", "--tree", "--maps-only", pin("d")}))
    paths.push_back(pin_["path"]);
  EXPECT_THAT(paths, ElementsAre(pin("d"), pin("d/sub"), pin("d/sub/lonely")));
}

TEST_F(PinFilterTest, looking_for_orphans_takes_capabilities) {
  const Ran ran = run_bpfmaps({"pin", "list", "--orphans", pin("d")}, {.as_nobody = true});
  EXPECT_EQ(ran.exit_code, 4);
  EXPECT_THAT(ran.err, HasSubstr("CAP_SYS_ADMIN"));
}

TEST_F(PinFilterTest, stale_names_each_field_that_differs) {
  const std::string object = std::string(BPFMAPS_FIXTURES) + "/count.bpf.o";
  fs::create_directory(pin("d/sub"));
  pin_fd(count->map("packets"), pin("d/packets"));  // fits
  pin_fd(make_map(BPF_MAP_TYPE_HASH, 4, 7).get(), pin("d/sub/packets"));
  pin_fd(make_map(BPF_MAP_TYPE_HASH, 4, 7).get(), pin("d/sub/other"));  // OBJ has no such map
  const Json stale = ask({"pin", "list", "--stale", object, pin("d")});
  ASSERT_EQ(stale.size(), 1u) << stale;
  EXPECT_EQ(stale[0]["path"], pin("d/sub/packets"));
  EXPECT_EQ(stale[0]["differs"], Json::parse(R"([{"field":"type","is":"hash","wanted":"array"},
                            {"field":"value","is":"4 bytes","wanted":"8 bytes"},
                            {"field":"entries","is":"7","wanted":"1"}])"));
  EXPECT_THAT(done("pin list --stale " + object + " " + pin("d")),
              HasSubstr("type is hash, not array; value is 4 bytes, not 8 bytes"));
  // It is what loading trips over, and removing it lets the object load.
  const std::string load_ =
      "prog load " + object + " " + pin("d/sub/count") + " pinmaps " + pin("d/sub");
  EXPECT_THAT(refused(load_, 1), HasSubstr("type is hash, not array; value is 4 bytes"));
  done("pin rm -r --stale " + object + " " + pin("d"));
  EXPECT_TRUE(fs::exists(pin("d/sub/other")));
  done(load_);
}

TEST_F(PinFilterTest, names_of_programs_are_whole) {
  done(std::string("prog load ") + BPFMAPS_FIXTURES + "/metadata.bpf.o " + pin("d/long"));
  const Json shown = ask({"prog", "show", pin("d/long")});
  ASSERT_GT(shown["name"].get<std::string>().size(), 15u);
  EXPECT_EQ(ask({"pin", "list", pin("d/long")})[0]["name"], shown["name"]);
}

}  // namespace
}  // namespace bpfmaps::test
