// SPDX-License-Identifier: BSD-2-Clause
// prog run PROG pcap FILE: every packet of a capture, one run each.
#include <algorithm>
#include <filesystem>
#include <map>

#include "commands/prog_run.h"
#include "commands/shared/capture.h"
#include "kernel/names.h"
#include "kernel/prog/verdict.h"

namespace bpfmaps::commands {
namespace {

using output::Column;
using output::Record;

/// What fell on the packets of one verdict.
struct Tally {
  std::uint64_t packets = 0, bytes = 0, rewritten = 0, nanoseconds = 0;
};

/// One packet and what the program made of it.
struct Outcome {
  std::uint64_t number;  ///< from 1
  Packet packet;
  Result<kernel::TestRun> run;
  bool rewritten = false;
};

class CaptureRun {
 public:
  CaptureRun(const kernel::Prog& prog, kernel::TestInput input, Context& context)
      : prog_(prog),
        kind_(kernel::run_kind(prog.info().type)),
        input_(input),
        context_(context),
        is_table_(context.style.is_table()) {}

  Status run(CaptureReader& capture, CaptureWriter* passed) {
    const Status status = run_all(capture, passed);
    if (is_table_ && (status || !tallies_.empty())) print_tallies();
    if (!is_table_ && status) rows().end();
    remark_on_troubles();
    return status;
  }

 private:
  Status run_all(CaptureReader& capture, CaptureWriter* passed) {
    for (std::uint64_t number = 1; context_.out.good(); ++number) {
      const std::optional<Packet> packet = TRY(capture.next());
      if (!packet) {
        if (passed != nullptr && number == 1) TRY(passed->begin());  // of a capture without packets
        break;
      }
      const Outcome outcome = run_one(number, *packet);
      // The first packet shows whether the kernel runs such programs at all, and whether we may.
      if (!outcome.run && outcome.run.error().kind != Kind::invalid)
        return fail(outcome.run.error());
      if (passed != nullptr && number == 1) TRY(passed->begin());
      count(outcome);
      if (!is_table_) rows().add(row_of(outcome));
      if (passed != nullptr) pass_on(outcome, *passed);
    }
    return {};
  }

  Outcome run_one(std::uint64_t number, const Packet& packet) {
    input_.data = packet.bytes;
    Outcome outcome{number, packet, kernel::test_run(prog_, input_)};
    outcome.rewritten = outcome.run && kind_.gives_packet() &&
                        !std::ranges::equal(outcome.run->data_out, packet.bytes);
    return outcome;
  }

  void count(const Outcome& outcome) {
    if (outcome.packet.length > outcome.packet.bytes.size()) ++cut_;
    Tally& tally = outcome.run ? tallies_[outcome.run->retval] : refused_;
    ++tally.packets;
    tally.bytes += outcome.packet.bytes.size();
    if (!outcome.run) return;
    tally.rewritten += outcome.rewritten ? 1 : 0;
    tally.nanoseconds += outcome.run->duration_ns;
  }

  /// Begun by the first packet: what cannot be run at all is refused without an answer.
  output::ListStream& rows() {
    if (!rows_) rows_.emplace(context_.out, context_.style, columns());
    return *rows_;
  }

  static const std::vector<Column>& columns() {
    static const std::vector<Column> kColumns = {
        {"packet", ""},   {"time_ns", ""},   {"bytes", ""},     {"retval", ""}, {"action", ""},
        {"duration", ""}, {"bytes_out", ""}, {"rewritten", ""}, {"error", ""}};
    return kColumns;
  }

  Record row_of(const Outcome& outcome) const {
    Record row;
    row.add("packet", outcome.number);
    row.add("time_ns", outcome.packet.time_ns);
    row.add("bytes", outcome.packet.bytes.size());
    if (!outcome.run) return row.add("error", outcome.run.error().message());
    add_verdict(row, prog_, outcome.run->retval);
    row.add("duration", outcome.run->duration_ns);
    if (kind_.gives_packet())
      row.add("bytes_out", outcome.run->data_out.size()).add("rewritten", outcome.rewritten);
    return row;
  }

