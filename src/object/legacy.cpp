// SPDX-License-Identifier: BSD-2-Clause
// What libbpf wants of a map is a variable in the data section ".maps" of the object's BTF, whose
// type is a struct; the struct's members say by their own types what the map is (see __uint() in
// bpf_helpers.h). So such types are added, the section "maps" is renamed, and both are put behind
// the end of the file with a new table of sections. Nothing that was there moves: symbols and
// relocations stay true.
#include "object/legacy.h"

#include <linux/bpf.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "kernel/btf.h"

namespace bpfmaps::object {
namespace {

constexpr const char* kLegacy = "maps";
constexpr const char* kModern = ".maps";
constexpr std::uint32_t kPinByName = 1;  // LIBBPF_PIN_BY_NAME

/// A definition as all loaders of old agreed on it.
struct Definition {
  std::uint32_t type, key_size, value_size, max_entries, flags;
};

/// What iproute2 has behind it (struct bpf_elf_map).
struct Iproute2 {
  std::uint32_t id, pinning, inner_id, inner_index;
};

struct LegacyMap {
  std::string name;
  std::uint32_t offset = 0;  ///< in the section
  Definition definition = {};
  bool pinned = false;
};

std::size_t index_of(std::span<const Section> sections, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::find(sections, name, &Section::name) -
                                  sections.begin());
}

class Legacy {
 public:
  Legacy(const Image& image, std::span<const Section> sections)
      : image_(image), sections_(sections), index_(index_of(sections, kLegacy)) {}

  Result<std::vector<std::byte>> modernise() {
    TRY(read_maps());
    TRY(make_types());
    return rewritten();
  }

 private:
  Bytes bytes() const { return sections_[index_].bytes; }

  Error refuse(std::string why) const {
    return Error::refused(Kind::unsupported, "read legacy maps", image_.name(), std::move(why),
                          "define the map in \".maps\" with __uint() and __type()");
  }

  /// One map for each name in the section, in the order of their places.
  Status read_maps() {
    if (find_section(sections_, kModern) != nullptr)
      return fail(refuse("it has legacy maps beside those in \".maps\""));
    for (const Section& other : sections_)
      if (other.header.sh_type == SHT_REL && other.header.sh_info == index_)
        return fail(refuse("a legacy map refers to something else in the object"));
    for (const Symbol& symbol : symbols_of(sections_)) {
      if (symbol.section != index_ || symbol.name.empty()) continue;
      maps_.push_back(
          {.name = std::string(symbol.name), .offset = static_cast<std::uint32_t>(symbol.value)});
    }
    std::ranges::sort(maps_, {}, &LegacyMap::offset);
    size_ = maps_.empty() ? 0 : bytes().size() / maps_.size();
    for (std::size_t i = 0; i < maps_.size(); ++i)
      if (size_ < sizeof(Definition) || maps_[i].offset != i * size_) size_ = 0;
    if (size_ == 0) return fail(refuse("its section \"maps\" is no sequence of definitions"));
    for (LegacyMap& map : maps_) TRY(read_definition(map));
    return {};
  }

  Status read_definition(LegacyMap& map) const {
    map.definition = read_at<Definition>(bytes(), map.offset);
    const std::uint32_t type = map.definition.type;
    const Bytes rest = bytes().subspan(map.offset, size_).subspan(sizeof(Definition));
    if (rest.size() == sizeof(Iproute2)) {
      const auto more = read_at<Iproute2>(rest, 0);
      map.pinned = more.pinning != 0;
      if (more.inner_id != 0 || more.inner_index != 0)
        return fail(refuse("legacy map " + map.name + " has an inner map"));
    } else if (std::ranges::any_of(rest, [](std::byte byte) { return byte != std::byte{0}; })) {
      return fail(refuse("legacy map " + map.name + " has fields beyond type, sizes and flags"));
    }
    if (type == BPF_MAP_TYPE_ARRAY_OF_MAPS || type == BPF_MAP_TYPE_HASH_OF_MAPS)
      return fail(refuse("legacy map " + map.name + " is a map of maps"));
    return {};
  }

  /// The object's BTF, or a new one, where the section is modern and each map's variable has a
  /// type that says what the map is.
  Status make_types() {
    const Section* old = find_section(sections_, ".BTF");
    types_.reset(old == nullptr
                     ? btf__new_empty()
                     : btf__new(old->bytes.data(), static_cast<__u32>(old->bytes.size())));
    if (types_ == nullptr) return fail(refuse("its types cannot be read"));
    std::vector<__u32> structs;
    for (const LegacyMap& map : maps_) structs.push_back(add_struct(map));

    const int known = btf__find_by_name_kind(types_.get(), kLegacy, BTF_KIND_DATASEC);
    if (known > 0) return retype(static_cast<__u32>(known), structs);
    std::vector<int> variables;
    for (std::size_t i = 0; i < maps_.size(); ++i)
      variables.push_back(btf__add_var(types_.get(), maps_[i].name.c_str(),
                                       BTF_VAR_GLOBAL_ALLOCATED, static_cast<int>(structs[i])));
    btf__add_datasec(types_.get(), kModern, static_cast<__u32>(bytes().size()));
    for (std::size_t i = 0; i < maps_.size(); ++i)
      btf__add_datasec_var_info(types_.get(), variables[i], maps_[i].offset,
                                static_cast<__u32>(size_));
    return {};
  }

