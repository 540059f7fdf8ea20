// SPDX-License-Identifier: BSD-2-Clause
// Every type of map of the running kernel: what is in it, or why nobody can tell.
#include <gmock/gmock.h>
#include <sys/socket.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "kernel/map/map_kind.h"
#include "kernel/map_zoo.h"
#include "kernel/names.h"
#include "support/bpfmaps.h"

namespace bpfmaps::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

using MapTypes = ZooTest;

json dumped(const std::string& name, const std::string& options = "") {
  return json::parse(done("map dump " + MapZoo::pin(name) + " --json" + options));
}

std::uint32_t prog_id(int fd) {
  bpf_prog_info info{};
  std::uint32_t size = sizeof info;
  must(bpf_obj_get_info_by_fd(fd, &info, &size), "read program info");
  return info.id;
}

TEST_F(MapTypes, are_read_or_refused_by_name_and_with_a_reason) {
  std::set<std::uint32_t> seen;
  for (const std::string& name : zoo->names()) {
    SCOPED_TRACE(name);
    bpf_map_info info{};
    std::uint32_t size = sizeof info;
    must(bpf_obj_get_info_by_fd(zoo->map(name), &info, &size), "read map info");
    seen.insert(info.type);
    const std::string type = kernel::map_type_name(info.type);
    EXPECT_EQ(json::parse(done("map show " + MapZoo::pin(name) + " --json"))["type"], type);
    const kernel::MapKind& kind = kernel::kind_of(info.type);
    if (kind.reach != kernel::ReadMethod::never && info.value_size >= kind.least_value) {
      EXPECT_NE(dumped(name).size(), 0);
      EXPECT_NE(dumped(name, " --raw").size(), 0);
      done("map dump " + MapZoo::pin(name));
      done("map dump " + MapZoo::pin(name) + " --csv");
      continue;
    }
    EXPECT_THAT(
        refused("map dump " + MapZoo::pin(name), 1),
        AllOf(HasSubstr("a map of type " + type + " cannot be read: "), HasSubstr("\nhint: ")));
  }
  const json listed = json::parse(done("map list --entries --json"));
  for (const std::string& name : zoo->names()) {
    const auto entry = std::ranges::find_if(
        listed, [&](const json& one) { return one["pinned"] == json({MapZoo::pin(name)}); });
    ASSERT_NE(entry, listed.end()) << name;
    const json &entries = entry->at("entries"), &why = entry->at("uncounted");
    EXPECT_NE(entries.is_null(), why.is_null()) << *entry;
    EXPECT_TRUE(entry->contains("fill")) << *entry;
    EXPECT_NE(entries, 0) << *entry;
  }
  // struct_ops is the one type that is not in the zoo: its own test makes one.
  seen.insert(BPF_MAP_TYPE_STRUCT_OPS);
  for (std::uint32_t type = 1; type <= kernel::map_type_names().size(); ++type)
    EXPECT_TRUE(seen.contains(type)) << kernel::map_type_name(type) << " is in no test";
}

TEST_F(MapTypes, are_created_by_their_names) {
  const std::map<std::string, std::string> others = {
      {"arena", "entries 1 flags mmapable"},
      {"array_of_maps", "key 4 value 4 entries 2 inner_map " + MapZoo::pin("hash")},
      {"bloom_filter", "value 8 entries 2"},
      {"cgroup_storage", "key 16 value 8"},
      {"cgrp_storage", "key int value u64 flags no_prealloc"},
      {"hash_of_maps", "key 4 value 4 entries 2 inner_map " + MapZoo::pin("hash")},
      {"inode_storage", "key int value u64 flags no_prealloc"},
      {"lpm_trie", "key 8 value 8 entries 2 flags no_prealloc"},
      {"percpu_cgroup_storage", "key 8 value 8"},
      {"perf_event_array", "key 4 value 4 entries 2"},
      {"prog_array", "key 4 value 4 entries 2"},
      {"queue", "value 8 entries 2"},
      {"ringbuf", "entries 4096"},
      {"sk_storage", "key int value u64 flags no_prealloc"},
      {"stack", "value 8 entries 2"},
      {"task_storage", "key int value u64 flags no_prealloc"},
      {"user_ringbuf", "entries 4096"},
      {"xskmap", "key 4 value 4 entries 2"},
      {"cgroup_array", "key 4 value 4 entries 2"},
  };
  for (const std::string& type : kernel::map_type_names()) {
    if (type == "struct_ops" || type == "insn_array") continue;  // only a loader can make these
    const auto other = others.find(type);
    done("map create " + pin(type) + " type " + type + " " +
         (other == others.end() ? "key 4 value 8 entries 2" : other->second));
    EXPECT_EQ(json::parse(done("map show " + pin(type) + " --json"))["type"], type);
  }
  EXPECT_THAT(refused("map create " + pin("x") + " type struct_ops key 4 value 8 entries 1", 1),
              HasSubstr("only the loader of an object fills"));
  EXPECT_THAT(refused("map create " + pin("x") + " type arena key 4 value 8 entries 1", 1),
              HasSubstr("neither `key` nor `value`"));
  EXPECT_THAT(
      refused("map create " + pin("x") + " type cgroup_storage key 16 value 8 entries 2", 1),
      HasSubstr("takes no `entries`"));
}

