// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/btf_objects.h"

#include <bpf/bpf.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error_pointer.h"
#include "base/fd.h"

namespace bpfmaps::kernel {
namespace {

Error with_admin(int code, const char* operation, std::uint32_t id) {
  Error error = Error::from_errno(code, operation, "BTF id " + std::to_string(id));
  if (code == EPERM) error.context = "the kernel gives types away only with CAP_SYS_ADMIN";
  return error;
}

Result<BtfInfo> info_of(std::uint32_t id) {
  const Fd fd(bpf_btf_get_fd_by_id(id));
  const int refused = errno;
  if (!fd) return fail(with_admin(refused, "open types", id));
  std::array<char, 64> name{};
  bpf_btf_info info{};
  info.name = reinterpret_cast<std::uintptr_t>(name.data());
  info.name_len = name.size();
  std::uint32_t size = sizeof info;
  if (bpf_obj_get_info_by_fd(fd.get(), &info, &size) == 0)
    return BtfInfo{info.id,
                   {name.data(), strnlen(name.data(), name.size())},
                   info.btf_size,
                   info.kernel_btf != 0};
  const int code = errno;
  return fail(with_admin(code, "read the info of types", id));
}

}  // namespace

Status for_each_btf(const std::function<void(const BtfInfo&)>& visit) {
  for (std::uint32_t id = 0;;) {
    if (bpf_btf_get_next_id(id, &id) != 0) {
      const int code = errno;
      if (code == ENOENT) return {};
      return fail(with_admin(code, "list types", id));
    }
    auto info = info_of(id);
    if (info)
      visit(*info);
    else if (info.error().kind != Kind::not_found)  // it may have vanished meanwhile
      return fail(std::move(info).error());
  }
}

Result<Btf> any_btf_by_id(std::uint32_t id) {
  const BtfInfo info = TRY(info_of(id));
  if (!info.kernel || info.name == "vmlinux") return btf_by_id(id);
  auto* const base = const_cast<btf*>(vmlinux_btf());  // libbpf keeps it and changes nothing
  Btf types(base == nullptr ? nullptr : unless_error(btf__load_from_kernel_by_id_split(id, base)));
  const int code = errno;
  if (types) return types;
  return fail(with_admin(base == nullptr ? ENOENT : code, "load the types of a module", id));
}

}  // namespace bpfmaps::kernel
