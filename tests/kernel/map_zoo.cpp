// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/map_zoo.h"

#include <fcntl.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>

#include "kernel/cgroup.h"

namespace bpfmaps::test {
namespace {

constexpr std::uint32_t kArena = 33;  // Linux 6.9

struct Prefix {
  std::uint32_t length;
  unsigned char address[4];
};

Fd udp_socket() {
  Fd made(must(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "open a socket"));
  const int on = 1;
  setsockopt(made.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  must(bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
  return made;
}

Fd perf_event() {
  perf_event_attr wanted{};
  wanted.size = sizeof wanted;
  wanted.type = PERF_TYPE_SOFTWARE;
  wanted.config = PERF_COUNT_SW_BPF_OUTPUT;
  wanted.sample_type = PERF_SAMPLE_RAW;
  return Fd(
      must(static_cast<int>(syscall(SYS_perf_event_open, &wanted, -1, 0, -1, PERF_FLAG_FD_CLOEXEC)),
           "open a perf event"));
}

}  // namespace

MapZoo::MapZoo(Sandbox& sandbox) {
  must(mkdir(pin("").c_str(), 0755), "make the folder");
  make_plain();
  make_maps_of_descriptors(sandbox);
  make_maps_of_sockets();
  make_filled_by_programs();
}

MapZoo::~MapZoo() {
  storage_links_.clear();
  rmdir(inner_cgroup().c_str());
  rmdir(cgroup_.c_str());
}

std::string MapZoo::pin(const std::string& name) {
  return std::string(kBpffs) + "/zoo" + (name.empty() ? "" : "/" + name);
}

int MapZoo::map(const std::string& name) const { return maps_.at(name); }

void MapZoo::add(const std::string& name, int fd) {
  pin_fd(fd, pin(name));
  maps_[name] = fd;
  names_.push_back(name);
}

int MapZoo::make(const std::string& name, std::uint32_t type, std::uint32_t key,
                 std::uint32_t value, std::uint32_t entries, std::uint32_t flags) {
  struct bpf_map_create_opts options {};
  options.sz = sizeof options;
  options.map_flags = flags;
  const std::string label = name.substr(0, BPF_OBJ_NAME_LEN - 1);
  owned_.emplace_back(must(
      bpf_map_create(static_cast<bpf_map_type>(type), label.c_str(), key, value, entries, &options),
      "make a map of type " + name));
  add(name, owned_.back().get());
  return owned_.back().get();
}

void MapZoo::make_plain() {
  const std::uint32_t one = 1;
  const std::uint64_t value = 7;
  put(make("hash", BPF_MAP_TYPE_HASH, 4, 8, 4), one, value);
  put(make("array", BPF_MAP_TYPE_ARRAY, 4, 8, 2), one, value);
  put(make("lru_hash", BPF_MAP_TYPE_LRU_HASH, 4, 8, 4), one, value);
  const std::vector<std::uint64_t> each = {7, 8};
  put_per_cpu(make("percpu_hash", BPF_MAP_TYPE_PERCPU_HASH, 4, 8, 4), one, each);
  put_per_cpu(make("percpu_array", BPF_MAP_TYPE_PERCPU_ARRAY, 4, 8, 2), one, each);
  put_per_cpu(make("lru_percpu_hash", BPF_MAP_TYPE_LRU_PERCPU_HASH, 4, 8, 4), one, each);
  put(make("lpm_trie", BPF_MAP_TYPE_LPM_TRIE, 8, 8, 4, BPF_F_NO_PREALLOC), Prefix{8, {10, 0, 0, 0}},
      value);
  for (const char* name : {"queue", "stack"}) {
    const int map = make(name, name[0] == 'q' ? BPF_MAP_TYPE_QUEUE : BPF_MAP_TYPE_STACK, 0, 8, 4);
    for (const std::uint64_t element : {7, 8})
      must(bpf_map_update_elem(map, nullptr, &element, 0), "push");
  }
  must(bpf_map_update_elem(make("bloom_filter", BPF_MAP_TYPE_BLOOM_FILTER, 0, 8, 4), nullptr,
                           &value, 0),
       "add to a bloom filter");
  make("user_ringbuf", BPF_MAP_TYPE_USER_RINGBUF, 0, 0, 4096);
  make("arena", kArena, 0, 0, 1, BPF_F_MMAPABLE);
}

void MapZoo::make_maps_of_descriptors(Sandbox& sandbox) {
  sandbox.add_veth_pair("left", "right");  // enters the network namespace
  const std::uint32_t two = 2, loopback = 1, cpu = 0;
  const bpf_devmap_val device{.ifindex = loopback, .bpf_prog = {}};
  const bpf_cpumap_val queue{.qsize = 64, .bpf_prog = {}};
  put(make("prog_array", BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 4), two, prog());
  put(make("devmap", BPF_MAP_TYPE_DEVMAP, 4, 8, 4), two, device);
  put(make("devmap_small", BPF_MAP_TYPE_DEVMAP, 4, 4, 4), two, loopback);
  put(make("devmap_hash", BPF_MAP_TYPE_DEVMAP_HASH, 4, 8, 4), std::uint32_t{99}, device);
  put(make("cpumap", BPF_MAP_TYPE_CPUMAP, 4, 8, 4), cpu, queue);
  put(make("perf_event_array", BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 4), cpu, perf_event().get());

  cgroup_ = kernel::cgroup_root() + "/bpfmaps-zoo." + std::to_string(getpid());
  attach_to(inner_cgroup());
  put(make("cgroup_array", BPF_MAP_TYPE_CGROUP_ARRAY, 4, 4, 4), two, attach_to(cgroup_).get());

  struct bpf_map_create_opts inner {};
  inner.sz = sizeof inner;
  inner.inner_map_fd = static_cast<__u32>(map("hash"));
  for (const char* name : {"array_of_maps", "hash_of_maps"}) {
    const auto type = name[0] == 'a' ? BPF_MAP_TYPE_ARRAY_OF_MAPS : BPF_MAP_TYPE_HASH_OF_MAPS;
    owned_.emplace_back(must(bpf_map_create(type, name, 4, 4, 4, &inner), name));
    add(name, owned_.back().get());
    put(map(name), two, map("hash"));
  }
}

Fd MapZoo::attach_to(const std::string& path) {
  std::filesystem::create_directories(path);
  Fd cgroup(must(open(path.c_str(), O_RDONLY | O_CLOEXEC), "open " + path));
  storage_links_.emplace_back(must(
      bpf_link_create(programs_.prog("use_storage"), cgroup.get(), BPF_CGROUP_INET_EGRESS, nullptr),
      "attach to " + path));
  return cgroup;
}

void MapZoo::make_maps_of_sockets() {
  const std::uint32_t two = 2;
  const Fd socket = udp_socket();
  struct {
    const char* name;
    bpf_map_type type;
  } const kinds[] = {{"sockmap", BPF_MAP_TYPE_SOCKMAP},
                     {"sockhash", BPF_MAP_TYPE_SOCKHASH},
                     {"reuseport_sockarray", BPF_MAP_TYPE_REUSEPORT_SOCKARRAY}};
  for (const auto& [name, type] : kinds) {
    owned_.push_back(udp_socket());  // a map forgets a socket that is closed
    const auto handle = static_cast<std::uint64_t>(owned_.back().get());
    put(make(name, type, 4, 8, 4), two, handle);
    make(name + std::string("_small"), type, 4, 4, 4);
  }
  make("xskmap", BPF_MAP_TYPE_XSKMAP, 4, 4, 4);
}

void MapZoo::make_filled_by_programs() {
  std::uint64_t arguments[2] = {};
  for (const char* program : {"take_stacks", "fill_ring"}) {
    struct bpf_test_run_opts once {};
    once.sz = sizeof once;
    once.ctx_in = arguments;
    once.ctx_size_in = sizeof arguments;
    must(bpf_prog_test_run_opts(programs_.prog(program), &once), std::string("run ") + program);
  }
  const std::pair<const char*, const char*> kinds[] = {
      {"stack_trace", "stacks"},
      {"stack_trace_build_id", "build_ids"},
      {"ringbuf", "ring"},
      {"sk_storage", "of_sockets"},
      {"inode_storage", "of_inodes"},
      {"task_storage", "of_tasks"},
      {"cgrp_storage", "of_cgroups"},
      {"cgroup_storage", "of_attached"},
      {"percpu_cgroup_storage", "of_attached_cpus"}};
  for (const auto& [name, in_object] : kinds) add(name, programs_.map(in_object));
}

}  // namespace bpfmaps::test