TEST_F(MapTypes, maps_in_maps_are_told_by_id_name_and_pins) {
  const json inner = {{"inner_map_id", map_id(zoo->map("hash"))},
                      {"name", "hash"},
                      {"pinned", {MapZoo::pin("hash")}}};
  EXPECT_EQ(dumped("array_of_maps"), json({{{"key", 2}, {"value", inner}}}));
  EXPECT_EQ(dumped("hash_of_maps"), json({{{"key", "02 00 00 00"}, {"value", inner}}}));
  EXPECT_EQ(json::parse(done("map lookup " + MapZoo::pin("array_of_maps") + " key 2 --json")),
            json({{"key", 2}, {"value", inner}}));
}

TEST_F(MapTypes, maps_in_maps_can_be_looked_into) {
  const std::uint32_t three = 3, five = 5;
  const std::uint64_t value = 9;
  const Fd other(bpf_map_create(BPF_MAP_TYPE_HASH, "other", 4, 8, 4, nullptr));
  put(zoo->map("array_of_maps"), three, other.get());
  put(other.get(), five, value);
  const auto entry = [](std::uint32_t outer, std::uint32_t id, const char* inner,
                        const char* bytes) -> json {
    return {{"key", {{"outer", outer}, {"inner_map_id", id}, {"inner", inner}}}, {"value", bytes}};
  };
  const json entries = {
      entry(2, map_id(zoo->map("hash")), "01 00 00 00", "07 00 00 00 00 00 00 00"),
      entry(3, map_id(other.get()), "05 00 00 00", "09 00 00 00 00 00 00 00")};
  EXPECT_EQ(dumped("array_of_maps", " --recursive"), entries);
  EXPECT_EQ(dumped("array_of_maps", " --recursive --key-type u32 --value-type u64")[1]["value"], 9);
  EXPECT_EQ(dumped("array_of_maps", " --recursive --limit 1").size(), 1);
  must(bpf_map_delete_elem(zoo->map("array_of_maps"), &three), "delete");
  EXPECT_EQ(dumped("array_of_maps", " --recursive").size(), 1);
  EXPECT_THAT(refused("map dump " + MapZoo::pin("hash") + " --recursive", 2),
              HasSubstr("--recursive is for maps of maps"));
}

TEST_F(MapTypes, maps_in_maps_of_other_types_are_refused) {
  const Fixture golden("golden"), again("golden");
  const std::uint32_t zero = 0, one = 1;
  struct bpf_map_create_opts options {};
  options.sz = sizeof options;
  options.inner_map_fd = static_cast<__u32>(golden.map("flows"));
  const Fd outer(bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, "outer", 4, 4, 2, &options));
  pin_fd(outer.get(), pin("outer"));
  EXPECT_EQ(done("map dump " + pin("outer") + " --recursive --json"), "[]\n");
  put(outer.get(), zero, golden.map("flows"));
  put(outer.get(), one, again.map("flows"));
  done("map dump " + pin("outer") + " --recursive --json");  // two loads of one object
  bpf_map_info info{};
  std::uint32_t size = sizeof info;
  must(bpf_obj_get_info_by_fd(golden.map("flows"), &info, &size), "read map info");
  struct bpf_map_create_opts untyped {};
  untyped.sz = sizeof untyped;
  untyped.map_flags = info.map_flags;
  const Fd other(bpf_map_create(BPF_MAP_TYPE_HASH, "other", info.key_size, info.value_size,
                                info.max_entries, &untyped));
  put(outer.get(), one, other.get());
  EXPECT_THAT(refused("map dump " + pin("outer") + " --recursive", 1),
              HasSubstr("its types are not those of the other inner maps"));
  done("map dump " + pin("outer") + " --recursive --raw");
}

TEST_F(MapTypes, programs_are_told_by_id_and_name) {
  const json value = {{"prog_id", prog_id(zoo->prog())}, {"name", "take_stacks"}};
  EXPECT_EQ(dumped("prog_array"), json({{{"key", 2}, {"value", value}}}));
  EXPECT_THAT(done("map dump " + MapZoo::pin("prog_array")), HasSubstr("prog_id  name\n"));
}

TEST_F(MapTypes, interfaces_are_told_by_index_and_name) {
  const json small = {{"ifindex", 1}, {"devname", "lo"}};
  json value = small;
  EXPECT_EQ(dumped("devmap_small"), json({{{"key", 2}, {"value", small}}}));
  value["prog_id"] = 0;
  EXPECT_EQ(dumped("devmap"), json({{{"key", 2}, {"value", value}}}));
  EXPECT_EQ(dumped("devmap_hash"), json({{{"key", 99}, {"value", value}}}));
}

