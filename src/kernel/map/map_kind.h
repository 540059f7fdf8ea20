// SPDX-License-Identifier: BSD-2-Clause
// MapKind: what a map's type means for whoever makes, reads or writes such maps. One table for all
// types; no other file compares a type with BPF_MAP_TYPE_*, so that a new type is one line.
#pragma once

#include <cstdint>
#include <string_view>

#include "kernel/release.h"

namespace bpfmaps::kernel {

/// How user space gets at all entries.
enum class ReadMethod : std::uint8_t {
  batches,  ///< BPF_MAP_LOOKUP_BATCH
  keys,     ///< BPF_MAP_GET_NEXT_KEY, then a lookup for each
  indices,  ///< a lookup for each index; empty slots are left out
  never,    ///< not at all: `reason` says why, `hint` what works instead
};

/// How the kernel keeps what the map holds, where that matters to more than the reader.
enum class Structure : std::uint8_t {
  entries,       ///< keys with values, or slots
  prefixes,      ///< a trie: a key is the length of a prefix in bits, then the bytes of an address
  queue,         ///< elements without keys, of which one is the next
  bloom_filter,  ///< bits that tell whether an element may be in it
  ring,          ///< records that programs send to user space
  user_ring,     ///< records that user space sends to programs
  memory,        ///< pages without entries
};

/// What the kernel puts into values (or keys) in the place of descriptors and addresses.
enum class Holds : std::uint8_t {
  data,         ///< what programs and users wrote
  maps,         ///< the id of an inner map
  programs,     ///< the id of a program
  devices,      ///< struct bpf_devmap_val: ifindex and the id of a program
  cpus,         ///< struct bpf_cpumap_val: queue size and the id of a program
  sockets,      ///< a socket's cookie
  cgroups,      ///< the key names a cgroup: struct bpf_cgroup_storage_key, or its inode number
  stacks,       ///< instruction addresses, or struct bpf_stack_build_id
  perf_events,  ///< perf events, which the kernel does not tell
  cgroup_dirs,  ///< cgroups, which the kernel does not tell
  xdp_sockets,  ///< AF_XDP sockets, which the kernel does not tell
  callbacks,    ///< a struct of the kernel's own types, with program ids for functions
};

/// What keys are.
enum class Keys : std::uint8_t {
  any,      ///< whatever its maker wanted
  none,     ///< there are no keys
  numbers,  ///< __u32
  objects,  ///< the descriptor of a process, socket, file or cgroup that an entry lies in
  all,      ///< the indices 0 to max_entries - 1, each of which is always there
};

struct MapKind {
  std::uint32_t type = 0;  ///< enum bpf_map_type
  Linux since = {};        ///< the first release that has it
  ReadMethod reach = ReadMethod::never;
  Keys keys = Keys::any;
  Holds holds = Holds::data;
  Structure structure = Structure::entries;
  bool per_cpu = false;
  bool lru = false;               ///< old entries make room for new ones
  bool buckets = false;           ///< the token of a batch is the index of a hash bucket
  bool attaches = false;          ///< programs are attached to the map itself
  std::uint32_t least_value = 0;  ///< bytes a value needs to be read; fewer and it never is
  std::string_view reason = {};   ///< of ReadMethod::never and of values that are too small
  std::string_view hint = {};     ///< what works instead; "ID" stands for the map's id
};

/// The line of that type. A type that the table does not know cannot be read.
const MapKind& kind_of(std::uint32_t type);

/// An array with one value an entry: its keys are all the indices there are.
bool is_plain_array(std::uint32_t type);
/// Whether its keys are indices below max_entries, not any number as in a devmap_hash.
bool is_indexed(std::uint32_t type);

}  // namespace bpfmaps::kernel
