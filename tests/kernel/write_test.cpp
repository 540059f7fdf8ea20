// SPDX-License-Identifier: BSD-2-Clause
// Writing to maps whose values are descriptors, and what no refused write may do to any map.
#include <gmock/gmock.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "kernel/map_zoo.h"
#include "kernel/tiny.h"
#include "support/bpfmaps.h"
#include "support/paths.h"

namespace bpfmaps::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class Writes : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (!IsSkipped()) zoo.emplace(*sandbox);
  }

  static std::string update(const std::string& name, const std::string& key,
                            const std::string& value) {
    return "map update " + MapZoo::pin(name) + " key " + key + " value " + value;
  }

  /// The value at `key`.
  static json value(const std::string& name, const std::string& key) {
    return json::parse(
        done("map lookup " + MapZoo::pin(name) + " key " + key + " --json"))["value"];
  }

  std::optional<MapZoo> zoo;
};

TEST_F(Writes, take_values_of_descriptors_as_dump_prints_them) {
  const struct {
    const char *map, *full, *free;  // two keys
  } kinds[] = {{"array_of_maps", "2", "3"}, {"hash_of_maps", "2 0 0 0", "3 0 0 0"},
               {"prog_array", "2", "3"},    {"devmap", "2", "3"},
               {"devmap_small", "2", "3"},  {"devmap_hash", "99", "7"},
               {"cpumap", "0", "1"}};
  for (const auto& [map, full, free] : kinds) {
    SCOPED_TRACE(map);
    const json there = value(map, full);
    done(update(map, free, there.dump()));
    EXPECT_EQ(value(map, free), there);
    const json bytes = json::parse(
        done("map lookup " + MapZoo::pin(map) + " key " + full + " --json --raw"))["value"];
    done("map delete " + MapZoo::pin(map) + " key " + free);
    done(update(map, free, "hex " + bytes.get<std::string>()));
    EXPECT_EQ(value(map, free), there);
  }
}

TEST_F(Writes, take_maps_and_programs_by_whatever_names_them) {
  const json map = value("array_of_maps", "2"), program = value("prog_array", "2");
  for (const std::string& words :
       {"id " + map["inner_map_id"].dump(), "pinned " + MapZoo::pin("hash"), MapZoo::pin("hash"),
        "inner_map_id=" + map["inner_map_id"].dump()}) {
    done(update("array_of_maps", "1", words));
    EXPECT_EQ(value("array_of_maps", "1"), map);
    done("map delete " + MapZoo::pin("array_of_maps") + " key 1");
  }
  done(update("prog_array", "1", "id " + program["prog_id"].dump()));
  EXPECT_EQ(value("prog_array", "1"), program);
  const std::string name = "called" + std::to_string(getpid());
  const Fd called = load({.type = BPF_PROG_TYPE_RAW_TRACEPOINT, .name = name});
  done(update("prog_array", "1", "name " + name));
  EXPECT_EQ(value("prog_array", "1")["prog_id"], prog_id(called));
  done("map delete " + MapZoo::pin("prog_array") + " key 1");
}

TEST_F(Writes, take_interfaces_by_name_and_cgroups_by_path) {
  done(update("devmap", "1", "lo"));
  EXPECT_EQ(value("devmap", "1"), value("devmap", "2"));
  done(update("devmap_small", "1", "1"));
  EXPECT_EQ(value("devmap_small", "1")["devname"], "lo");
  done(update("cpumap", "1", "192"));
  EXPECT_EQ(value("cpumap", "1")["qsize"], 192);
  done(update("cgroup_array", "1", zoo->cgroup()));
}

TEST_F(Writes, take_the_cgroups_of_storage_as_dump_prints_them) {
  for (const char* map : {"cgroup_storage", "percpu_cgroup_storage"}) {
    SCOPED_TRACE(map);
    const std::string values = map[0] == 'p' ? "values" : "value";
    const std::string path = MapZoo::pin(map);
    const json before = json::parse(done("map dump " + path + " --json"));
    for (const json& entry : before) {
      const std::string key = entry["key"].dump();
      EXPECT_EQ(json::parse(done("map lookup " + path + " key " + key + " --json")), entry);
      done("map update " + path + " key " + key + " " + values + " " + entry[values].dump());
      json other = entry["key"];
      other["cgroup_inode_id"] = 1;
      EXPECT_THAT(refused("map lookup " + path + " key " + other.dump(), 2),
                  HasSubstr("is cgroup"));
      other["path"] = "/nosuch";  // gone, perhaps: the id counts
      refused("map lookup " + path + " key " + other.dump(), 3);
    }
    EXPECT_EQ(json::parse(done("map dump " + path + " --json")), before);
    EXPECT_THAT(refused("map lookup " + path + " key path=/nosuch", 3), HasSubstr("/nosuch"));
    EXPECT_THAT(refused("map lookup " + path + " key {}", 2), HasSubstr("which cgroup"));
    std::string key = "path=" + zoo->cgroup();
    if (map[0] == 'c') key += " attach_type=cgroup_inet_egress";
    EXPECT_THAT(refused("map delete " + path + " key " + key, 1),
                HasSubstr("deletes its entries itself"));
  }
  const std::string egress = " attach_type=cgroup_inet_egress --json";
  EXPECT_EQ(
      done("map lookup " + MapZoo::pin("cgroup_storage") + " key path=" + zoo->cgroup() +
           " attach_type=1 --json"),
      done("map lookup " + MapZoo::pin("cgroup_storage") + " key path=" + zoo->cgroup() + egress));
}