TEST_F(MapTypes, cpus_are_told_by_queue_size_and_program) {
  EXPECT_EQ(dumped("cpumap"), json({{{"key", 0}, {"value", {{"qsize", 64}, {"prog_id", 0}}}}}));
}

TEST_F(MapTypes, an_index_or_a_cpu_that_is_not_there_is_said_to_be_none) {
  for (const char* map : {"prog_array", "devmap", "cpumap"}) {
    const std::string value =
        map == std::string("prog_array") ? "id " + std::to_string(prog_id(zoo->prog())) : "1";
    EXPECT_THAT(refused("map update " + MapZoo::pin(map) + " key 99 value " + value, 3),
                HasSubstr("the map has no such index (E2BIG)\nhint: its keys are 0 to 3"));
    EXPECT_THAT(refused("map delete " + MapZoo::pin(map) + " key 99", 3),
                HasSubstr("no such index"));
  }
  const int count = libbpf_num_possible_cpus();
  const Fd cpus(bpf_map_create(BPF_MAP_TYPE_CPUMAP, "cpus", 4, 4, count + 1, nullptr));
  pin_fd(cpus.get(), pin("cpus"));
  EXPECT_THAT(
      refused("map update " + pin("cpus") + " key " + std::to_string(count) + " value 8", 3),
      HasSubstr("this machine has no such CPU"));
}

TEST_F(MapTypes, sockets_are_told_by_their_cookies) {
  EXPECT_GT(dumped("sockmap")[0]["value"]["cookie"], 0);
  EXPECT_GT(dumped("sockhash")[0]["value"]["cookie"], 0);
  EXPECT_GT(dumped("reuseport_sockarray")[0]["value"]["cookie"], 0);
}

TEST_F(MapTypes, storage_of_cgroups_is_told_by_their_paths) {
  const json entries = dumped("cgroup_storage");
  ASSERT_EQ(entries.size(), 2) << "the map says that it holds 0 at most";
  const json& entry = entries[entries[0]["key"]["path"] == zoo->cgroup() ? 0 : 1];
  EXPECT_EQ(entry["key"]["path"], zoo->cgroup());
  EXPECT_EQ(entry["key"]["attach_type"], "cgroup_inet_egress");
  EXPECT_EQ(entry["value"], json({{"count", 0}, {"mark", 0}}));
  const json all = dumped("percpu_cgroup_storage");
  const json& shared = all[all[0]["key"]["path"] == zoo->cgroup() ? 0 : 1];
  EXPECT_EQ(shared["key"],
            json({{"cgroup_inode_id", entry["key"]["cgroup_inode_id"]}, {"path", zoo->cgroup()}}));
  EXPECT_EQ(shared["values"][1]["value"], json({{"count", 0}, {"mark", 0}}));
}

TEST_F(MapTypes, rings_tell_their_positions) {
  // A header of 8 bytes, a record of 8.
  EXPECT_EQ(json::parse(done("map show " + MapZoo::pin("ringbuf") + " --json"))["ring"],
            json({{"consumer_pos", 0}, {"producer_pos", 16}, {"waiting", 16}, {"size", 4096}}));
  EXPECT_EQ(json::parse(done("map show " + MapZoo::pin("user_ringbuf") + " --json"))["ring"],
            json({{"consumer_pos", 0}, {"producer_pos", 0}, {"waiting", 0}, {"size", 4096}}));
  EXPECT_THAT(done("map show " + MapZoo::pin("ringbuf")), HasSubstr("waiting"));
}

TEST_F(MapTypes, stacks_are_told_by_function) {
  const json stacks = dumped("stack_trace");
  std::string symbols;
  for (const json& frame : stacks[0]["value"]) {
    EXPECT_THAT(frame["ip"], StartsWith("0xffffffff"));
    symbols += frame["symbol"].get<std::string>() + "\n";
  }
  EXPECT_THAT(symbols, HasSubstr("bpf_prog_test_run"));
  const json user = dumped("stack_trace_build_id")[0]["value"][0];
  EXPECT_TRUE(user["build_id"].get<std::string>().size() == 40 || user["ip"] != "0x0") << user;
}

TEST_F(MapTypes, callbacks_are_told_by_the_kernels_types_and_programs) {
  const Fixture callbacks("callbacks");
  const int map = callbacks.map("still");
  pin_fd(map, pin("still"));
  const auto value = [&] {
    const json entries = json::parse(done("map dump " + pin("still") + " --json"));
    EXPECT_EQ(entries[0]["key"], 0);
    return entries[0]["value"];
  };
  EXPECT_EQ(value()["common"]["state"], "BPF_STRUCT_OPS_STATE_INIT");
  callbacks.attach_callbacks("still");
  EXPECT_EQ(value()["common"]["state"], "BPF_STRUCT_OPS_STATE_INUSE");
  EXPECT_EQ(value()["data"]["name"], "bpfmaps_still");
  EXPECT_EQ(value()["data"]["ssthresh"], prog_id(callbacks.prog("ssthresh")));
  EXPECT_EQ(value()["data"]["release"], 0);
}

}  // namespace
}  // namespace bpfmaps::test
