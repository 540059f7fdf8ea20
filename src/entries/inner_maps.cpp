// SPDX-License-Identifier: BSD-2-Clause
#include "entries/inner_maps.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/text.h"
#include "entries/map_types.h"
#include "kernel/map/map_kind.h"
#include "kernel/names.h"
#include "layout/join.h"

namespace bpfmaps::entries {
namespace {

std::uint32_t id_at(const unsigned char* value) {
  std::uint32_t id;
  std::memcpy(&id, value, sizeof id);
  return id;
}

/// The map of that id; none where it was taken out and freed just now.
Result<std::optional<kernel::Map>> open_inner(std::uint32_t id) {
  auto map = kernel::map_by_id(id, kernel::Access::read);
  if (map) return std::optional(*std::move(map));
  if (map.error().kind == Kind::not_found) return std::nullopt;
  return fail(std::move(map).error());
}

bool knows(const InnerMaps& maps, const kernel::MapInfo& info) {
  return std::ranges::any_of(maps.alike, [&](const kernel::MapInfo& known) {
    return known.btf_id == info.btf_id && known.btf_key_type_id == info.btf_key_type_id &&
           known.btf_value_type_id == info.btf_value_type_id;
  });
}

Error different(const kernel::MapInfo& info) {
  return Error::refused(Kind::invalid, "read map", "map id " + std::to_string(info.id),
                        "its types are not those of the other inner maps",
                        "--raw shows the bytes of all of them");
}

// What --key-type says: of the outer map's key, and of the inner ones'. "" where it says nothing.
struct KeyTypes {
  std::string outer, inner;
};

// `outer=T`, `inner=T`, both with a comma between them; or T alone, which is the type of the inner
// keys unless only the outer key has its size.
Result<KeyTypes> key_types(const TypeOptions& options, std::uint32_t outer_size,
                           std::uint32_t inner_size) {
  const std::string& word = options.key_type;
  KeyTypes types;
  if (word.starts_with("outer=") || word.starts_with("inner=")) {
    for (const std::string_view part : split(word, ',')) {
      const bool is_outer = part.starts_with("outer=");
      if (!is_outer && !part.starts_with("inner="))
        return fail(Error::usage("--key-type takes `outer=T`, `inner=T` or `outer=T,inner=T`"));
      (is_outer ? types.outer : types.inner) = part.substr(part.find('=') + 1);
    }
    return types;
  }
  types.inner = word;
  if (word.empty()) return types;
  const TypeSource source = TRY(open_type_source(options.btf));
  const auto has_size = [&](std::uint32_t size) {
    layout::NamedTypes named(source.types);
    const auto id = named.add(word, size);
    return id && named.size_of(*id) == size;
  };
  if (!has_size(inner_size) && has_size(outer_size)) std::swap(types.outer, types.inner);
  return types;
}

// For one of the inner maps.
Result<MapOptions> for_inner(MapOptions options, const kernel::MapInfo& outer,
                             const kernel::MapInfo& inner) {
  TypeOptions& types = options.types;
  const bool named = !types.key_type.empty() && types.value_type.empty();
  types.outer = &outer;
  types.key_type = TRY(key_types(types, outer.key_size, inner.key_size)).inner;
  // Where all that is named is the outer key's, FILE need not declare the inner maps.
  if (named && types.key_type.empty() && !TRY(declares(inner, types))) types.btf.clear();
  return options;
}

// For the outer map, whose values are ids. FILE need not declare it.
Result<MapOptions> for_outer(const MapOptions& options, const kernel::MapInfo& outer,
                             std::uint32_t inner_size) {
  MapOptions made{.subject = options.subject,
                  .raw = options.raw,
                  .gentle = options.gentle,
                  .remark = options.remark};
  made.types.pin = options.types.pin;
  made.types.key_type = TRY(key_types(options.types, outer.key_size, inner_size)).outer;
  made.types.btf = options.types.btf;
  if (made.types.key_type.empty() && !TRY(declares(outer, made.types))) made.types.btf.clear();
  return made;
}

// Two loads of one object have types of different ids: what they say decides.
Status take_in(InnerMaps& maps, const kernel::MapInfo& outer, kernel::Map map,
               const MapOptions& options) {
  const kernel::MapInfo info = map.info();
  if (knows(maps, info)) return {};
  const MapOptions own = TRY(for_inner(options, outer, info));
  auto typed = TRY(make_typed_map(std::move(map), own));
  if (maps.first && (typed->key.root() != maps.first->key.root() ||
                     typed->value.root() != maps.first->value.root()))
    return fail(different(info));
  if (!maps.first) maps.first = std::move(typed);
  maps.alike.push_back(info);
  return {};
}

Result<InnerMaps> look_into(const kernel::Map& outer, const MapOptions& options) {
  InnerMaps maps;
  const auto reader = TRY(kernel::open_reader(outer));
  for (Entries entries = TRY(reader->next()); entries.count != 0; entries = TRY(reader->next())) {
    for (std::uint32_t i = 0; i < entries.count; ++i)
      if (auto map = TRY(open_inner(id_at(entries.value(i)))))
        TRY(take_in(maps, outer.info(), *std::move(map), options));
  }
  return maps;
}

class InnerReader final : public kernel::Reader {
 public:
  InnerReader(const TypedMap& joined, std::unique_ptr<kernel::Reader> outer)
      : joined_(joined), outer_(std::move(outer)) {}