TEST_F(Writes, of_descriptors_are_refused_with_what_they_take) {
  const struct {
    std::string line;
    int exit_code;
    const char* says;
  } lines[] = {
      {update("array_of_maps", "1", "7"), 2, "`id N`, `pinned PATH` or `name NAME`"},
      {update("array_of_maps", "1", "id 4000000000"), 3, "ENOENT"},
      {update("array_of_maps", "1", "pinned " + MapZoo::pin("array")), 1, "not like the ones"},
      {update("array_of_maps", "1", "{\"inner_map\":7}"), 2, "has no field `inner_map`"},
      {update("array_of_maps", "1", "{\"name\":\"hash\"}"), 2, "names none"},
      {update("array_of_maps", "1", "id 7 8"), 2, "does not take `8`"},
      {update("prog_array", "1", "id 1x"), 2, "is no id"},
      {update("devmap", "1", "nosuch0"), 3, "nosuch0: no such"},
      {update("devmap", "1", "ifindex=1 devname=left"), 2, "`left` is interface"},
      {update("devmap", "1", "ifindex=-1"), 2, "takes a number as `ifindex`, not `-1`"},
      {update("devmap_small", "1", "ifindex=1 prog_id=1"), 2, "no room for a program"},
      {update("sockmap", "1", "7"), 1,
       "a map of type sockmap takes descriptors that only the process"},
      {update("perf_event_array", "1", "7"), 1, "a map of type perf_event_array takes descriptors"},
      {update("cgroup_array", "1", "/nosuch"), 3, "/nosuch: no such file"},
      {update("devmap", "1", "lo") + " --merge", 2, "without --merge"},
  };
  for (const auto& [line, exit_code, says] : lines)
    EXPECT_THAT(refused(line, exit_code), HasSubstr(says)) << line;
  for (const char* map : {"array_of_maps", "prog_array", "devmap", "devmap_small"})
    refused("map lookup " + MapZoo::pin(map) + " key 1", 3);
}

// Programs alone keep a prog_array in the kernel, but not what is in it.
TEST_F(Writes, that_would_not_outlive_the_command_are_refused) {
  done(std::string("prog loadall ") + BPFMAPS_FIXTURES + "/tail_call.bpf.o " + pin("calls"));
  const json maps = json::parse(done("prog maps " + pin("calls/first") + " --json"));
  ASSERT_EQ(maps.size(), 1) << maps;
  const std::string map = "id " + maps[0]["id"].dump();
  const std::string words = " key 0 value pinned " + pin("calls/first");
  EXPECT_THAT(refused("map update " + map + words, 1),
              AllOf(HasSubstr("no longer than this command"), HasSubstr("map pin " + map)));
  done("map pin " + map + " " + pin("calls/next"));
  done("map update " + map + words);
  EXPECT_EQ(json::parse(done("map dump " + map + " --json")).size(), 1);
  // A process that has it open keeps it as well.
  const Fd held(must(bpf_obj_get(pin("calls/next").c_str()), "open"));
  done("pin rm " + pin("calls/next"));
  done("map update " + map + " key 1 value pinned " + pin("calls/first"));
  EXPECT_EQ(json::parse(done("map dump " + map + " --json")).size(), 2);
}

TEST_F(Writes, that_are_refused_change_nothing) {
  const std::string maps[] = {"hash", "array", "lru_hash", "percpu_hash", "lpm_trie"};
  for (const std::string& map : maps) {
    SCOPED_TRACE(map);
    const std::string before = done("map dump " + MapZoo::pin(map) + " --json");
    const std::string key = map == "lpm_trie" ? "10.0.0.0/8" : map == "array" ? "1" : "1 0 0 0";
    refused(update(map, key, "1 2 3"), 2);
    refused(update(map, key, "x"), 2);
    refused(update(map, key, "{}"), 2);
    refused(update(map, key, "1 2 3 4 5 6 7 256"), 2);
    refused(update(map, key, "1 2 3 4 5 6 7 8 noexist"), 1);
    refused(update(map, "zebra", "1 2 3 4 5 6 7 8"), 2);
    refused("map delete " + MapZoo::pin(map) + " key zebra", 2);
    EXPECT_EQ(done("map dump " + MapZoo::pin(map) + " --json"), before);
  }
}

TEST_F(Writes, to_a_frozen_map_are_refused_for_good) {
  const std::string before = done("map dump " + MapZoo::pin("hash") + " --json");
  done("map freeze " + MapZoo::pin("hash"));
  EXPECT_THAT(refused(update("hash", "1 0 0 0", "1 2 3 4 5 6 7 8"), 4), HasSubstr("is frozen"));
  EXPECT_THAT(refused("map delete " + MapZoo::pin("hash") + " key 1 0 0 0", 4),
              HasSubstr("is frozen"));
  EXPECT_EQ(done("map dump " + MapZoo::pin("hash") + " --json"), before);
}

}  // namespace
}  // namespace bpfmaps::test
