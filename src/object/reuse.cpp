// SPDX-License-Identifier: BSD-2-Clause
#include "object/reuse.h"

#include <bpf/bpf.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/text.h"
#include "kernel/btf.h"
#include "object/compare_types.h"

namespace bpfmaps::object {
namespace {

std::string hex_of(std::span<const std::byte> bytes) {
  constexpr std::size_t kTold = 16;
  std::string text;
  append_hex(text, bytes.data(), std::min(bytes.size(), kTold));
  return text + (bytes.size() > kTold ? " ..." : "");
}

/// A number where the variable is one, else its bytes.
std::string value_text(const btf* types, std::uint32_t id, std::span<const std::byte> bytes) {
  const int behind = btf__resolve_type(types, id);
  const btf_type* type = btf__type_by_id(types, static_cast<std::uint32_t>(std::max(behind, 0)));
  if (type == nullptr || !btf_is_int(type) || bytes.size() > sizeof(std::uint64_t))
    return hex_of(bytes);
  std::uint64_t bits = 0;
  const bool is_little = std::endian::native == std::endian::little;
  std::memcpy(reinterpret_cast<char*>(&bits) + (is_little ? 0 : sizeof bits - bytes.size()),
              bytes.data(), bytes.size());
  if ((btf_int_encoding(type) & BTF_INT_SIGNED) == 0) return std::to_string(bits);
  const std::size_t unused = 64 - 8 * bytes.size();
  return std::to_string(static_cast<std::int64_t>(bits << unused) >> unused);
}

using Values = std::span<const std::byte>;

/// The variables of a data section that hold other bytes.
std::vector<Difference> value_differences(const bpf_object* object, const bpf_map* map, Values is,
                                          Values wanted) {
  std::vector<Difference> found;
  const btf* types = bpf_object__btf(object);
  const btf_type* section =
      types == nullptr ? nullptr : btf__type_by_id(types, bpf_map__btf_value_type_id(map));
  const bool is_typed = section != nullptr && btf_is_datasec(section);
  for (int i = 0; is_typed && i < btf_vlen(section); ++i) {
    const btf_var_secinfo& place = btf_var_secinfos(section)[i];
    const btf_type* variable = btf__type_by_id(types, place.type);
    if (!within(place.offset, place.size, wanted.size())) continue;
    const Values left = is.subspan(place.offset, place.size),
                 right = wanted.subspan(place.offset, place.size);
    if (place.size == 0 || std::memcmp(left.data(), right.data(), place.size) == 0) continue;
    found.push_back({"constant " + std::string(btf__name_by_offset(types, variable->name_off)),
                     value_text(types, variable->type, left),
                     value_text(types, variable->type, right)});
  }
  // Constants without a name: texts that the program prints.
  if (found.empty()) found.push_back({"constants", hex_of(is), hex_of(wanted)});
  return found;
}

/// A map with other constants would change what the program does.
std::vector<Difference> constant_differences(const bpf_object* object, const bpf_map* map,
                                             const kernel::Map& existing) {
  if (!holds_constants(map)) return {};
  std::size_t size = 0;
  const void* wanted = bpf_map__initial_value(const_cast<bpf_map*>(map), &size);
  std::vector<std::byte> held(existing.info().value_size);
  const std::uint32_t zero = 0;
  if (wanted == nullptr || size != held.size() ||
      bpf_map_lookup_elem(existing.fd(), &zero, held.data()) != 0)
    return {{"constants", "unreadable", "known"}};
  if (std::memcmp(wanted, held.data(), size) == 0) return {};
  return value_differences(object, map, held, {static_cast<const std::byte*>(wanted), size});
}

/// Those of key and value. Kind::permission where the kernel does not show the map's types.
Result<std::vector<Difference>> type_differences(const bpf_object* object, const bpf_map* map,
                                                 const kernel::MapInfo& info) {
  std::vector<Difference> found;
  const btf* types = bpf_object__btf(object);
  const std::uint32_t key = bpf_map__btf_key_type_id(map), value = bpf_map__btf_value_type_id(map);
  const bool both_keys = key != 0 && info.btf_key_type_id != 0,
             both_values = value != 0 && info.btf_value_type_id != 0;
  if (types == nullptr || info.btf_id == 0 || (!both_keys && !both_values)) return found;
  const kernel::Btf held = TRY(kernel::btf_by_id(info.btf_id));
  if (both_keys)
    found = object::type_differences("key", {held.get(), info.btf_key_type_id}, {types, key});
  if (!both_values) return found;
  for (Difference& one :
       object::type_differences("value", {held.get(), info.btf_value_type_id}, {types, value}))
    found.push_back(std::move(one));
  return found;
}

}  // namespace

Comparison compare(const bpf_object* object, const bpf_map* map, const kernel::Map& existing,
                   Fit fit) {
  Comparison result;
  result.differences = differences(spec_of(object, map), existing.info(), fit);
  if (!result.differences.empty()) return result;
  const auto typed = type_differences(object, map, existing.info());
  if (!typed)
    result.remark = "its types are not compared: " + typed.error().message();
  else if (fit == Fit::same)
    result.differences = *typed;
  else if (!typed->empty())
    result.remark = "the program takes its entries for something else: " + text_of(*typed);
  if (result.differences.empty()) result.differences = constant_differences(object, map, existing);
  return result;
}

bool holds_constants(const bpf_map* map) {
  return bpf_map__is_internal(map) && (bpf_map__map_flags(map) & BPF_F_RDONLY_PROG) != 0 &&
         !std::string_view(bpf_map__name(map)).ends_with(".kconfig");
}

Result<DeclaredMaps> DeclaredMaps::open(const std::string& word) {
  ElfImage image = TRY(open_image(word));
  Object object = TRY(open_object(image));
  return DeclaredMaps(std::move(image), std::move(object));
}

std::vector<Difference> DeclaredMaps::differences(std::string_view file_name,
                                                  const kernel::Map& existing) const {
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object_.get()) {
    if (file_name_of(bpf_map__name(map)) == file_name)
      return compare(object_.get(), map, existing, Fit::same).differences;
  }
  return {};
}

std::string file_name_of(std::string name) {
  std::ranges::replace(name, '.', '_');
  return name;
}

}  // namespace bpfmaps::object
