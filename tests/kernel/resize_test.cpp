// SPDX-License-Identifier: BSD-2-Clause
// map resize: the contents stay, the pin stays what it was, and what goes on with the old map is
// told. What cannot be resized is refused, and nothing changes.
#include <bpf/bpf.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "kernel/btf.h"
#include "kernel/fixture.h"
#include "kernel/map_zoo.h"
#include "support/bpfmaps.h"
#include "support/must.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

class Resizes : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    objects.emplace("diffs");
    objects->pin_maps(kBpffs);
  }
  static json shown(const std::string& map) {
    return json::parse(done("map show " + pin(map) + " --json"));
  }
  static json sorted_dump(const std::string& map) {
    json all = json::parse(done("map dump " + pin(map) + " --json"));
    std::sort(all.begin(), all.end());
    return all;
  }
  static json resize(const std::string& map, unsigned entries) {
    return json::parse(
        done("map resize " + pin(map) + " entries " + std::to_string(entries) + " --json"));
  }
  static std::ptrdiff_t pins() {
    return std::distance(std::filesystem::directory_iterator(kBpffs), {});
  }

  std::optional<Fixture> objects;
};

TEST_F(Resizes, keep_the_contents_types_owner_and_mode) {
  for (int i = 0; i < 64; ++i)
    done("map update " + pin("v1") + " key host=" + std::to_string(i) +
         " value packets=" + std::to_string(i) + " name=n" + std::to_string(i));
  must(chown(pin("v1").c_str(), 1234, 4321), "chown");
  must(chmod(pin("v1").c_str(), 0640), "chmod");
  const json before = shown("v1"), contents = sorted_dump("v1");
  const auto count = pins();
  const json said = resize("v1", 1000);
  const json after = shown("v1");
  EXPECT_EQ(after["max_entries"], 1000);
  EXPECT_NE(after["id"], before["id"]);
  for (const char* same : {"type", "name", "flags", "bytes_key", "bytes_value"})
    EXPECT_EQ(after[same], before[same]) << same;
  EXPECT_EQ(sorted_dump("v1"), contents);
  struct stat status {};
  must(stat(pin("v1").c_str(), &status), "stat");
  EXPECT_EQ(status.st_uid, 1234u);
  EXPECT_EQ(status.st_gid, 4321u);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
  EXPECT_EQ(pins(), count);
  EXPECT_EQ(said["entries"], 64);
  EXPECT_EQ(said["id"], after["id"]);
  EXPECT_EQ(said["old_id"], before["id"]);
  EXPECT_EQ(resize("v1", 64)["entries"], 64);
}

TEST_F(Resizes, tell_what_goes_on_with_the_old_map) {
  done("pin add map " + pin("v1") + " " + pin("again"));
  const std::string held = resize("v1", 100)["old_held_by"].dump();
  EXPECT_THAT(held, HasSubstr("prog id "));
  EXPECT_THAT(held, HasSubstr(" use\""));
  EXPECT_THAT(held, HasSubstr("process " + std::to_string(getpid()) + " "));
  EXPECT_THAT(held, HasSubstr("pin " + pin("again")));
  EXPECT_EQ(shown("again")["max_entries"], 64);
}

TEST_F(Resizes, carry_over_every_cpu_lru_maps_arrays_and_tries) {
  put_per_cpu<std::uint64_t, std::uint64_t>(objects->map("per_cpu"), 7, {3, 4});
  for (std::uint32_t i = 0; i < 10; ++i) {
    put(objects->map("recent"), i, std::uint64_t{i});
    if (i < 8) put(objects->map("slots"), i, std::uint64_t{i < 4 ? i : 0});
  }
  done("map create " + pin("trie") + " type lpm_trie key 8 value 4 entries 9 flags no_prealloc");
  done("map update " + pin("trie") + " key 10.0.0.0/8 value 1 2 3 4");
  for (const char* map : {"per_cpu", "recent", "slots", "trie"}) {
    SCOPED_TRACE(map);
    const json before = sorted_dump(map);
    resize(map, 2000);
    const json larger = sorted_dump(map);
    if (std::string(map) == "slots") {
      EXPECT_EQ(larger.size(), 2000u);
      resize(map, 8);
      EXPECT_EQ(sorted_dump(map), before);
      resize(map, 4);
      EXPECT_EQ(sorted_dump(map).size(), 4u);
    } else {
      EXPECT_EQ(larger, before);
    }
  }
}

