// SPDX-License-Identifier: BSD-2-Clause
// What each type takes is the kernel's net/bpf/test_run.c, as of Linux 6.18.
#include "kernel/prog/test_run.h"

#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/kernel_errno.h"
#include "kernel/names.h"
#include "kernel/uapi.h"

namespace bpfmaps::kernel {
namespace {

// What a program can add to a packet: no socket buffer grows beyond this (BPF_SKB_MAX_LEN).
constexpr std::size_t kRoomToGrow = 64 << 10;
// More than the largest context there is, struct __sk_buff.
constexpr std::size_t kContextRoom = 4096;
constexpr std::size_t kEthernetHeader = 14;

std::string bytes_text(std::size_t size) { return std::to_string(size) + " bytes"; }

/// Why a program of that type does not take `input`, of which the kernel says nothing but EINVAL.
Error refused_input(Error error, const std::string& type, RunKind kind, const TestInput& input) {
  error.kind = Kind::invalid;
  if (kind.packet && input.data.empty()) {
    error.context = "a program of type " + type + " is run on a packet";
    error.hint = "give one: `data_in FILE`; or many: `pcap FILE`";
  } else if (kind.packet) {
    error.context = "the kernel does not take these " + bytes_text(input.data.size()) +
                    " of data for a program of type " + type;
    error.hint = "a packet starts with its 14 bytes of Ethernet header and fits in one page";
    if (!input.context.empty())
      error.hint = "of a context, only fields that say where the packet came from may be set";
  } else if (!input.data.empty()) {
    error.context = "a program of type " + type + " takes no data_in";
    error.hint = "give its context: `ctx_in FILE`";
  } else if (!kind.repeats && input.repeat != 0) {
    error.context = "the kernel does not repeat programs of type " + type;
    error.hint = "leave `repeat` out";
  } else {
    error.context = "the kernel does not take these " + bytes_text(input.context.size()) +
                    " of context for a program of type " + type;
    error.hint = "`ctx_in FILE` holds what the program is called with, as it lies in memory";
  }
  return error;
}

Error explain(int code, const Prog& prog, const TestInput& input, std::size_t size_out) {
  const std::string type = prog_type_name(prog.info().type);
  Error error = Error::from_errno(code, "run program", "prog id " + std::to_string(prog.info().id));
  // EFAULT: the tracing programs that are not for functions, such as iterators.
  const bool other_tracing = code == EFAULT && prog.info().type == BPF_PROG_TYPE_TRACING;
  if (code == kEnotsupp || code == EOPNOTSUPP || other_tracing) {
    error.kind = Kind::unsupported;
    error.context = "the kernel cannot run programs of type " + type + " on given data";
  } else if (code == EINVAL) {
    return refused_input(std::move(error), type, run_kind(prog.info().type), input);
  } else if (code == ENOSPC) {
    error.context = "what came out has " + bytes_text(size_out) + ", for which there is no room";
    error.hint = "give more with data_size_out or ctx_size_out";
  }
  return error;
}

/// Room that is not touched unless the kernel fills it.
class Room {
 public:
  explicit Room(std::size_t size) : size_(size), bytes_(new std::byte[size]) {}
  std::byte* data() { return bytes_.get(); }
  std::uint32_t size() const { return static_cast<std::uint32_t>(size_); }
  std::vector<std::byte> first(std::size_t size) const {
    return {bytes_.get(), bytes_.get() + std::min(size, size_)};
  }

 private:
  std::size_t size_;
  std::unique_ptr<std::byte[]> bytes_;
};

/// Where the program saw nothing of it, the kernel answers with a header of zeros.
void restore_ethernet(std::span<const std::byte> data, std::vector<std::byte>& data_out) {
  if (std::min(data.size(), data_out.size()) >= kEthernetHeader)
    std::ranges::copy(data.first(kEthernetHeader), data_out.begin());
}

}  // namespace

RunKind run_kind(std::uint32_t prog_type) {
  using Gives = RunKind::Gives;
  switch (prog_type) {
    case BPF_PROG_TYPE_XDP:
    case BPF_PROG_TYPE_SCHED_CLS:
    case BPF_PROG_TYPE_SCHED_ACT: return {.packet = true, .gives = Gives::packet};
    case BPF_PROG_TYPE_SOCKET_FILTER:
    case BPF_PROG_TYPE_CGROUP_SKB:
    case BPF_PROG_TYPE_LWT_IN:
    case BPF_PROG_TYPE_LWT_OUT:
    case BPF_PROG_TYPE_LWT_XMIT:
    case BPF_PROG_TYPE_LWT_SEG6LOCAL: return {.packet = true, .gives = Gives::upper_layers};
    case BPF_PROG_TYPE_FLOW_DISSECTOR: return {.packet = true, .gives = Gives::findings};
    case kProgNetfilter: return {.packet = true};
    case BPF_PROG_TYPE_SK_LOOKUP: return {};
    default: return {.repeats = false};
  }
}

Result<TestRun> test_run(const Prog& prog, const TestInput& input) {
  const RunKind kind = run_kind(prog.info().type);
  // Types that answer with no packet refuse room for one.
  const bool wants_data = !input.data.empty() && kind.gives != RunKind::Gives::nothing;
  Room data(!wants_data            ? 0
            : input.data_room != 0 ? input.data_room
                                   : input.data.size() + kRoomToGrow);
  // Programs of this type change their context in place.
  const bool in_place = prog.info().type == BPF_PROG_TYPE_SYSCALL;
  std::vector<std::byte> context(input.context.begin(), input.context.end());
  Room context_out(!input.wants_context || in_place ? 0
                   : input.context_room != 0        ? input.context_room
                                                    : kContextRoom);
  struct bpf_test_run_opts options {};
  options.sz = sizeof options;
  options.data_in = input.data.data();
  options.data_size_in = static_cast<std::uint32_t>(input.data.size());
  options.ctx_in = context.empty() ? nullptr : context.data();
  options.ctx_size_in = static_cast<std::uint32_t>(context.size());
  if (data.size() != 0) options.data_out = data.data();
  options.data_size_out = data.size();
  if (context_out.size() != 0) options.ctx_out = context_out.data();
  options.ctx_size_out = context_out.size();
  options.repeat = static_cast<int>(input.repeat);
  if (bpf_prog_test_run_opts(prog.fd(), &options) < 0) {
    const int code = errno;
    return fail(explain(code, prog, input, std::max(options.data_size_out, options.ctx_size_out)));
  }
  TestRun run{.retval = options.retval,
              .duration_ns = options.duration,
              .data_out = data.first(options.data_size_out),
              .context_out = context_out.first(options.ctx_size_out)};
  if (in_place && input.wants_context) run.context_out = std::move(context);
  if (kind.gives == RunKind::Gives::upper_layers) restore_ethernet(input.data, run.data_out);
  return run;
}

}  // namespace bpfmaps::kernel
