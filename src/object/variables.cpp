// SPDX-License-Identifier: BSD-2-Clause
#include "object/variables.h"

#include <bpf/btf.h>

#include <algorithm>

#include "base/text.h"
#include "object/types.h"

namespace bpfmaps::object {
namespace {

constexpr const char* kOperation = "set a variable";

/// "ports" of "ports[0]=80" and of "ports=[80,443]".
std::string_view variable_of(std::string_view word) {
  return word.substr(0, word.find_first_of("=.["));
}

/// The type of a data section, or null where `map` is none or has no types.
const btf_type* section_of(const btf* types, const bpf_map* map) {
  if (types == nullptr || !bpf_map__is_internal(map)) return nullptr;
  const btf_type* section = btf__type_by_id(types, bpf_map__btf_value_type_id(map));
  return section != nullptr && btf_is_datasec(section) ? section : nullptr;
}

bool declares(const btf* types, const btf_type* section, std::string_view name) {
  const std::span places(btf_var_secinfos(section), btf_vlen(section));
  return std::ranges::any_of(places, [&](const btf_var_secinfo& place) {
    return name == btf__name_by_offset(types, btf__type_by_id(types, place.type)->name_off);
  });
}

Error unknown(const std::string& subject, std::string_view name, const btf* types) {
  std::vector<std::string> known;
  for (const VariableSpec& variable : variables_of(types)) known.push_back(variable.name);
  const std::vector<std::string_view> names(known.begin(), known.end());
  std::string hint = known.empty() ? "" : suggestion(name, names, "variables");
  if (types == nullptr) hint = "compile it with -g: its variables have no types";
  return Error::refused(Kind::not_found, kOperation, subject,
                        "it has no variable " + std::string(name), std::move(hint));
}

Result<bpf_map*> find_section(bpf_object* object, const std::string& subject,
                              std::string_view name) {
  const btf* types = bpf_object__btf(object);
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object) {
    const btf_type* section = section_of(types, map);
    if (section == nullptr || !declares(types, section, name)) continue;
    if (std::string_view(btf__name_by_offset(types, section->name_off)) != ".kconfig") return map;
    return fail(Error::refused(Kind::unsupported, kOperation, subject,
                               std::string(name) + " is the kernel's to set: it tells how the "
                                                   "kernel is configured"));
  }
  return fail(unknown(subject, name, types));
}

}  // namespace

Result<Changed> set_variables(bpf_object* object, const std::string& subject,
                              std::span<const std::string> words, const SetVariable& set) {
  Changed changed;
  for (const std::string& word : words) {
    if (word.find('=') == word.npos)
      return fail(Error::usage("`var " + word + "` gives no value", "`var " + word + "=VALUE`"));
    bpf_map* map = TRY(find_section(object, subject, variable_of(word)));
    std::size_t size = 0;
    // libbpf hands these bytes out for this: they lie in memory of its own until the load.
    void* bytes = const_cast<void*>(static_cast<const void*>(bpf_map__initial_value(map, &size)));
    TRY(set(bpf_object__btf(object), bpf_map__btf_value_type_id(map), word,
            {static_cast<unsigned char*>(bytes), size}));
    changed.insert(map);
  }
  return changed;
}

}  // namespace bpfmaps::object
