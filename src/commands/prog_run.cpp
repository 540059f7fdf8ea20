// SPDX-License-Identifier: BSD-2-Clause
// prog run PROG: a program on given data, with nothing attached. prog_run_capture.cpp has captures.
#include "commands/prog_run.h"

#include "base/fd.h"
#include "base/file.h"
#include "base/text.h"
#include "commands/records.h"
#include "commands/shared/select.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;

// More than any kernel takes: 17 fragments of a page each, for XDP with fragments.
constexpr std::size_t kMostData = 1 << 20;

using Contents = std::vector<std::byte>;

/// What the file given under `keyword` holds, "-" being standard input; nothing where none is
/// given.
Result<Contents> read_input(const cli::Request& request, cli::OperandId keyword) {
  const std::string path(request.word(keyword));
  if (path.empty()) return Contents();
  auto content = read_file(path, "read " + keyword.text(), kMostData);
  if (!content && content.error().kind == Kind::invalid)
    content.error().context = "it holds more than 1 MiB, which no kernel takes";
  const std::string data = TRY(std::move(content));
  const auto* const from = reinterpret_cast<const std::byte*>(data.data());
  return Contents(from, from + data.size());
}

/// Writes what came out to the file given under `keyword`; "-" shows it in the answer instead.
Status give_back(const cli::Request& request, cli::OperandId keyword, const Contents& data,
                 output::Record& record) {
  const std::string path(request.word(keyword));
  if (path.empty()) return {};
  if (path == "-") {
    std::string hex;
    append_hex(hex, data.data(), data.size());
    record.add(keyword.text(), std::move(hex));
    return {};
  }
  const Fd file = TRY(create_file(path, "open " + keyword.text()));
  output::Writer out(file.get(), path);
  out.write_block({reinterpret_cast<const char*>(data.data()), data.size()});
  return out.finish();
}

Result<std::uint32_t> number(const cli::Request& request, cli::OperandId keyword) {
  if (request.find(keyword) == nullptr) return 0;
  const std::uint64_t given = request.number(keyword, 0);
  if (given != 0 && given <= INT32_MAX) return static_cast<std::uint32_t>(given);
  return fail(Error::usage(
      std::string(keyword) + " " + std::string(request.word(keyword)) + " is out of range",
      "from 1 to " + std::to_string(INT32_MAX)));
}

/// Words that mean nothing beside one another, or without one another.
Status check_words(const cli::Request& request) {
  const auto given = [&request](cli::OperandId word) { return request.find(word) != nullptr; };
  for (const cli::OperandId word :
       std::initializer_list<cli::OperandId>{"data_in", "data_out", "ctx_out"})
    if (given("pcap") && given(word))
      return fail(Error::usage("pcap and " + std::string(word) + " exclude each other",
                               "pcap_out FILE takes the packets that go on"));
  struct Need {
    cli::OperandId word, needed;
  };
  constexpr Need kNeeds[] = {{"pcap_out", "pcap"},
                             {"data_out", "data_in"},
                             {"ctx_out", "ctx_in"},
                             {"data_size_out", "data_out"},
                             {"ctx_size_out", "ctx_out"}};
  for (const auto& [word, needed] : kNeeds)
    if (given(word) && !given(needed))
      return fail(Error::usage(std::string(word) + " needs " + needed.text()));
  if (request.word("data_in") == "-" && request.word("ctx_in") == "-")
    return fail(Error::usage("standard input can be data_in or ctx_in, not both"));
  return {};
}

Status run_once(const kernel::Prog& prog, const kernel::TestInput& input,
                const cli::Request& request, Context& context) {
  const kernel::TestRun ran = TRY(kernel::test_run(prog, input));
  output::Record record;
  add_verdict(record, prog, ran.retval);
  if (kernel::run_kind(prog.info().type).repeats) record.add("duration", ran.duration_ns);
  TRY(give_back(request, "data_out", ran.data_out, record));
  TRY(give_back(request, "ctx_out", ran.context_out, record));
  output::print_one(context.out, context.style, record);
  return {};
}

Status run(const cli::Request& request, Context& context) {
  TRY(check_words(request));
  kernel::TestInput input{.repeat = TRY(number(request, "repeat")),
                          .wants_context = request.find("ctx_out") != nullptr,
                          .data_room = TRY(number(request, "data_size_out")),
                          .context_room = TRY(number(request, "ctx_size_out"))};
  const kernel::Prog prog = TRY(open_prog(request.selector("PROG")));
  const Contents data = TRY(read_input(request, "data_in"));
  const Contents program_context = TRY(read_input(request, "ctx_in"));
  input.data = data;
  input.context = program_context;
  const bool is_capture = request.find("pcap") != nullptr;
  return (is_capture ? run_capture : run_once)(prog, input, request, context);
}

constexpr Operand kOperands[] = {
    {"", "PROG", Takes::prog, Count::one, "the program"},
    {"data_in", "FILE", Takes::file, Count::optional, "the packet; - is standard input"},
    {"data_out", "FILE", Takes::file, Count::optional, "where the packet goes; - shows it as hex"},
    {"data_size_out", "N", Takes::number, Count::optional, "refuse a packet of more bytes"},
    {"ctx_in", "FILE", Takes::file, Count::optional, "the context; - is standard input"},
    {"ctx_out", "FILE", Takes::file, Count::optional, "where the context goes; - shows it as hex"},
    {"ctx_size_out", "N", Takes::number, Count::optional, "refuse a context of more bytes"},
    {"pcap", "FILE", Takes::file, Count::optional, "every packet of a capture; - as above"},
    {"pcap_out", "FILE", Takes::file, Count::optional, "where the packets go that go on"},
    {"repeat", "N", Takes::number, Count::optional, "run it N times, and average"},
};
constexpr cli::Example kExamples[] = {
    {"head -c 64 /dev/zero | bpfmaps prog run /sys/fs/bpf/cnt data_in -", "one packet of zeros"},
    {"bpfmaps prog run id 7 data_in packet.bin repeat 1000000 --json", "how long one run takes"},
    {"bpfmaps prog run name xdp_policy pcap web.pcap pcap_out left.pcap",
     "how often each verdict falls on the packets of a capture, and what is left of it"},
    {"bpfmaps prog run id 7 pcap web.pcap --jsonl | jq 'select(.action==\"XDP_DROP\").packet'",
     "which packets are dropped"},
};

}  // namespace

const cli::Command kProgRun{
    .object = "prog",
    .verb = "run",
    .summary = "run a program on given data",
    .details =
        R"(The kernel runs the program as if the data had arrived, with nothing attached: `retval`
is what it returned, `action` the verdict by its name, `duration` the nanoseconds of one run. What
the program writes into its maps stays there. With `repeat` a program that rewrites its packet is
given what it left the time before.

Programs for packets (XDP, tc, cgroup_skb, socket filters, flow dissectors, lwt, netfilter) want
one in `data_in`, from its Ethernet header on; `ctx_in` may say where it came from. Programs of
other types want their context alone (raw_tracepoint, syscall, sk_lookup) or nothing. Types that
the kernel cannot run this way are refused.

`pcap` runs the program on every packet of a capture and shows how often each verdict fell;
JSON, JSON lines and CSV have one row a packet. `pcap_out` takes the packets that were not
dropped, as the program left them. Packets that the kernel refuses are reported, and the others
run.)",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
