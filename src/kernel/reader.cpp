// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/reader.h"

#include <bpf/bpf.h>

#include <cerrno>

#include "kernel/cpus.h"
#include "kernel/names.h"
#include "kernel/readers.h"

namespace bpfmaps::kernel {

bool is_per_cpu(std::uint32_t type) {
  return type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_ARRAY ||
         type == BPF_MAP_TYPE_LRU_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE;
}

bool is_array(std::uint32_t type) {
  return type == BPF_MAP_TYPE_ARRAY || type == BPF_MAP_TYPE_PERCPU_ARRAY;
}

Result<ValueShape> value_shape(const MapInfo& info) {
  ValueShape shape{.cpus = {}, .slot = info.value_size, .size = info.value_size};
  if (!is_per_cpu(info.type)) return shape;
  // The kernel copies round_up(value_size, 8) bytes for each possible CPU (kernel/bpf/syscall.c).
  shape.cpus = TRY(possible_cpus());
  shape.slot = (info.value_size + 7) & ~7u;
  shape.size = std::size_t{shape.slot} * shape.cpus.size();
  return shape;
}

std::optional<Error> why_unreadable(const MapInfo& info) {
  switch (info.type) {
    case BPF_MAP_TYPE_HASH:
    case BPF_MAP_TYPE_ARRAY:
    case BPF_MAP_TYPE_PERCPU_HASH:
    case BPF_MAP_TYPE_PERCPU_ARRAY:
    case BPF_MAP_TYPE_LRU_HASH:
    case BPF_MAP_TYPE_LRU_PERCPU_HASH:
    case BPF_MAP_TYPE_LPM_TRIE: return {};
    default: break;
  }
  return Error{
      .kind = Kind::unsupported,
      .operation = "read map",
      .context = "bpfmaps cannot read the entries of a map of type " + map_type_name(info.type),
      .hint =
          "`bpfmaps map show id " + std::to_string(info.id) + "` tells what the kernel says of it"};
}

Result<std::unique_ptr<Reader>> open_reader(const Map& map) {
  if (auto reason = why_unreadable(map.info())) return fail(*std::move(reason));
  const ValueShape shape = TRY(value_shape(map.info()));
  return make_batch_reader(map, shape.size);
}

Status lookup(const Map& map, const void* key, void* value) {
  if (bpf_map_lookup_elem(map.fd(), key, value) == 0) return {};
  const int code = errno;
  return fail(Error::from_errno(code, "look up", "map id " + std::to_string(map.info().id)));
}

}  // namespace bpfmaps::kernel