TEST_F(Resizes, refuse_what_does_not_fit) {
  for (std::uint32_t i = 0; i < 8; ++i) {
    put(objects->map("slots"), i, std::uint64_t{i});
    done("map update " + pin("v1") + " key host=" + std::to_string(i) + " value packets=1");
  }
  const std::string ids = shown("slots")["id"].dump() + shown("v1")["id"].dump();
  const auto count = pins();
  EXPECT_THAT(refused("map resize " + pin("slots") + " entries 6", 1), HasSubstr("the entry at "));
  EXPECT_THAT(refused("map resize " + pin("v1") + " entries 7", 1), HasSubstr("8 entries"));
  EXPECT_THAT(refused("map resize " + pin("v1") + " entries 64", 1), HasSubstr("already"));
  EXPECT_THAT(refused("map resize " + pin("v1") + " entries 0", 2), HasSubstr("from 1 to"));
  EXPECT_THAT(refused("map resize " + pin("v1") + " entries 4294967296", 2),
              HasSubstr("from 1 to"));
  EXPECT_THAT(refused("map resize id " + shown("v1")["id"].dump() + " entries 9", 2),
              HasSubstr("name it by its path"));
  done("map freeze " + pin("slots"));
  EXPECT_THAT(refused("map resize " + pin("slots") + " entries 16", 1), HasSubstr("frozen"));
  EXPECT_EQ(shown("slots")["id"].dump() + shown("v1")["id"].dump(), ids);
  EXPECT_EQ(pins(), count);
}

TEST_F(Resizes, refuse_maps_that_hold_no_plain_data) {
  const MapZoo zoo(*sandbox);
  for (const char* map : {"array_of_maps", "hash_of_maps", "prog_array", "devmap", "devmap_hash",
                          "cpumap", "queue", "stack", "ringbuf", "bloom_filter", "task_storage"}) {
    SCOPED_TRACE(map);
    if (access(MapZoo::pin(map).c_str(), F_OK) != 0) continue;
    EXPECT_THAT(refused("map resize " + MapZoo::pin(map) + " entries 77", 1),
                HasSubstr("bpfmaps: map resize: " + MapZoo::pin(map) + ": "));
  }
}

// Who may load a map may wait until the kernel has gone through its types; who resizes it may not.
TEST_F(Resizes, leave_out_types_that_double_at_each_level) {
  const kernel::Btf types(btf__new_empty());
  btf* const to = types.get();
  const int number = btf__add_int(to, "u32", 4, 0);
  int part = btf__add_struct(to, "none", 0);
  for (int level = 1; level <= 20; ++level) {
    const int next = btf__add_struct(to, ("to_" + std::to_string(level)).c_str(), 0);
    for (const char* name : {"a", "b"}) btf__add_field(to, name, part, 0, 0);
    part = next;
  }
  const int value = btf__add_struct(to, "value", 4);
  btf__add_field(to, "number", number, 0, 0);
  btf__add_field(to, "tree", part, 32, 0);
  const Status loaded = kernel::load_types(to);
  ASSERT_TRUE(loaded) << loaded.error().message();
  struct bpf_map_create_opts options {};
  options.sz = sizeof options;
  options.btf_fd = static_cast<__u32>(btf__fd(to));
  options.btf_key_type_id = static_cast<__u32>(number);
  options.btf_value_type_id = static_cast<__u32>(value);
  const Fd map(must(bpf_map_create(BPF_MAP_TYPE_HASH, "tree", 4, 4, 8, &options), "make a map"));
  pin_fd(map.get(), pin("tree"));
  const Ran ran = run_bpfmaps({"map", "resize", pin("tree"), "entries", "16"});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("made without types: "));
  EXPECT_THAT(ran.err, HasSubstr("holds more than a million members"));
}

}  // namespace
}  // namespace bpfmaps::test
