// SPDX-License-Identifier: BSD-2-Clause
// Elements without keys (queues, stacks, bloom filters), and storage whose keys are objects.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel/map_zoo.h"
#include "support/bpfmaps.h"

namespace bpfmaps::test {
namespace {

using testing::HasSubstr;

using MapElements = ZooTest;

std::string json_of(const std::string& verb, const std::string& map, const std::string& rest = "") {
  return done("map " + verb + " " + MapZoo::pin(map) + rest + " --raw --json");
}

TEST_F(MapElements, a_queue_gives_the_oldest_and_a_stack_the_newest) {
  EXPECT_EQ(json_of("peek", "queue"), "{\"value\":\"07 00 00 00 00 00 00 00\"}\n");
  EXPECT_EQ(json_of("peek", "stack"), "{\"value\":\"08 00 00 00 00 00 00 00\"}\n");
  EXPECT_EQ(json_of("dequeue", "queue"), json_of("pop", "stack").replace(11, 1, "7"));
  EXPECT_EQ(json_of("pop", "queue"), "{\"value\":\"08 00 00 00 00 00 00 00\"}\n");
  EXPECT_THAT(refused("map pop " + MapZoo::pin("queue"), 3), HasSubstr("it is empty"));
  EXPECT_THAT(refused("map peek " + MapZoo::pin("queue"), 3), HasSubstr("it is empty"));
}

TEST_F(MapElements, are_added_until_there_is_no_room) {
  const std::string queue = MapZoo::pin("queue");
  done("map push " + queue + " value hex 09 00 00 00 00 00 00 00");
  done("map enqueue " + queue + " value 10 0 0 0 0 0 0 0");
  EXPECT_THAT(refused("map push " + queue + " value 0 0 0 0 0 0 0 0", 1),
              HasSubstr("hint: `bpfmaps map pop` makes room"));
  for (int i = 0; i < 3; ++i) done("map pop " + queue);
  EXPECT_EQ(json_of("pop", "queue"), "{\"value\":\"0a 00 00 00 00 00 00 00\"}\n");
}

TEST_F(MapElements, are_not_what_maps_with_keys_hold) {
  for (const char* verb : {"peek", "pop", "push"}) {
    const std::string data = verb == std::string("push") ? " value 0 0 0 0 0 0 0 0" : "";
    EXPECT_THAT(refused("map " + std::string(verb) + " " + MapZoo::pin("hash") + data, 1),
                HasSubstr("for queues and stacks, and the map is of type hash"));
  }
  EXPECT_THAT(refused("map lookup " + MapZoo::pin("queue") + " key 0", 1), HasSubstr("map peek"));
  EXPECT_THAT(refused("map getnext " + MapZoo::pin("queue"), 1), HasSubstr("map peek"));
  for (const char* map : {"queue", "bloom_filter"})
    EXPECT_THAT(refused("map update " + MapZoo::pin(map) + " key 0 value 1", 2),
                HasSubstr("has no keys\nhint: `bpfmaps map push` adds an element"));
  EXPECT_THAT(refused("map delete " + MapZoo::pin("ringbuf") + " key 0", 2),
              HasSubstr("has no keys"));
}

TEST_F(MapElements, a_bloom_filter_tells_whether_it_may_have_one) {
  const std::string filter = MapZoo::pin("bloom_filter");
  const std::string there = " value 7 0 0 0 0 0 0 0", other = " value 9 0 0 0 0 0 0 0";
  EXPECT_EQ(json_of("lookup", "bloom_filter", there), "{\"value\":\"07 00 00 00 00 00 00 00\"}\n");
  EXPECT_THAT(refused("map lookup " + filter + other, 3), HasSubstr("the filter does not have it"));
  done("map push " + filter + other);
  done("map lookup " + filter + other);
  EXPECT_THAT(refused("map lookup " + MapZoo::pin("hash") + other, 2),
              HasSubstr("`value` is for bloom filters"));
}

/// Puts {count 3, mark 4} into the storage of the object behind `fd`.
void put_visits(int map, int fd) {
  const std::uint32_t visits[2] = {3, 4};
  must(bpf_map_update_elem(map, &fd, visits, BPF_ANY), "put into storage");
}

constexpr const char* kVisits = "{\"value\":{\"count\":3,\"mark\":4}}\n";

std::string looked_up(const std::string& map, const std::string& object) {
  return done("map lookup " + MapZoo::pin(map) + " " + object + " --json");
}

TEST_F(MapElements, storage_of_a_process_is_told_by_its_pid) {
  const Fd self(static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)));
  put_visits(zoo->map("task_storage"), self.get());
  EXPECT_EQ(looked_up("task_storage", "pid " + std::to_string(getpid())), kVisits);
  const std::string storage = "map lookup " + MapZoo::pin("task_storage");
  EXPECT_THAT(refused(storage + " pid 1", 3), HasSubstr("nothing is kept there for this map"));
  EXPECT_THAT(refused(storage + " pid 4194304", 3), HasSubstr("there is no such process"));
  EXPECT_THAT(refused(storage + " key 1", 2), HasSubstr("name one of them"));
  EXPECT_THAT(refused("map lookup " + MapZoo::pin("hash") + " pid 1", 2),
              HasSubstr("`pid` is for local storage"));
}

TEST_F(MapElements, storage_of_a_cgroup_is_told_by_its_path) {
  const Fd cgroup(open(zoo->cgroup().c_str(), O_RDONLY | O_CLOEXEC));
  put_visits(zoo->map("cgrp_storage"), cgroup.get());
  EXPECT_EQ(looked_up("cgrp_storage", "cgroup " + zoo->cgroup()), kVisits);
  EXPECT_THAT(refused("map lookup " + MapZoo::pin("cgrp_storage") + " cgroup /tmp", 1),
              HasSubstr("this is no cgroup of version 2"));
}

TEST_F(MapElements, storage_is_written_and_deleted_through_its_object) {
  const std::string map = MapZoo::pin("task_storage");
  const std::string own = " pid " + std::to_string(getpid());
  done("map update " + map + own + " value count=3 noexist");
  EXPECT_THAT(refused("map update " + map + own + " value count=3 noexist", 1), HasSubstr(own));
  done("map update " + map + own + " value mark=4 exist --merge");
  EXPECT_EQ(looked_up("task_storage", own.substr(1)), kVisits);
  done("map delete " + map + own);
  EXPECT_THAT(refused("map delete " + map + own, 3), HasSubstr("nothing is kept there"));
  EXPECT_THAT(refused("map update " + MapZoo::pin("hash") + own + " value 1", 2),
              HasSubstr("`pid` is for local storage"));
}

TEST_F(MapElements, storage_of_a_file_or_socket_is_told_by_a_descriptor) {
  const Fd file(open("/dev/null", O_RDONLY)), socket(::socket(AF_INET, SOCK_DGRAM, 0));
  put_visits(zoo->map("inode_storage"), file.get());
  put_visits(zoo->map("sk_storage"), socket.get());
  EXPECT_EQ(looked_up("inode_storage", "fd " + std::to_string(file.get())), kVisits) << "inherited";
  const std::string self = "pid " + std::to_string(getpid()) + " fd ";
  EXPECT_EQ(looked_up("inode_storage", self + std::to_string(file.get())), kVisits);
  EXPECT_EQ(looked_up("sk_storage", self + std::to_string(socket.get())), kVisits);
  EXPECT_THAT(refused("map lookup " + MapZoo::pin("sk_storage") + " " + self + "999", 3),
              HasSubstr("has no such descriptor open"));
}

}  // namespace
}  // namespace bpfmaps::test