  /// Every member lies at the start of a struct that is as large as the definition was: the
  /// kernel, which is given these types too, lets members overlap but not variables.
  __u32 add_struct(const LegacyMap& map) {
    const Definition& definition = map.definition;
    const std::pair<const char*, std::uint32_t> fields[] = {
        {"type", definition.type},
        {"key_size", definition.key_size},
        {"value_size", definition.value_size},
        {"max_entries", definition.max_entries},
        {"map_flags", definition.flags},
        {"pinning", map.pinned ? kPinByName : 0}};
    const int byte = btf__add_int(types_.get(), "char", 1, 0);
    std::vector<int> pointers;
    for (const auto& [name, value] : fields)
      pointers.push_back(
          btf__add_ptr(types_.get(), btf__add_array(types_.get(), byte, byte, value)));
    const int type = btf__add_struct(types_.get(), "", static_cast<__u32>(size_));
    for (std::size_t i = 0; i < pointers.size(); ++i)
      btf__add_field(types_.get(), fields[i].first, pointers[i], 0, 0);
    return static_cast<__u32>(type);
  }

  /// Makes the section's types that are there already the modern ones.
  Status retype(__u32 id, const std::vector<__u32>& structs) {
    const int name = btf__add_str(types_.get(), kModern);
    // libbpf has no call for changing a type; these lie in memory that it gave us to build in.
    auto* section = const_cast<btf_type*>(btf__type_by_id(types_.get(), id));
    section->name_off = static_cast<__u32>(name);
    section->size = static_cast<__u32>(bytes().size());
    if (btf_vlen(section) != maps_.size())
      return fail(refuse("its types tell of other legacy maps than its symbols"));
    for (btf_var_secinfo& place : std::span(btf_var_secinfos(section), maps_.size())) {
      auto* variable = const_cast<btf_type*>(btf__type_by_id(types_.get(), place.type));
      const char* which = btf__name_by_offset(types_.get(), variable->name_off);
      const auto map = std::ranges::find(maps_, std::string_view(which), &LegacyMap::name);
      if (map == maps_.end() || !btf_is_var(variable))
        return fail(refuse("its types tell of other legacy maps than its symbols"));
      variable->type = structs[static_cast<std::size_t>(map - maps_.begin())];
      btf_var(variable)->linkage = BTF_VAR_GLOBAL_ALLOCATED;
      place.offset = map->offset;
      place.size = static_cast<__u32>(size_);
    }
    return {};
  }

  /// The file with the new types, names and table of sections behind its end.
  Result<std::vector<std::byte>> rewritten() const {
    auto header = read_at<Elf64_Ehdr>(image_.contents(), 0);
    std::vector<Elf64_Shdr> headers;
    for (const Section& section : sections_) headers.push_back(section.header);
    std::vector<std::byte> file(image_.contents().begin(), image_.contents().end());
    const auto append = [&file](Bytes more) {
      file.resize((file.size() + 7) / 8 * 8);
      file.insert(file.end(), more.begin(), more.end());
      return file.size() - more.size();
    };

    constexpr std::string_view kNames(".maps\0.BTF", sizeof ".maps\0.BTF");
    const Bytes old_names = sections_[header.e_shstrndx].bytes;
    std::vector<std::byte> names(old_names.begin(), old_names.end());
    const auto more_names = std::as_bytes(std::span(kNames));
    names.insert(names.end(), more_names.begin(), more_names.end());
    headers[header.e_shstrndx].sh_offset = append(names);
    headers[header.e_shstrndx].sh_size = names.size();
    headers[index_].sh_name = static_cast<Elf64_Word>(old_names.size());

    __u32 size = 0;
    const void* raw = btf__raw_data(types_.get(), &size);
    if (raw == nullptr) return fail(refuse("its types cannot be written"));
    const std::size_t at = index_of(sections_, ".BTF");
    if (at == headers.size()) headers.emplace_back();
    headers[at].sh_type = SHT_PROGBITS;
    headers[at].sh_name = static_cast<Elf64_Word>(old_names.size() + sizeof ".maps");
    headers[at].sh_offset = append({static_cast<const std::byte*>(raw), size});
    headers[at].sh_size = size;

    header.e_shnum = static_cast<Elf64_Half>(headers.size());
    header.e_shoff = append(std::as_bytes(std::span(headers)));
    std::memcpy(file.data(), &header, sizeof header);
    return file;
  }

  const Image& image_;
  const std::span<const Section> sections_;
  const std::size_t index_;  // of the section "maps"
  std::size_t size_ = 0;     // of one definition
  std::vector<LegacyMap> maps_;
  kernel::Btf types_;
};

}  // namespace

bool has_legacy_maps(std::span<const Section> sections) {
  return find_section(sections, kLegacy) != nullptr;
}

Result<Image> modernised(const Image& image, std::span<const Section> sections) {
  return Image(image.name(), TRY(Legacy(image, sections).modernise()));
}

}  // namespace bpfmaps::object
