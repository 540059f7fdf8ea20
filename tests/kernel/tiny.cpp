// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/tiny.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

#include "support/must.h"

namespace bpfmaps::test {
namespace {

template <class Info>
Info info_of(const Fd& fd) {
  Info info{};
  std::uint32_t size = sizeof info;
  must(bpf_obj_get_info_by_fd(fd.get(), &info, &size), "read info");
  return info;
}

}  // namespace

Fd load(const TinyProg& prog) {
  bpf_insn code[2] = {};
  code[0].code = BPF_ALU64 | BPF_MOV | BPF_K;
  code[0].imm = prog.returns;
  code[1].code = BPF_JMP | BPF_EXIT;
  const auto attach_type = static_cast<bpf_attach_type>(prog.attach_type);
  struct bpf_prog_load_opts options {};
  options.sz = sizeof options;
  options.expected_attach_type = attach_type;
  options.prog_flags = prog.flags;
  if (!prog.kernel_function.empty())
    options.attach_btf_id = static_cast<std::uint32_t>(
        must(libbpf_find_vmlinux_btf_id(prog.kernel_function.c_str(), attach_type), "find type"));
  return Fd(must(bpf_prog_load(static_cast<bpf_prog_type>(prog.type), prog.name.c_str(), "GPL",
                               code, std::size(code), &options),
                 "load " + prog.name));
}

Fd link(const Fd& prog, const TinyLink& how) {
  struct {
    std::uint32_t prog_fd, target, attach_type, flags;
    std::array<std::uint64_t, 6> more;
  } attributes = {static_cast<std::uint32_t>(prog.get()), static_cast<std::uint32_t>(how.target),
                  how.attach_type, 0, how.more};
  return Fd(static_cast<int>(
      must(syscall(SYS_bpf, BPF_LINK_CREATE, &attributes, sizeof attributes), "create link")));
}

std::uint32_t prog_id(const Fd& prog) { return info_of<bpf_prog_info>(prog).id; }
std::uint32_t link_id(const Fd& link) { return info_of<bpf_link_info>(link).id; }

}  // namespace bpfmaps::test
