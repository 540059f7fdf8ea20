// SPDX-License-Identifier: BSD-2-Clause
#include "disasm/names.h"

#include <algorithm>

#include "base/number.h"
#include "kernel/names.h"
#include "kernel/prog/prog_name.h"
#include "kernel/symbols.h"
#include "layout/c_types.h"

namespace bpfmaps::disasm {
namespace {

const btf_type* function_type(const btf* types, std::uint32_t id) {
  const btf_type* type = types != nullptr ? btf__type_by_id(types, id) : nullptr;
  return type != nullptr && btf_is_func(type) ? type : nullptr;
}

std::string name_of(const btf* types, std::uint32_t function) {
  const btf_type* type = function_type(types, function);
  return type != nullptr ? btf__name_by_offset(types, type->name_off) : "";
}

// What calls of the kernel's own functions are relative to (BPF_CALL_IMM of
// include/linux/filter.h); 0 where it is kept back.
std::uint64_t call_base() {
  static const std::uint64_t kBase = kernel::kernel_symbols().address_of("__bpf_call_base");
  return kBase;
}

}  // namespace

std::string function_name(const btf* types, const bpf_func_info& info) {
  return name_of(types, info.type_id);
}

std::string main_name(const kernel::Prog& prog) {
  const std::string name = kernel::ProgNames().full_name(prog).text;
  return name.empty() ? "prog_" + prog.info().tag : name;
}

std::string prototype(const btf* types, const bpf_func_info& info) {
  const btf_type* type = function_type(types, info.type_id);
  if (type == nullptr) return "";
  auto c = layout::CTypes::open(types);
  if (!c) return "";
  return c->declaration(type->type, btf__name_by_offset(types, type->name_off)).value_or("");
}

Names::Names(const kernel::Prog& prog, const kernel::ProgCode& code, const btf* types)
    : prog_(prog), code_(code), types_(types) {}

const bpf_func_info* Names::info_at(std::size_t at) const {
  const auto found = std::ranges::find(code_.functions, at, &bpf_func_info::insn_off);
  return found == code_.functions.end() ? nullptr : &*found;
}

std::optional<std::size_t> Names::target(BpfCode code, std::size_t at) const {
  const bpf_insn& insn = code[0];
  if (is_wide_load(insn) && insn.src_reg == BPF_PSEUDO_FUNC) return at + 1 + insn.imm;
  if (!is_call(insn) || insn.src_reg != BPF_PSEUDO_CALL) return std::nullopt;
  const std::size_t near = at + 1 + insn.off;
  // `off` is too narrow for all distances. Once the program is compiled `imm` counts functions, but
  // is 0 for those who may not see addresses.
  const auto index = static_cast<std::size_t>(insn.imm);
  const bool is_far = info_at(near) == nullptr && index < code_.functions.size();
  return is_far ? code_.functions[index].insn_off : near;
}

std::string Names::function(std::size_t at) const {
  const bpf_func_info* info = info_at(at);
  std::string name = info != nullptr ? function_name(types_, *info) : "";
  if (!name.empty()) return name;
  return at == 0 ? main_name(prog_) : "sub_" + std::to_string(at);
}

std::string Names::kernel_function(const bpf_insn& insn) {
  if (insn.imm == 0) return kept_back_ = true, "kernel-function";
  const std::uint64_t address = call_base() + static_cast<std::int64_t>(insn.imm);
  if (const auto symbol = kernel::kernel_symbols().find(address, 1); !symbol.name.empty())
    return std::string(symbol.name);
  if (!gap_) gap_ = kernel::kernel_symbols().gap();
  // Where the JIT reaches any address the number of the function's type stays: arm64 and others.
  if (insn.src_reg == BPF_PSEUDO_KFUNC_CALL)
    return name_of(kernel::vmlinux_btf(), static_cast<std::uint32_t>(insn.imm));
  // Those that are not called by address: bpf_tail_call.
  return std::string(kernel::helper_name(static_cast<std::uint32_t>(insn.imm)));
}

const Names::MapName& Names::map_name(std::uint32_t id) {
  const auto [known, added] = maps_.try_emplace(id);
  MapName& name = known->second;
  if (!added) return name;
  const auto map = kernel::map_by_id(id, kernel::Access::read);
  if (!map) {  // as without CAP_SYS_ADMIN: its id has to do
    if (!gap_ && map.error().kind != Kind::not_found) gap_ = map.error();
    return name;
  }
  name.name = map->info().name;
  // A data section comes from the object that the program is from.
  if (map->info().btf_id != prog_.info().btf_id || types_ == nullptr) return name;
  const btf_type* section = btf__type_by_id(types_, map->info().btf_value_type_id);
  if (section == nullptr || !btf_is_datasec(section)) return name;
  for (std::uint32_t i = 0; i < btf_vlen(section); ++i) {
    const btf_var_secinfo& at = btf_var_secinfos(section)[i];
    const btf_type* variable = btf__type_by_id(types_, at.type);
    name.variables.push_back({at.offset, at.size, btf__name_by_offset(types_, variable->name_off)});
  }
  return name;
}

std::string Names::variable(std::uint32_t map, std::uint32_t offset) {
  for (const Variable& variable : map_name(map).variables) {
    const std::uint32_t into = offset - variable.offset;
    if (offset < variable.offset || into >= variable.size) continue;
    return " (" + variable.name + (into != 0 ? signed_text(into) : "") + ")";
  }
  return "";
}

std::string Names::meaning(BpfCode code, std::size_t at) {
  const bpf_insn& insn = code[0];
  const auto own = target(code, at);
  if (is_call(insn)) {
    if (!own) return kernel_function(insn);
    const auto distance = static_cast<std::int64_t>(*own) - static_cast<std::int64_t>(at + 1);
    return "pc" + signed_text(distance) + "#" + function(*own);
  }
  if (!is_wide_load(insn)) return "";
  if (own) return "subprog[" + signed_text(insn.imm) + " name:" + function(*own) + "]";
  if (insn.src_reg != BPF_PSEUDO_MAP_FD && insn.src_reg != BPF_PSEUDO_MAP_VALUE) return "";
  const auto id = static_cast<std::uint32_t>(insn.imm);
  const std::string& map = map_name(id).name;
  std::string text = "map[id:" + std::to_string(id) + (map.empty() ? "" : " name:" + map) + "]";
  if (insn.src_reg == BPF_PSEUDO_MAP_FD || code.size() < 2) return text;
  const auto offset = static_cast<std::uint32_t>(code[1].imm);
  return text + "[0]+" + std::to_string(offset) + variable(id, offset);
}

}  // namespace bpfmaps::disasm
