// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/map/map_kind.h"

#include <linux/bpf.h>

#include <algorithm>

#include "kernel/uapi.h"

namespace bpfmaps::kernel {
namespace {

constexpr std::string_view kSmallCookie =
    "the kernel tells a socket by its 8-byte cookie, and the map's values are too small for it";
constexpr std::string_view kWiderValues = "a map made with values of 8 bytes can be read";
constexpr std::string_view kOneByOne = "its elements have no keys: only the next one can be seen";
constexpr std::string_view kPeek = "`bpfmaps map peek id ID` shows it and leaves it there";
constexpr std::string_view kStream = "it is a stream of records, which whoever reads it takes away";
constexpr std::string_view kTail = "`bpfmaps map tail id ID` shows its records and takes none";
constexpr std::string_view kLocal = "its entries lie in the objects they belong to, not in the map";

constexpr std::string_view kShow = "`bpfmaps map show id ID` tells what the kernel says of it";

// What several types have in common; a type's own columns are set behind it.
constexpr MapKind hash(std::uint32_t type, Linux since) {
  return {.type = type, .since = since, .reach = ReadMethod::batches, .buckets = true};
}
constexpr MapKind array(std::uint32_t type, Linux since) {
  return {.type = type, .since = since, .reach = ReadMethod::batches, .keys = Keys::all};
}
constexpr MapKind slots(std::uint32_t type, Linux since, Holds holds) {
  return {.type = type,
          .since = since,
          .reach = ReadMethod::indices,
          .keys = Keys::numbers,
          .holds = holds};
}
constexpr MapKind hidden_slots(std::uint32_t type, Linux since, Holds holds,
                               std::string_view reason, std::string_view hint) {
  return {.type = type,
          .since = since,
          .keys = Keys::numbers,
          .holds = holds,
          .reason = reason,
          .hint = hint};
}
constexpr MapKind local(std::uint32_t type, Linux since, std::string_view hint) {
  return {.type = type, .since = since, .keys = Keys::objects, .reason = kLocal, .hint = hint};
}
constexpr MapKind keyless(std::uint32_t type, Linux since, Structure structure,
                          std::string_view reason, std::string_view hint) {
  return {.type = type,
          .since = since,
          .keys = Keys::none,
          .structure = structure,
          .reason = reason,
          .hint = hint};
}
constexpr MapKind cgroup_storage(std::uint32_t type, Linux since) {
  return {.type = type, .since = since, .reach = ReadMethod::keys, .holds = Holds::cgroups};
}

constexpr MapKind with(MapKind kind, bool MapKind::*column) {
  kind.*column = true;
  return kind;
}
constexpr MapKind per_cpu(MapKind kind) { return with(kind, &MapKind::per_cpu); }
constexpr MapKind lru(MapKind kind) { return with(kind, &MapKind::lru); }
constexpr MapKind attaches(MapKind kind) { return with(kind, &MapKind::attaches); }
constexpr MapKind by_keys(MapKind kind) {
  kind.reach = ReadMethod::keys;
  return kind;
}
constexpr MapKind any_key(MapKind kind) {
  kind.keys = Keys::any;
  return kind;
}
constexpr MapKind cookies(MapKind kind) {
  kind.least_value = 8;
  kind.reason = kSmallCookie;
  kind.hint = kWiderValues;
  return kind;
}

// Facts: kernel/bpf/*.c and net/core/sock_map.c, net/xdp/xskmap.c of Linux 6.18.
constexpr MapKind kKinds[] = {
    hash(BPF_MAP_TYPE_HASH, {3, 19}),
    array(BPF_MAP_TYPE_ARRAY, {3, 19}),
    slots(BPF_MAP_TYPE_PROG_ARRAY, {4, 2}, Holds::programs),
    hidden_slots(
        BPF_MAP_TYPE_PERF_EVENT_ARRAY, {4, 3}, Holds::perf_events,
        "the kernel does not tell which perf events it holds",
        "`bpfmaps map tail id ID` puts events into empty slots and shows what programs send"),
    per_cpu(hash(BPF_MAP_TYPE_PERCPU_HASH, {4, 6})),
    per_cpu(array(BPF_MAP_TYPE_PERCPU_ARRAY, {4, 6})),
    slots(BPF_MAP_TYPE_STACK_TRACE, {4, 6}, Holds::stacks),
    hidden_slots(BPF_MAP_TYPE_CGROUP_ARRAY, {4, 8}, Holds::cgroup_dirs,
                 "the kernel does not tell which cgroups it holds", "ask whoever put them there"),
    lru(hash(BPF_MAP_TYPE_LRU_HASH, {4, 10})),
    lru(per_cpu(hash(BPF_MAP_TYPE_LRU_PERCPU_HASH, {4, 10}))),
    {.type = BPF_MAP_TYPE_LPM_TRIE,
     .since = {4, 11},
     .reach = ReadMethod::batches,
     .structure = Structure::prefixes},
    slots(BPF_MAP_TYPE_ARRAY_OF_MAPS, {4, 12}, Holds::maps),
    {.type = BPF_MAP_TYPE_HASH_OF_MAPS,
     .since = {4, 12},
     .reach = ReadMethod::batches,
     .holds = Holds::maps},
    slots(BPF_MAP_TYPE_DEVMAP, {4, 14}, Holds::devices),
    attaches(cookies(slots(BPF_MAP_TYPE_SOCKMAP, {4, 14}, Holds::sockets))),
    slots(BPF_MAP_TYPE_CPUMAP, {4, 15}, Holds::cpus),
    hidden_slots(BPF_MAP_TYPE_XSKMAP, {4, 18}, Holds::xdp_sockets,
                 "the kernel does not tell which AF_XDP sockets it holds",
                 "`ss --xdp -e` lists all AF_XDP sockets of the network namespace"),
    attaches(any_key(by_keys(cookies(slots(BPF_MAP_TYPE_SOCKHASH, {4, 18}, Holds::sockets))))),
    cgroup_storage(BPF_MAP_TYPE_CGROUP_STORAGE, {4, 19}),
    cookies(slots(BPF_MAP_TYPE_REUSEPORT_SOCKARRAY, {4, 19}, Holds::sockets)),
    per_cpu(cgroup_storage(BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE, {4, 20})),
    keyless(BPF_MAP_TYPE_QUEUE, {4, 20}, Structure::queue, kOneByOne, kPeek),
    keyless(BPF_MAP_TYPE_STACK, {4, 20}, Structure::queue, kOneByOne, kPeek),
    local(BPF_MAP_TYPE_SK_STORAGE, {5, 2},
          "`bpfmaps map lookup id ID pid PID fd N` reads that of one socket"),
    by_keys(slots(BPF_MAP_TYPE_DEVMAP_HASH, {5, 4}, Holds::devices)),
    slots(BPF_MAP_TYPE_STRUCT_OPS, {5, 6}, Holds::callbacks),
    keyless(BPF_MAP_TYPE_RINGBUF, {5, 8}, Structure::ring, kStream, kTail),
    local(BPF_MAP_TYPE_INODE_STORAGE, {5, 10},
          "`bpfmaps map lookup id ID fd 5 5<FILE` reads that of one file"),
    local(BPF_MAP_TYPE_TASK_STORAGE, {5, 11},
          "`bpfmaps map lookup id ID pid PID` reads that of one process"),
    keyless(BPF_MAP_TYPE_BLOOM_FILTER, {5, 16}, Structure::bloom_filter,
            "it keeps no elements, only the bits that they set",
            "`bpfmaps map lookup id ID value DATA` tells whether one may be in it"),
    keyless(BPF_MAP_TYPE_USER_RINGBUF, {6, 1}, Structure::user_ring, kStream, kTail),
    local(kMapCgrpStorage, {6, 2},
          "`bpfmaps map lookup id ID cgroup PATH` reads that of one cgroup"),
    keyless(kMapArena, {6, 9}, Structure::memory,
            "it is memory without entries, and looking at a page would allocate it",
            "the program that owns it can map it"),
    hidden_slots(kMapInsnArray, {6, 19}, Holds::data, "it holds jump targets inside of a program",
                 kShow),
};

constexpr MapKind kUnknown = {.reason = "the type is newer than this bpfmaps", .hint = kShow};

}  // namespace

const MapKind& kind_of(std::uint32_t type) {
  const MapKind* found = std::ranges::find(kKinds, type, &MapKind::type);
  return found == std::end(kKinds) ? kUnknown : *found;
}

bool is_plain_array(std::uint32_t type) {
  const MapKind& kind = kind_of(type);
  return kind.keys == Keys::all && !kind.per_cpu;
}

bool is_indexed(std::uint32_t type) {
  const MapKind& kind = kind_of(type);
  return kind.keys == Keys::all || (kind.keys == Keys::numbers && kind.reach != ReadMethod::keys);
}

}  // namespace bpfmaps::kernel