  void pass_on(const Outcome& outcome, CaptureWriter& passed) const {
    if (!outcome.run || !kernel::lets_go_on(prog_.info().type, outcome.run->retval)) return;
    Packet packet = outcome.packet;
    const auto cut = packet.length - static_cast<std::uint32_t>(packet.bytes.size());
    if (kind_.gives_packet()) packet.bytes = outcome.run->data_out;
    packet.length = static_cast<std::uint32_t>(packet.bytes.size()) + cut;
    passed.write(packet);
  }

  Record row_of(const Tally& tally, std::uint64_t all) const {
    Record row;
    const auto share = static_cast<double>(tally.packets) / static_cast<double>(all);
    row.add("packets", tally.packets).add("share", output::Value::Share{share});
    return row.add("bytes", tally.bytes);
  }

  void print_tallies() const {
    std::uint64_t all = refused_.packets;
    for (const auto& [retval, tally] : tallies_) all += tally.packets;
    std::vector<Record> rows;
    for (const auto& [retval, tally] : tallies_) {
      Record row = row_of(tally, all);
      add_verdict(row, prog_, retval);
      if (kind_.gives_packet()) row.add("rewritten", tally.rewritten);
      rows.push_back(std::move(row.add("duration", tally.nanoseconds / tally.packets)));
    }
    if (refused_.packets != 0) rows.push_back(row_of(refused_, all).add("action", "(not run)"));
    output::print_list(context_.out, context_.style, rows,
                       {{"action", "action"},
                        {"retval", "retval"},
                        {"packets", "packets"},
                        {"share", "share"},
                        {"bytes", "bytes"},
                        {"rewritten", "rewritten"},
                        {"duration", "duration"}},
                       "no packets");
  }

  void remark_on_troubles() const {
    const auto packets = [](std::uint64_t count) {
      return std::to_string(count) + (count == 1 ? " packet was " : " packets were ");
    };
    if (refused_.packets != 0)
      context_.remark(packets(refused_.packets) +
                      "not run: the kernel takes none of such a length");
    if (cut_ != 0)
      context_.remark(packets(cut_) + "cut short when captured, and run as far as captured");
  }

  const kernel::Prog& prog_;
  const kernel::RunKind kind_;
  kernel::TestInput input_;
  Context& context_;
  const bool is_table_;
  std::optional<output::ListStream> rows_;
  std::map<std::uint32_t, Tally> tallies_;  // by retval
  Tally refused_;
  std::uint64_t cut_ = 0;
};

}  // namespace

void add_verdict(Record& record, const kernel::Prog& prog, std::uint32_t retval) {
  record.add("retval", retval);
  if (const auto action = kernel::verdict_name(prog.info().type, retval); !action.empty())
    record.add("action", action);
}

Status run_capture(const kernel::Prog& prog, const kernel::TestInput& input,
                   const cli::Request& request, Context& context) {
  const std::string from(request.word("pcap")), to(request.word("pcap_out"));
  const kernel::RunKind kind = kernel::run_kind(prog.info().type);
  const std::string type = kernel::prog_type_name(prog.info().type);
  if (!kind.packet)
    return fail(Error::usage("a program of type " + type + " is not run on packets",
                             "give its context: `ctx_in FILE`"));
  CaptureReader capture = TRY(CaptureReader::open(from));
  if (to.empty()) return CaptureRun(prog, input, context).run(capture, nullptr);

  if (to == "-")
    return fail(Error::usage("pcap_out takes no -", "standard output is for the answer"));
  std::error_code ignored;
  if (std::filesystem::equivalent(from, to, ignored))
    return fail(Error::usage("pcap and pcap_out are the same file", "write to another one"));
  CaptureWriter passed = TRY(CaptureWriter::open(to));
  TRY(CaptureRun(prog, input, context).run(capture, &passed));
  return passed.finish();
}

}  // namespace bpfmaps::commands
