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

// Facts: kernel/bpf/*.c and net/core/sock_map.c, net/xdp/xskmap.c of Linux 6.18.
constexpr MapKind kKinds[] = {
    {.type = BPF_MAP_TYPE_HASH, .reach = ReadMethod::batches},
    {.type = BPF_MAP_TYPE_ARRAY, .reach = ReadMethod::batches, .keys = Keys::all},
    {.type = BPF_MAP_TYPE_PROG_ARRAY,
     .reach = ReadMethod::indices,
     .keys = Keys::numbers,
     .holds = Holds::programs},
    {.type = BPF_MAP_TYPE_PERF_EVENT_ARRAY,
     .reach = ReadMethod::never,
     .keys = Keys::numbers,
     .reason = "the kernel does not tell which perf events it holds",
     .hint = "`bpfmaps map tail id ID` puts events into empty slots and shows what programs send"},
    {.type = BPF_MAP_TYPE_PERCPU_HASH, .reach = ReadMethod::batches, .per_cpu = true},
    {.type = BPF_MAP_TYPE_PERCPU_ARRAY,
     .reach = ReadMethod::batches,
     .keys = Keys::all,
     .per_cpu = true},
    {.type = BPF_MAP_TYPE_STACK_TRACE,
     .reach = ReadMethod::indices,
     .keys = Keys::numbers,
     .holds = Holds::stacks},
    {.type = BPF_MAP_TYPE_CGROUP_ARRAY,
     .reach = ReadMethod::never,
     .keys = Keys::numbers,
     .reason = "the kernel does not tell which cgroups it holds",
     .hint = "ask whoever put them there"},
    {.type = BPF_MAP_TYPE_LRU_HASH, .reach = ReadMethod::batches},
    {.type = BPF_MAP_TYPE_LRU_PERCPU_HASH, .reach = ReadMethod::batches, .per_cpu = true},
    {.type = BPF_MAP_TYPE_LPM_TRIE, .reach = ReadMethod::batches},
    {.type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
     .reach = ReadMethod::indices,
     .keys = Keys::numbers,
     .holds = Holds::maps},
    {.type = BPF_MAP_TYPE_HASH_OF_MAPS, .reach = ReadMethod::batches, .holds = Holds::maps},
    {.type = BPF_MAP_TYPE_DEVMAP,
     .reach = ReadMethod::indices,
     .keys = Keys::numbers,
     .holds = Holds::devices},
    {.type = BPF_MAP_TYPE_SOCKMAP,
     .reach = ReadMethod::indices,
     .keys = Keys::numbers,
     .holds = Holds::sockets,
     .least_value = 8,
     .reason = kSmallCookie,
     .hint = kWiderValues},
    {.type = BPF_MAP_TYPE_CPUMAP,
     .reach = ReadMethod::indices,
     .keys = Keys::numbers,
     .holds = Holds::cpus},
    {.type = BPF_MAP_TYPE_XSKMAP,
     .reach = ReadMethod::never,
     .keys = Keys::numbers,
     .reason = "the kernel does not tell which AF_XDP sockets it holds",
     .hint = "`ss --xdp -e` lists all AF_XDP sockets of the network namespace"},
    {.type = BPF_MAP_TYPE_SOCKHASH,
     .reach = ReadMethod::keys,
     .holds = Holds::sockets,
     .least_value = 8,
     .reason = kSmallCookie,
     .hint = kWiderValues},
    {.type = BPF_MAP_TYPE_CGROUP_STORAGE, .reach = ReadMethod::keys, .holds = Holds::cgroups},
    {.type = BPF_MAP_TYPE_REUSEPORT_SOCKARRAY,
     .reach = ReadMethod::indices,
     .keys = Keys::numbers,
     .holds = Holds::sockets,
     .least_value = 8,
     .reason = kSmallCookie,
     .hint = kWiderValues},
    {.type = BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE,
     .reach = ReadMethod::keys,
     .holds = Holds::cgroups,
     .per_cpu = true},
    {.type = BPF_MAP_TYPE_QUEUE, .reach = ReadMethod::never, .reason = kOneByOne, .hint = kPeek},
    {.type = BPF_MAP_TYPE_STACK, .reach = ReadMethod::never, .reason = kOneByOne, .hint = kPeek},
    {.type = BPF_MAP_TYPE_SK_STORAGE,
     .reach = ReadMethod::never,
     .keys = Keys::objects,
     .reason = kLocal,
     .hint = "`bpfmaps map lookup id ID pid PID fd N` reads that of one socket"},
    {.type = BPF_MAP_TYPE_DEVMAP_HASH,
     .reach = ReadMethod::keys,
     .keys = Keys::numbers,
     .holds = Holds::devices},
    {.type = BPF_MAP_TYPE_STRUCT_OPS,
     .reach = ReadMethod::indices,
     .keys = Keys::numbers,
     .holds = Holds::callbacks},
    {.type = BPF_MAP_TYPE_RINGBUF, .reach = ReadMethod::never, .reason = kStream, .hint = kTail},
    {.type = BPF_MAP_TYPE_INODE_STORAGE,
     .reach = ReadMethod::never,
     .keys = Keys::objects,
     .reason = kLocal,
     .hint = "`bpfmaps map lookup id ID fd 5 5<FILE` reads that of one file"},
    {.type = BPF_MAP_TYPE_TASK_STORAGE,
     .reach = ReadMethod::never,
     .keys = Keys::objects,
     .reason = kLocal,
     .hint = "`bpfmaps map lookup id ID pid PID` reads that of one process"},
    {.type = BPF_MAP_TYPE_BLOOM_FILTER,
     .reach = ReadMethod::never,
     .reason = "it keeps no elements, only the bits that they set",
     .hint = "`bpfmaps map lookup id ID value DATA` tells whether one may be in it"},
    {.type = BPF_MAP_TYPE_USER_RINGBUF,
     .reach = ReadMethod::never,
     .reason = kStream,
     .hint = kTail},
    {.type = kMapCgrpStorage,
     .reach = ReadMethod::never,
     .keys = Keys::objects,
     .reason = kLocal,
     .hint = "`bpfmaps map lookup id ID cgroup PATH` reads that of one cgroup"},
    {.type = kMapArena,
     .reach = ReadMethod::never,
     .reason = "it is memory without entries, and looking at a page would allocate it",
     .hint = "the program that owns it can map it"},
    {.type = kMapInsnArray,
     .reach = ReadMethod::never,
     .keys = Keys::numbers,
     .reason = "it holds jump targets inside of a program",
     .hint = "`bpfmaps map show id ID` tells what the kernel says of it"},
};

constexpr MapKind kUnknown = {.type = 0,
                              .reach = ReadMethod::never,
                              .reason = "the type is newer than this bpfmaps",
                              .hint = "`bpfmaps map show id ID` tells what the kernel says of it"};

}  // namespace

const MapKind& kind_of(std::uint32_t type) {
  const MapKind* found = std::ranges::find(kKinds, type, &MapKind::type);
  return found == std::end(kKinds) ? kUnknown : *found;
}

bool is_indexed(std::uint32_t type) {
  const MapKind& kind = kind_of(type);
  return kind.keys == Keys::all || (kind.keys == Keys::numbers && kind.reach != ReadMethod::keys);
}

}  // namespace bpfmaps::kernel
