// SPDX-License-Identifier: BSD-2-Clause
// prog run PROG: a program on given data, with nothing attached.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"
#include "base/text.h"
#include "commands/context.h"
#include "commands/records.h"
#include "commands/select.h"
#include "kernel/names.h"
#include "kernel/test_run.h"
#include "output/record.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;

// More than any kernel takes: 17 fragments of a page each, for XDP with fragments.
constexpr std::size_t kMostData = 1 << 20;

/// What the file holds, "-" being standard input. Reads no further than the limit.
Result<std::vector<std::byte>> read_data(const std::string& path) {
  const bool standard_input = path == "-";
  const std::string subject = standard_input ? "standard input" : path;
  Fd file;
  if (!standard_input) {
    file.reset(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const int code = errno;
    if (!file) return fail(Error::from_errno(code, "open data_in", path));
  }
  std::vector<std::byte> data(kMostData + 1);
  std::size_t have = 0;
  while (have < data.size()) {
    const ssize_t got =
        read(standard_input ? STDIN_FILENO : file.get(), data.data() + have, data.size() - have);
    const int code = errno;
    if (got < 0 && code == EINTR) continue;
    if (got < 0) return fail(Error::from_errno(code, "read data_in", subject));
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  if (have <= kMostData) return data.resize(have), data;
  return fail(Error::refused(Kind::invalid, "read data_in", subject,
                             "it holds more than 1 MiB, which no kernel takes"));
}

/// Writes the packet that came out; "-" shows it in the answer instead.
Status write_data(const std::string& path, const std::vector<std::byte>& data) {
  const Fd file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  const int code = errno;
  if (!file) return fail(Error::from_errno(code, "open data_out", path));
  output::Writer out(file.get(), path);
  out.write_block({reinterpret_cast<const char*>(data.data()), data.size()});
  return out.finish();
}

Status run(const cli::Request& request, Context& context) {
  const std::uint64_t repeat = request.number("repeat", 1);
  if (repeat == 0 || repeat > INT32_MAX) {
    return fail(Error::usage("repeat " + std::string(request.word("repeat")) + " is out of range",
                             "from 1 to " + std::to_string(INT32_MAX)));
  }
  const kernel::Prog prog = TRY(open_prog(request.selector("PROG")));
  std::vector<std::byte> data;
  if (request.find("data_in") != nullptr)
    data = TRY(read_data(std::string(request.word("data_in"))));
  const kernel::TestRun ran = TRY(kernel::test_run(prog, data, static_cast<std::uint32_t>(repeat)));

  const std::string data_out(request.word("data_out"));
  if (!data_out.empty() && data_out != "-") TRY(write_data(data_out, ran.data_out));
  output::Record record;
  record.add("retval", ran.retval);
  if (prog.info().type == BPF_PROG_TYPE_XDP)
    if (const auto action = kernel::xdp_action_name(ran.retval); !action.empty())
      record.add("action", action);
  record.add("duration", ran.duration_ns);
  if (data_out == "-") {
    std::string hex;
    append_hex(hex, ran.data_out.data(), ran.data_out.size());
    record.add("data_out", std::move(hex));
  }
  output::print_one(context.out, context.style, record);
  return {};
}

constexpr Operand kOperands[] = {
    {"", "PROG", Takes::prog, Count::one, "the program"},
    {"data_in", "FILE", Takes::file, Count::optional, "the packet; - is standard input"},
    {"repeat", "N", Takes::number, Count::optional, "run it N times, and average"},
    {"data_out", "FILE", Takes::file, Count::optional, "where the packet goes; - shows it as hex"},
};
constexpr cli::Example kExamples[] = {
    {"head -c 64 /dev/zero | bpfmaps prog run /sys/fs/bpf/cnt data_in -", "one packet of zeros"},
    {"bpfmaps prog run id 7 data_in packet.bin repeat 1000000 --json", "how long one run takes"},
};

}  // namespace

const cli::Command kProgRun{
    .object = "prog",
    .verb = "run",
    .summary = "run a program on given data",
    .details =
        "The kernel runs the program as if the data had arrived as a packet, with nothing "
        "attached: `retval` is what it returned, `action` the verdict of an XDP program by its "
        "name, `duration` the nanoseconds of one run. What the program writes into its maps stays "
        "there.\n\n"
        "XDP and tc programs want a packet in `data_in`, from its Ethernet header on. Types that "
        "the kernel cannot run this way are refused.",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
