// SPDX-License-Identifier: BSD-2-Clause
// prog log [PROG]: what programs print, with bpf_printk or into their streams.
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/number.h"
#include "base/text.h"
#include "commands/records.h"
#include "commands/shared/context.h"
#include "commands/shared/select.h"
#include "disasm/printk_calls.h"
#include "kernel/prog/printk_format.h"
#include "kernel/prog/stream.h"
#include "kernel/prog/trace_line.h"
#include "kernel/prog/trace_log.h"
#include "output/record.h"
#include "terminal/wait.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;

constexpr std::uint64_t kLook = 100'000'000;  // nanoseconds between two looks where nobody tells

const std::vector<output::Column>& columns() {
  static const std::vector<output::Column> kColumns = {
      {"time", "time"}, {"cpu", "cpu"}, {"pid", "pid"}, {"comm", "comm"}, {"text", "text"}};
  return kColumns;
}

/// Which lines of the trace are wanted: all, or those that one program's formats can have made.
class LineFilter {
 public:
  static LineFilter none() {
    LineFilter filter;
    filter.all_ = true;
    return filter;
  }
  static Result<LineFilter> of(const kernel::Prog& prog, Context& context) {
    LineFilter filter;
    const disasm::PrintkCalls calls = TRY(disasm::find_printk_calls(prog));
    for (const std::string& format : calls.formats) filter.formats_.emplace_back(format);
    filter.all_ = calls.unknown != 0;
    if (filter.all_)
      context.remark("the formats of " + number_text(std::uint64_t{calls.unknown}) +
                     " calls of bpf_printk cannot be read: lines of other programs are shown, too");
    for (const kernel::PrintkFormat& format : filter.formats_)
      if (!format.tells())
        context.remark("the format \"" + format.format() +
                       "\" makes any line: some of other programs may be shown");
    if (!filter.all_ && filter.formats_.empty())
      context.remark("the program prints nothing with bpf_printk");
    return filter;
  }

  bool wants(const std::string& text) const {
    return all_ || std::ranges::any_of(formats_, [&](const kernel::PrintkFormat& format) {
             return format.matches(text);
           });
  }

 private:
  std::vector<kernel::PrintkFormat> formats_;
  bool all_ = false;
};

output::Record record_of(const kernel::TraceLine& line) {
  output::Record record;
  record.add("time", line.seconds)
      .add("cpu", line.cpu)
      .add("pid", line.pid)
      .add("comm", line.comm)
      .add("text", line.text);
  return record;
}

/// Prints records one by one: what goes on without an end.
class LinePrinter {
 public:
  explicit LinePrinter(Context& context) : context_(context) {
    if (!context.style.is_table()) list_.emplace(context.out, context.style, columns());
  }

  void print(const output::Record& record) {
    if (list_) return list_->add(record);
    std::string line;
    for (const output::Field& field : record.fields())
      line.append(line.empty() ? "" : "  ").append(output::cell_text(field.value, context_.style));
    context_.out.write(line + "\n");
  }

 private:
  Context& context_;
  std::optional<output::ListStream> list_;
};

// Calls `look` now and whenever `source` is readable or some time is over, until a signal ends it.
template <class Look>
Status go_on(int source, Context& context, Look look) {
  const auto waiter = TRY(terminal::Waiter::make(
      {.interval_ns = 0, .output = STDOUT_FILENO, .keys = -1, .source = source}));
  for (;;) {
    TRY(look());
    context.out.flush();
    if (!context.out.good() || waiter->wait(kLook) == terminal::Event::end) return {};
  }
}

void tell_lost(std::uint64_t events, Context& context) {
  context.remark(number_text(events) + " events were overwritten before they could be read");
}

Result<LineFilter> filter_for(const std::optional<kernel::Prog>& prog, Context& context) {
  if (prog) return LineFilter::of(*prog, context);
  return LineFilter::none();
}

Status follow_trace(const std::optional<kernel::Prog>& prog, Context& context) {
  const auto instance = TRY(kernel::TraceInstance::make());  // keeps what is printed meanwhile
  const LineFilter filter = TRY(filter_for(prog, context));
  LinePrinter printer(context);
  kernel::TraceReader reader(
      [&](const kernel::TraceLine& line) {
        if (filter.wants(line.text)) printer.print(record_of(line));
      },
      [&](std::uint64_t events) { tell_lost(events, context); });
  return go_on(instance->fd(), context, [&]() -> Status {
    reader.feed(instance->read());
    reader.flush();
    return {};
  });
}

