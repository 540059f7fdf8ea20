// SPDX-License-Identifier: BSD-2-Clause
#include "object/externs.h"

#include <bpf/btf.h>

#include "base/error_pointer.h"
#include "kernel/btf.h"
#include "object/types.h"

namespace bpfmaps::object {
namespace {

kernel::Btf types_of(const Sections& sections) {
  const Section* section = find_section(sections, ".BTF");
  if (section == nullptr) return nullptr;
  return kernel::Btf(
      unless_error(btf__new(section->bytes.data(), static_cast<__u32>(section->bytes.size()))));
}

/// Adds kind and type to the extern of that name.
void describe(std::vector<ExternSpec>& externs, std::string_view name, std::string_view kind,
              const std::string& type) {
  for (ExternSpec& one : externs) {
    if (one.name != name) continue;
    one.kind = kind;
    one.type = type;
  }
}

void add_types(std::vector<ExternSpec>& externs, const btf* types) {
  const std::uint32_t end = types == nullptr ? 0 : btf__type_cnt(types);
  for (std::uint32_t id = 1; id < end; ++id) {
    const btf_type* section = btf__type_by_id(types, id);
    if (!btf_is_datasec(section)) continue;
    const std::string_view in = btf__name_by_offset(types, section->name_off);
    if (in != ".kconfig" && in != ".ksyms") continue;
    for (const btf_var_secinfo& place : std::span(btf_var_secinfos(section), btf_vlen(section))) {
      const btf_type* type = btf__type_by_id(types, place.type);
      describe(externs, btf__name_by_offset(types, type->name_off), in.substr(1),
               btf_is_func(type) ? "function" : type_name(types, type->type));
    }
  }
}

}  // namespace

std::vector<ExternSpec> externs_of(const Sections& sections) {
  std::vector<ExternSpec> externs;
  for (const Section& table : sections) {
    if (table.header.sh_type != SHT_SYMTAB) continue;
    for_each_symbol(sections, table, [&](std::size_t, const Elf64_Sym& symbol, const char* name) {
      if (symbol.st_shndx != SHN_UNDEF || *name == '\0') return;
      externs.push_back({.name = name, .weak = ELF64_ST_BIND(symbol.st_info) == STB_WEAK});
    });
  }
  add_types(externs, types_of(sections).get());
  return externs;
}

}  // namespace bpfmaps::object
