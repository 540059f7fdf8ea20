// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/bpf_calls.h"

#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace bpfmaps::kernel {

int link_create(const LinkCreate& what) {
  return static_cast<int>(syscall(SYS_bpf, BPF_LINK_CREATE, &what, sizeof what));
}

int prog_attach(const ProgAttach& what) {
  return static_cast<int>(syscall(SYS_bpf, BPF_PROG_ATTACH, &what, sizeof what));
}

}  // namespace bpfmaps::kernel
