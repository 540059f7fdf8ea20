// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/prog/prog_name.h"

#include <bpf/bpf.h>

#include <cerrno>

namespace bpfmaps::kernel {
namespace {

/// The type of the function that the program's first instruction belongs to; 0 where there is
/// none, as without CAP_BPF.
Result<std::uint32_t> main_function_type(int fd) {
  bpf_func_info function{};
  bpf_prog_info info{};
  info.nr_func_info = 1;
  info.func_info_rec_size = sizeof function;
  info.func_info = reinterpret_cast<std::uintptr_t>(&function);
  std::uint32_t size = sizeof info;
  const int failed = bpf_obj_get_info_by_fd(fd, &info, &size);
  const int code = errno;
  if (failed != 0) return fail(Error::from_errno(code, "read the info of an object", ""));
  return info.nr_func_info == 0 ? 0 : function.type_id;
}

}  // namespace

ProgName ProgNames::full_name(const Prog& prog) {
  const ProgInfo& info = prog.info();
  if (info.name.size() < BPF_OBJ_NAME_LEN - 1 || info.btf_id == 0) return {info.name};
  auto known = types_.find(info.btf_id);
  if (known == types_.end()) known = types_.emplace(info.btf_id, btf_by_id(info.btf_id)).first;
  if (!known->second) return {info.name, known->second.error()};
  const btf* types = known->second->get();
  const auto type = main_function_type(prog.fd());
  if (!type) return {info.name, type.error()};
  const btf_type* function = btf__type_by_id(types, *type);
  if (function == nullptr || !btf_is_func(function)) return {info.name};
  const std::string name = btf__name_by_offset(types, function->name_off);
  return {name.starts_with(info.name) ? name : info.name};
}

}  // namespace bpfmaps::kernel
