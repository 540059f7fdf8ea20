// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/test_run.h"

#include <bpf/bpf.h>

#include <cerrno>

#include "kernel/names.h"

namespace bpfmaps::kernel {
namespace {

// What a program can add to a packet: its head grows into 256 bytes of headroom
// (XDP_PACKET_HEADROOM), its tail to the end of a page.
constexpr std::size_t kRoomToGrow = 256 + 4096;
constexpr int kEnotsupp = 524;

Error explain(int code, const Prog& prog, std::size_t size) {
  const std::string type = prog_type_name(prog.info().type);
  Error error = Error::from_errno(code, "run program", "prog id " + std::to_string(prog.info().id));
  if (code == kEnotsupp || code == EOPNOTSUPP) {
    error.context = "the kernel cannot run programs of type " + type + " on given data";
  } else if (code == EINVAL) {
    error.kind = Kind::invalid;
    error.context = "the kernel does not take these " + std::to_string(size) +
                    " bytes of data for a program of type " + type;
    error.hint = "a packet starts with its 14 bytes of Ethernet header and fits in one page";
  }
  return error;
}

}  // namespace

Result<TestRun> test_run(const Prog& prog, std::span<const std::byte> data, std::uint32_t repeat) {
  TestRun run;
  if (!data.empty()) run.data_out.resize(data.size() + kRoomToGrow);
  struct bpf_test_run_opts options {};
  options.sz = sizeof options;
  options.data_in = data.data();
  options.data_size_in = static_cast<std::uint32_t>(data.size());
  options.data_out = run.data_out.data();
  options.data_size_out = static_cast<std::uint32_t>(run.data_out.size());
  options.repeat = static_cast<int>(repeat);
  if (bpf_prog_test_run_opts(prog.fd(), &options) < 0) {
    const int code = errno;
    return fail(explain(code, prog, data.size()));
  }
  run.retval = options.retval;
  run.duration_ns = options.duration;
  run.data_out.resize(options.data_size_out);
  return run;
}

}  // namespace bpfmaps::kernel
