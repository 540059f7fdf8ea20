// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/map/perf_slots.h"

#include <bpf/bpf.h>

#include <cerrno>
#include <iterator>

#include "kernel/permission.h"

namespace bpfmaps::kernel {
namespace {

constexpr char kOperation[] = "look at the slots of a perf_event_array";

bpf_insn insn(std::uint8_t code, std::uint8_t to, std::uint8_t from, std::int16_t offset,
              std::int32_t number) {
  bpf_insn made{};
  made.code = code;
  made.dst_reg = to & 0xf;
  made.src_reg = from & 0xf;
  made.off = offset;
  made.imm = number;
  return made;
}

// return bpf_perf_event_read_value(map, ctx->args[0], &value, sizeof value)
Result<Fd> load_probe(const Map& map) {
  constexpr std::int32_t kSize = sizeof(bpf_perf_event_value);
  const bpf_insn code[] = {
      insn(BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_2, BPF_REG_1, 0, 0),
      insn(BPF_LD | BPF_IMM | BPF_DW, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map.fd()),
      insn(0, 0, 0, 0, 0),
      insn(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_3, BPF_REG_10, 0, 0),
      insn(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_3, 0, 0, -kSize),
      insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_4, 0, 0, kSize),
      insn(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_perf_event_read_value),
      insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
  };
  Fd probe(
      bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "slots", "GPL", code, std::size(code), nullptr));
  if (probe) return probe;
  const int code_of = errno;
  Error error = Error::from_errno(code_of, kOperation, map.info().name);
  if (error.kind == Kind::permission)
    error.hint = permission_hint("run as root, or with CAP_BPF and CAP_PERFMON");
  return fail(std::move(error));
}

}  // namespace

Result<std::vector<bool>> taken_slots(const Map& map, std::uint32_t count) {
  const Fd probe = TRY(load_probe(map));
  std::vector<bool> taken(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint64_t slot = i;
    bpf_test_run_opts run{};
    run.sz = sizeof run;
    run.ctx_in = &slot;
    run.ctx_size_in = sizeof slot;
    if (bpf_prog_test_run_opts(probe.get(), &run) != 0) {
      const int code = errno;
      return fail(Error::from_errno(code, kOperation, map.info().name)
                      .as(code == EPERM ? Kind::permission : Kind::unsupported));
    }
    // get_map_perf_counter() of the kernel: -ENOENT for an empty slot, and nothing else for one.
    taken[i] = static_cast<std::int32_t>(run.retval) != -ENOENT;
  }
  return taken;
}

}  // namespace bpfmaps::kernel