  Result<Entries> next() override {
    for (;;) {
      if (reader_) {
        const Entries entries = TRY(reader_->next());
        if (entries.count != 0) return with_outer_key(entries);
        restarts_ += reader_->restarts();
        reader_.reset();
      }
      if (at_ == maps_.count) {
        at_ = 0;
        maps_ = TRY(outer_->next());
        if (maps_.count == 0) return Entries{};
      }
      TRY(open_next());
    }
  }

  std::uint64_t restarts() const override { return restarts_ + outer_->restarts(); }

 private:
  Status open_next() {
    key_ = maps_.key(at_);
    id_ = id_at(maps_.value(at_++));
    map_ = TRY(open_inner(id_));
    if (!map_) return {};
    if (!knows(*joined_.inner, map_->info())) return fail(different(map_->info()));
    reader_ = TRY(kernel::open_reader(*map_, joined_.rate));
    Resolver* resolver = joined_.inner->first->resolver.get();
    if (resolver != nullptr) reader_ = resolved(std::move(reader_), *resolver);
    return {};
  }

  Entries with_outer_key(Entries entries) {
    const std::size_t outer = joined_.map.info().key_size, inner = entries.key_stride;
    const std::size_t stride = outer + sizeof id_ + inner;
    keys_.resize(stride * entries.count);
    for (std::size_t i = 0; i < entries.count; ++i) {
      unsigned char* to = keys_.data() + i * stride;
      std::memcpy(to, key_, outer);
      std::memcpy(to + outer, &id_, sizeof id_);
      std::memcpy(to + outer + sizeof id_, entries.key(i), inner);
    }
    entries.keys = keys_.data();
    entries.key_stride = stride;
    return entries;
  }

  const TypedMap& joined_;
  std::unique_ptr<kernel::Reader> outer_, reader_;
  std::optional<kernel::Map> map_;  // that reader_ reads
  Entries maps_;
  std::uint32_t at_ = 0, id_ = 0;
  std::uint64_t restarts_ = 0;
  const unsigned char* key_ = nullptr;
  std::vector<unsigned char> keys_;
};

}  // namespace

Result<std::unique_ptr<TypedMap>> open_inner_maps(kernel::Map outer, const MapOptions& options) {
  const std::uint32_t type = outer.info().type;
  if (kernel::kind_of(type).holds != kernel::Holds::maps)
    return fail(Error::usage("--recursive is for maps of maps, and this one is of type " +
                             kernel::map_type_name(type)));
  auto maps = std::make_shared<InnerMaps>(TRY(look_into(outer, options)));
  const std::uint32_t inner_size = maps->first ? maps->first->map.info().key_size : 0;
  const MapOptions own = TRY(for_outer(options, outer.info(), inner_size));
  auto as_is = TRY(make_typed_map(std::move(outer), own));
  if (!maps->first) return as_is;

  const TypedMap& first = *maps->first;
  if (auto reason = kernel::why_unreadable(first.map.info())) return fail(*std::move(reason));
  const layout::RowSpec shown = first.row_spec();
  const layout::Layout id = layout::Layout::index();
  auto joined = std::make_unique<TypedMap>(
      std::move(as_is->map), first.shape,
      layout::join({{"outer", &as_is->key}, {"inner_map_id", &id}, {"inner", shown.key}}),
      first.resolver && !first.resolver->of_keys() ? first.resolver->layout() : first.value);
  joined->inner = std::move(maps);
  joined->rate = as_is->rate;
  TRY(add_reduction(*joined, options));
  return joined;
}

Result<std::unique_ptr<kernel::Reader>> open_inner_reader(const TypedMap& joined) {
  return std::make_unique<InnerReader>(joined, TRY(kernel::open_reader(joined.map)));
}

}  // namespace bpfmaps::entries
