// SPDX-License-Identifier: BSD-2-Clause
#include "entries/saved_inner.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include "entries/create_like.h"
#include "entries/inner_maps.h"
#include "entries/write_entries.h"
#include "kernel/map/map_kind.h"
#include "kernel/map/writer.h"

namespace bpfmaps::entries {
namespace {

std::uint32_t id_at(const unsigned char* value) {
  std::uint32_t id;
  std::memcpy(&id, value, sizeof id);
  return id;
}

kernel::MapInfo info_of(const SavedMap& saved, const SavedInner* one) {
  kernel::MapInfo info = saved.inner->info;
  if (one == nullptr) return info;
  info.name = one->name;
  info.max_entries = one->max_entries;
  return info;
}

}  // namespace

Result<std::vector<SavedInner>> inner_maps_of(const TypedMap& typed) {
  std::vector<SavedInner> found;
  const kernel::Map& outer = typed.map;
  const auto reader = TRY(kernel::open_reader(outer));
  for (Entries some = TRY(reader->next()); some.count != 0; some = TRY(reader->next())) {
    for (std::uint32_t i = 0; i < some.count; ++i) {
      SavedInner one{.id = id_at(some.value(i))};
      const auto map = kernel::map_by_id(one.id, kernel::Access::read);
      if (!map && map.error().kind == Kind::not_found) continue;
      if (!map) return fail(map.error());
      one.key.assign(some.key(i), some.key(i) + some.key_stride);
      one.name = map->info().name;
      one.max_entries = map->info().max_entries;
      found.push_back(std::move(one));
    }
  }
  return found;
}

Result<kernel::Map> make_inner(const SavedMap& saved, const Remark& remark) {
  return create_like(info_of(saved, nullptr), saved.inner->types.get(), {}, remark);
}

Result<SavedMap> take_inner(const TypedMap& typed, const layout::Query* query) {
  const kernel::Map& first = typed.inner->first->map;
  SavedMap taken{.info = typed.map.info()};
  taken.inner = std::make_unique<SavedMap>();
  taken.inner->info = first.info();
  taken.inner_maps = TRY(inner_maps_of(typed));
  taken.blocks = TRY(read_entries(typed, query));
  return taken;
}

namespace {

// The keys of `outer` that are none of `saved`.
Result<std::vector<std::vector<unsigned char>>> other_keys(const SavedMap& saved,
                                                           const kernel::Map& outer) {
  std::set<std::vector<unsigned char>> kept;
  for (const SavedInner& one : saved.inner_maps) kept.insert(one.key);
  std::vector<std::vector<unsigned char>> others;
  const auto reader = TRY(kernel::open_reader(outer));
  for (Entries some = TRY(reader->next()); some.count != 0; some = TRY(reader->next())) {
    for (std::uint32_t i = 0; i < some.count; ++i) {
      std::vector<unsigned char> key(some.key(i), some.key(i) + outer.info().key_size);
      if (id_at(some.value(i)) != 0 && !kept.contains(key)) others.push_back(std::move(key));
    }
  }
  return others;
}

std::uint64_t count_distinct(const SavedMap& saved) {
  std::set<std::uint32_t> ids;
  for (const SavedInner& one : saved.inner_maps) ids.insert(one.id);
  return ids.size();
}

}  // namespace

Result<InnerRestored> restore_inner(const SavedMap& saved, const kernel::Map& outer,
                                    const InnerOptions& options, const Remark& remark) {
  const std::size_t outer_key = saved.info.key_size, inner_key = saved.inner->info.key_size;
  if (outer.info().key_size != outer_key ||
      kernel::kind_of(outer.info().type).holds != kernel::Holds::maps)
    return fail(Error::refused(Kind::invalid, "restore", "",
                               "the map is no map of maps with keys of the same size"));
  // Entries of each inner map.
  std::map<std::uint32_t, EntryBlock> contents;
  for (const EntryBlock& block : saved.blocks) {
    for (std::uint32_t i = 0; i < block.count(); ++i) {
      const std::uint32_t id = id_at(block.key(i) + outer_key);
      const unsigned char* const key = block.key(i) + outer_key + sizeof id;
      auto [at, is_new] = contents.try_emplace(id, inner_key, block.value_size());
      at->second.append({.keys = key,
                         .values = block.value(i),
                         .count = 1,
                         .key_stride = inner_key,
                         .value_stride = block.value_size()});
    }
  }
  InnerRestored restored;
  std::vector<std::vector<unsigned char>> others;
  if (options.replace) others = TRY(other_keys(saved, outer));
  if (options.dry) {
    restored.maps = count_distinct(saved);
    for (const auto& [id, entries] : contents) restored.entries += entries.count();
    restored.removed = others.size();
    return restored;
  }
  std::map<std::uint32_t, kernel::Map> made;
  for (const SavedInner& one : saved.inner_maps) {
    if (!made.contains(one.id)) {
      kernel::Map map =
          TRY(create_like(info_of(saved, &one), saved.inner->types.get(), {}, remark));
      if (const auto entries = contents.find(one.id); entries != contents.end()) {
        kernel::Written written = kernel::update_all(map, entries->second.entries());
        TRY(std::move(written.status));
        restored.entries += written.count;
      }
      ++restored.maps;
      made.emplace(one.id, std::move(map));
    }
  }
  for (const SavedInner& one : saved.inner_maps) {
    const int fd = made.at(one.id).fd();
    TRY(kernel::update(outer, one.key.data(), &fd));
  }
  for (const std::vector<unsigned char>& key : others)
    TRY(kernel::remove_all(outer, key.data(), 1, restored.removed));
  return restored;
}

}  // namespace bpfmaps::entries
