// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/prog/prog_name.h"

#include <bpf/bpf.h>

namespace bpfmaps::kernel {
namespace {

/// The type of the function that the program's first instruction belongs to; 0 where there is
/// none, as without CAP_BPF.
std::uint32_t main_function_type(int fd) {
  bpf_func_info function{};
  bpf_prog_info info{};
  info.nr_func_info = 1;
  info.func_info_rec_size = sizeof function;
  info.func_info = reinterpret_cast<std::uintptr_t>(&function);
  std::uint32_t size = sizeof info;
  if (bpf_obj_get_info_by_fd(fd, &info, &size) != 0 || info.nr_func_info == 0) return 0;
  return function.type_id;
}

}  // namespace

std::string ProgNames::full_name(const Prog& prog) {
  const ProgInfo& info = prog.info();
  if (info.name.size() < BPF_OBJ_NAME_LEN - 1 || info.btf_id == 0) return info.name;
  const auto [known, added] = types_.try_emplace(info.btf_id);
  if (added) {
    Result<Btf> loaded = btf_by_id(info.btf_id);
    if (loaded) known->second = *std::move(loaded);
  }
  const btf* types = known->second.get();
  if (types == nullptr) return info.name;
  const btf_type* function = btf__type_by_id(types, main_function_type(prog.fd()));
  if (function == nullptr || !btf_is_func(function)) return info.name;
  const std::string name = btf__name_by_offset(types, function->name_off);
  return name.starts_with(info.name) ? name : info.name;
}

}  // namespace bpfmaps::kernel
