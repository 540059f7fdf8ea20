// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/map/reader.h"

#include <bpf/bpf.h>

#include <cerrno>

#include "kernel/cpus.h"
#include "kernel/map/map_kind.h"
#include "kernel/map/reader_kinds.h"
#include "kernel/names.h"

namespace bpfmaps::kernel {

bool is_per_cpu(std::uint32_t type) { return kind_of(type).per_cpu; }

bool is_array(std::uint32_t type) { return kind_of(type).keys == Keys::all; }

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
  const MapKind& kind = kind_of(info.type);
  if (kind.reach != ReadMethod::never && info.value_size >= kind.least_value) return {};
  const std::string id = std::to_string(info.id);
  std::string hint(kind.hint);
  if (const std::size_t at = hint.find(" ID"); at != hint.npos) hint.replace(at + 1, 2, id);
  return Error::refused(
      Kind::unsupported, "read map", "map id " + id,
      "a map of type " + map_type_name(info.type) + " cannot be read: " + std::string(kind.reason),
      std::move(hint));
}

namespace {

std::unique_ptr<Reader> make_reader(const Map& map, std::size_t value_size, ReadRate rate) {
  switch (kind_of(map.info().type).reach) {
    case ReadMethod::indices: return make_index_reader(map, value_size);
    case ReadMethod::keys: return make_next_key_reader(map, value_size);
    default: return make_batch_reader(map, value_size, rate);
  }
}

}  // namespace

Result<std::unique_ptr<Reader>> open_reader(const Map& map, ReadRate rate) {
  if (auto reason = why_unreadable(map.info())) return fail(*std::move(reason));
  const ValueShape shape = TRY(value_shape(map.info()));
  auto reader = make_reader(map, shape.size, rate);
  return rate == ReadRate::gentle ? make_gentle_reader(std::move(reader)) : std::move(reader);
}

Status lookup(const Map& map, const void* key, void* value) {
  if (bpf_map_lookup_elem(map.fd(), key, value) == 0) return {};
  const int code = errno;
  return fail(Error::from_errno(code, "look up", "map id " + std::to_string(map.info().id)));
}

}  // namespace bpfmaps::kernel