Status show_trace(const std::optional<kernel::Prog>& prog, Context& context) {
  const LineFilter filter = TRY(filter_for(prog, context));
  std::vector<output::Record> records;
  kernel::TraceReader reader(
      [&](const kernel::TraceLine& line) {
        if (filter.wants(line.text)) records.push_back(record_of(line));
      },
      [&](std::uint64_t events) { tell_lost(events, context); });
  TRY(kernel::read_trace([&](std::string_view piece) { reader.feed(piece); }));
  reader.flush();
  output::print_list(context.out, context.style, records, columns(), "nothing was printed");
  return {};
}

// Whole lines of a stream; what is left goes on.
class StreamLines {
 public:
  template <class Take>
  void feed(const std::string& text, bool last, Take take) {
    rest_ += text;
    std::size_t at = 0;
    for (std::size_t end = 0; (end = rest_.find('\n', at)) != rest_.npos; at = end + 1)
      take(rest_.substr(at, end - at));
    rest_.erase(0, at);
    if (last && !rest_.empty()) take(std::exchange(rest_, {}));
  }

 private:
  std::string rest_;
};

Status show_stream(const cli::Request& request, const kernel::Prog& prog, Context& context) {
  const std::string& name = request.value(Option::stream);
  const auto stream = name == "stdout" ? kernel::Stream::out : kernel::Stream::err;
  StreamLines lines;
  const auto record = [&](std::string line) {
    output::Record made;
    made.add("text", std::move(line));
    return made;
  };
  if (!request.has(Option::follow)) {
    std::vector<output::Record> records;
    lines.feed(TRY(kernel::take_stream(prog, stream)), true,
               [&](std::string line) { records.push_back(record(std::move(line))); });
    static const std::vector<output::Column> kText = {{"text", "text"}};
    print_list(context.out, context.style, records, kText, "nothing is in its " + name);
    return {};
  }
  LinePrinter printer(context);
  return go_on(-1, context, [&]() -> Status {
    lines.feed(TRY(kernel::take_stream(prog, stream)), false,
               [&](std::string line) { printer.print(record(std::move(line))); });
    return {};
  });
}

Status run(const cli::Request& request, Context& context) {
  const bool follows = request.has(Option::follow), has_prog = request.find("PROG") != nullptr;
  if (follows && context.style.is_document())
    return fail(Error::usage("--follow goes on until it is ended, and has no form with an end",
                             "--jsonl prints one JSON object to a line"));
  if (request.has(Option::stream) && !has_prog)
    return fail(
        Error::usage("--stream: streams belong to a program", "prog log PROG --stream stdout"));
  std::optional<kernel::Prog> prog;
  if (has_prog) prog = TRY(open_prog(request.selector("PROG")));
  if (request.has(Option::stream)) return show_stream(request, *prog, context);
  return follows ? follow_trace(prog, context) : show_trace(prog, context);
}

constexpr Operand kOperands[] = {
    {"", "PROG", Takes::prog, Count::optional, "whose lines; those of all programs when not given"},
};
constexpr Option kOptions[] = {Option::follow, Option::stream};
constexpr cli::Example kExamples[] = {
    {"bpfmaps prog log", "what programs have printed with bpf_printk"},
    {"bpfmaps prog log /sys/fs/bpf/xdp/v1 --follow", "what one of them prints from now on"},
};

}  // namespace

const cli::Command kProgLog{
    .object = "prog",
    .verb = "log",
    .summary = "show what programs print",
    .details =
        R"(Shows what programs have printed with bpf_printk, as far back as the kernel's trace
reaches: when, by the trace's clock, on which CPU, and while which task ran. It reads `trace` of
tracefs, which takes nothing from other readers. --follow goes on with what is printed from then
on, until Ctrl-C; it makes a buffer of its own in tracefs, and removes it.

The trace does not tell which program printed a line. With PROG only lines are shown that a
format in its code can have made; a remark says where a format could not be read, or fits any
line.

--stream stdout and --stream stderr take what is in a stream of the program (Linux 6.17): what
it wrote there, and on stderr what the kernel reports of it. Text that is read is removed from
the stream: other readers do not get it.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
