// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/btf.h"

#include <bpf/bpf.h>

#include <cerrno>
#include <cstdint>

#include "base/error_pointer.h"
#include "base/fd.h"
#include "kernel/log.h"
#include "kernel/permission.h"

namespace bpfmaps::kernel {

Result<Btf> btf_by_id(std::uint32_t id) {
  Btf types(unless_error(btf__load_from_kernel_by_id(id)));
  const int code = errno;
  if (types) return types;
  Error error = Error::from_errno(code, "load types", "BTF id " + std::to_string(id));
  // Linux 5.10 to 7.2: CAP_BPF does not suffice.
  if (code == EPERM) {
    error.context = "the kernel gives types away only with CAP_SYS_ADMIN";
    error.hint =
        permission_hint("run as root, or read the types from the object file with --btf FILE");
  }
  return fail(std::move(error));
}

bool shows_types() {
  const Fd fd(bpf_btf_get_fd_by_id(1));
  const int code = errno;
  return fd || code != EPERM;
}

Status load_types(btf* types) {
  const Log log;  // libbpf prints the kernel's whole log
  if (btf__load_into_kernel(types) == 0) return {};
  const int code = errno;
  return fail(Error::from_errno(code, "load types", "").because("the kernel refuses the types"));
}

const btf* vmlinux_btf() {
  static const Btf types(unless_error(btf__load_vmlinux_btf()));
  return types.get();
}

}  // namespace bpfmaps::kernel
