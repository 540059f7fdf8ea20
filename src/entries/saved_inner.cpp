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
  taken.inner->cpus = typed.inner->first->shape.cpus;
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

using Contents = std::map<std::uint32_t, EntryBlock>;

// Entries of each inner map.
Contents contents_of(const SavedMap& saved) {
  const std::size_t outer_key = saved.info.key_size, inner_key = saved.inner->info.key_size;
  Contents contents;
  for (const EntryBlock& block : saved.blocks) {
    for (std::uint32_t i = 0; i < block.count(); ++i) {
      const std::uint32_t id = id_at(block.key(i) + outer_key);
      const auto at = contents.try_emplace(id, inner_key, block.value_size()).first;
      at->second.append({.keys = block.key(i) + outer_key + sizeof id,
                         .values = block.value(i),
                         .count = 1,
                         .key_stride = inner_key,
                         .value_stride = block.value_size()});
    }
  }
  return contents;
}

// The first map that is in `outer`; null where there is none.
Result<std::unique_ptr<TypedMap>> first_inner(const kernel::Map& outer, const MapOptions& options) {
  const auto reader = TRY(kernel::open_reader(outer));
  for (Entries some = TRY(reader->next()); some.count != 0; some = TRY(reader->next())) {
    for (std::uint32_t i = 0; i < some.count; ++i) {
      auto map = kernel::map_by_id(id_at(some.value(i)), kernel::Access::read);
      if (map) return make_typed_map(*std::move(map), options);
      if (map.error().kind != Kind::not_found) return fail(std::move(map).error());
    }
  }
  return nullptr;
}

// Where the program whose map it is was compiled anew, its structs may be other ones.
Status convert(Contents& contents, const TypedMap& from, const TypedMap& to,
               const InnerOptions& options, const Remark& remark) {
  const auto converter = TRY(EntryConverter::make(from, to, options.conversion));
  if (const std::string told = converter.added_text(options.conversion); !told.empty())
    remark(told);
  if (converter.is_copy()) return {};
  for (auto& [id, block] : contents) {
    EntryBlock made = block_for(to);
    TRY(converter.run(block.entries(), made));
    block = std::move(made);
  }
  return {};
}

Result<kernel::Map> make_one(const SavedMap& saved, const SavedInner& one, const TypedMap* like,
                             const Remark& remark) {
  kernel::MapInfo info = info_of(saved, &one);
  if (like == nullptr) return create_like(info, saved.inner->types.get(), {}, remark);
  info = like->map.info();
  info.name = one.name;
  // The kernel takes arrays of other sizes only where the first one was made with that flag.
  if (!kernel::is_array(info.type) || (info.flags & BPF_F_INNER_MAP) != 0)
    info.max_entries = one.max_entries;
  return create_like(info, nullptr, {}, remark);
}

}  // namespace

Result<InnerRestored> restore_inner(const SavedMap& saved, const kernel::Map& outer,
                                    const InnerOptions& options, const Remark& remark) {
  if (outer.info().key_size != saved.info.key_size ||
      kernel::kind_of(outer.info().type).holds != kernel::Holds::maps)
    return fail(Error::refused(Kind::invalid, "restore", "",
                               "the map is no map of maps with keys of the same size"));
  Contents contents = contents_of(saved);
  const MapOptions types{.subject = "the maps in it", .remark = remark};
  const auto like = TRY(first_inner(outer, types));
  if (like) {
    const auto from = TRY(inner_types_of(saved, types));
    TRY(convert(contents, *from, *like, options, remark));
  } else if (!options.conversion.is_empty()) {
    return fail(
        Error::usage("the map holds no map yet, so the maps in it will be as they were: "
                     "no --default, --drop or --rename"));
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
    if (made.contains(one.id)) continue;
    kernel::Map map = TRY(make_one(saved, one, like.get(), remark));
    if (const auto entries = contents.find(one.id); entries != contents.end()) {
      kernel::Written written = kernel::update_all(map, entries->second.entries());
      TRY(std::move(written.status));
      restored.entries += written.count;
    }
    ++restored.maps;
    made.emplace(one.id, std::move(map));
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
