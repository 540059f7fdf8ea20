// SPDX-License-Identifier: BSD-2-Clause
#include "object/legacy_types.h"

#include "base/error_pointer.h"
#include "object/data_sections.h"

namespace bpfmaps::object {
namespace {

constexpr const char* kModern = ".maps";
constexpr const char* kRetired = ".maps.old";
constexpr std::uint32_t kPinByName = 1;  // LIBBPF_PIN_BY_NAME

class Writer {
 public:
  Writer(btf* types, std::span<const LegacyMap> maps) : types_(types), maps_(maps) {
    byte_ = btf__add_int(types_, "char", 1, 0);
  }

  /// A variable for each map.
  std::vector<int> add_variables() const {
    std::vector<int> variables;
    for (const LegacyMap& map : maps_)
      variables.push_back(btf__add_var(types_, map.name.c_str(), BTF_VAR_GLOBAL_ALLOCATED,
                                       add_struct(map, Of::variable)));
    return variables;
  }

 private:
  enum class Of { variable, inner_map };
  struct Member {
    const char* name;
    int type;
  };

  /// Every member lies at the start of a struct that is as large as the definition was: the
  /// kernel, which is given these types too, lets members overlap but not variables.
  int add_struct(const LegacyMap& map, Of of) const {
    std::vector<Member> members = {{"type", number(map.type)},
                                   {"key_size", number(map.key_size)},
                                   {"value_size", number(map.value_size)},
                                   {"max_entries", number(map.max_entries)},
                                   {"map_flags", number(map.flags)}};
    if (map.numa_node) members.push_back({"numa_node", number(*map.numa_node)});
    if (map.pinned && of == Of::variable) members.push_back({"pinning", number(kPinByName)});
    add_entry_types(map, members);
    if (map.inner && of == Of::variable) {
      const int inner = btf__add_ptr(types_, add_struct(maps_[*map.inner], Of::inner_map));
      members.push_back({"values", btf__add_array(types_, byte_, inner, 0)});  // the last: libbpf
    }
    const int type = btf__add_struct(types_, "", map.size);
    for (const Member& member : members) btf__add_field(types_, member.name, member.type, 0, 0);
    return type;
  }

  /// A number is an array's length behind a pointer.
  int number(std::uint32_t value) const {
    return btf__add_ptr(types_, btf__add_array(types_, byte_, byte_, value));
  }

  /// BPF_ANNOTATE_KV_PAIR() made a struct of key and value, named after the map.
  void add_entry_types(const LegacyMap& map, std::vector<Member>& members) const {
    const std::string name = "____btf_map_" + map.name;
    const int id = btf__find_by_name_kind(types_, name.c_str(), BTF_KIND_STRUCT);
    if (id <= 0) return;
    const btf_type* pair = btf__type_by_id(types_, static_cast<std::uint32_t>(id));
    if (btf_vlen(pair) != 2) return;
    const std::uint32_t key = btf_members(pair)[0].type, value = btf_members(pair)[1].type;
    if (btf__resolve_size(types_, key) != map.key_size ||
        btf__resolve_size(types_, value) != map.value_size)
      return;
    members.push_back({"key", btf__add_ptr(types_, static_cast<int>(key))});
    members.push_back({"value", btf__add_ptr(types_, static_cast<int>(value))});
  }

  btf* types_;
  std::span<const LegacyMap> maps_;
  int byte_ = 0;
};

bool is_section_of_maps(const btf* types, const btf_type* type) {
  if (!btf_is_datasec(type)) return false;
  const std::string_view name = btf__name_by_offset(types, type->name_off);
  return name == kModern || name == "maps" || name.starts_with("maps/");
}

/// The variables that are in ".maps" already.
std::vector<btf_var_secinfo> modern_variables(const btf* types) {
  const int id = btf__find_by_name_kind(types, kModern, BTF_KIND_DATASEC);
  if (id <= 0) return {};
  const btf_type* section = btf__type_by_id(types, static_cast<std::uint32_t>(id));
  const btf_var_secinfo* begin = btf_var_secinfos(section);
  return {begin, begin + btf_vlen(section)};
}

/// Takes sections of maps for something that nobody looks at: their variables cannot be taken out.
/// The kernel would not have the names of some ("maps/x").
void retire_sections(btf* types) {
  const int name = btf__add_str(types, kRetired);
  for (std::uint32_t id = 1; name > 0 && id < btf__type_cnt(types); ++id) {
    // libbpf has no call for changing a type; these lie in memory that it gave us to build in.
    auto* type = const_cast<btf_type*>(btf__type_by_id(types, id));
    if (is_section_of_maps(types, type)) type->name_off = static_cast<__u32>(name);
  }
}

}  // namespace

Result<kernel::Btf> add_map_types(const ElfImage& image, const Sections& sections,
                                  std::span<const LegacyMap> maps,
                                  std::span<const std::uint32_t> offsets, std::uint32_t size) {
  const Section* old = find_section(sections, ".BTF");
  kernel::Btf types(old == nullptr ? unless_error(btf__new_empty())
                                   : unless_error(btf__new(old->bytes.data(),
                                                           static_cast<__u32>(old->bytes.size()))));
  if (types == nullptr) return fail(refuse_legacy(image, "its types cannot be read"));
  place_variables(types.get(), sections);
  const std::vector<btf_var_secinfo> modern = modern_variables(types.get());
  const std::vector<int> variables = Writer(types.get(), maps).add_variables();
  retire_sections(types.get());
  btf__add_datasec(types.get(), kModern, size);
  for (const btf_var_secinfo& place : modern)
    btf__add_datasec_var_info(types.get(), static_cast<int>(place.type), place.offset, place.size);
  for (std::size_t i = 0; i < maps.size(); ++i)
    btf__add_datasec_var_info(types.get(), variables[i], offsets[i], maps[i].size);
  return types;
}

}  // namespace bpfmaps::object
