// SPDX-License-Identifier: BSD-2-Clause
#include "object/data_sections.h"

#include <algorithm>

namespace bpfmaps::object {
namespace {

// Only its symbol knows where a global variable lies; the compiler has placed static ones.
void place(btf_type* data, const btf* types, std::size_t section,
           const std::vector<Symbol>& symbols) {
  btf_var_secinfo* const begin = btf_var_secinfos(data);
  btf_var_secinfo* const end = begin + btf_vlen(data);
  for (btf_var_secinfo* one = begin; one != end; ++one) {
    const btf_type* variable = btf__type_by_id(types, one->type);
    if (!btf_is_var(variable) || btf_var(variable)->linkage == BTF_VAR_STATIC) continue;
    const std::string_view name = btf__name_by_offset(types, variable->name_off);
    const auto symbol = std::ranges::find_if(
        symbols, [&](const Symbol& in) { return in.section == section && in.name == name; });
    if (symbol != symbols.end()) one->offset = static_cast<std::uint32_t>(symbol->value);
  }
  std::ranges::sort(begin, end, {}, &btf_var_secinfo::offset);
}

}  // namespace

void place_variables(btf* types, const Sections& sections) {
  const std::vector<Symbol> symbols = symbols_of(sections);
  for (std::uint32_t id = 1; id < btf__type_cnt(types); ++id) {
    auto* const data = const_cast<btf_type*>(btf__type_by_id(types, id));  // `types` is ours
    if (!btf_is_datasec(data) || data->size != 0) continue;
    const std::string_view name = btf__name_by_offset(types, data->name_off);
    const Section* section = find_section(sections, name);
    if (section == nullptr) continue;
    data->size = static_cast<std::uint32_t>(section->header.sh_size);
    place(data, types, sections.index_of(*section), symbols);
  }
}

}  // namespace bpfmaps::object
