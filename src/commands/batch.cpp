// SPDX-License-Identifier: BSD-2-Clause
// batch FILE: runs the commands that stand in a file, one a line, in this process.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <vector>

#include "base/caught.h"
#include "base/fd.h"
#include "base/text.h"
#include "cli/parse.h"
#include "cli/table.h"
#include "commands/records_many.h"
#include "commands/shared/command_file.h"
#include "commands/shared/context.h"
#include "commands/shared/style.h"
#include "entries/layout_cache.h"
#include "output/json.h"
#include "output/record.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Option;
using cli::Takes;

constexpr Option kForms[] = {Option::json, Option::pretty, Option::jsonl, Option::csv};

bool has_form(const cli::Request& request) {
  return std::ranges::any_of(kForms, [&](Option form) { return request.has(form); });
}

// Options that go with every command hold for each line that does not say otherwise.
void inherit(const cli::Request& batch, cli::Request& line) {
  const bool own_form = has_form(line);
  for (const cli::OptionSpec& spec : cli::options()) {
    if (!cli::goes_with_every_command(spec.id) || !batch.has(spec.id) || line.has(spec.id))
      continue;
    if (own_form && std::ranges::count(kForms, spec.id) != 0) continue;
    line.set(spec.id, batch.value(spec.id));
  }
}

bool reads_standard_input(const cli::Request& line) {
  return std::ranges::any_of(line.given, [](const cli::Given& given) {
    const Takes takes = given.operand->takes;
    return (takes == Takes::data || takes == Takes::file) && std::ranges::count(given.words, "-");
  });
}

const std::string& path_of(const cli::Request& batch) { return batch.find("FILE")->words[0]; }

std::string ran(std::uint64_t done) {
  return done == 1 ? "the command before it has been run"
                   : "the " + std::to_string(done) + " commands before it have been run";
}

Error with_hint(Error error, const std::string& what) {
  if (!error.hint.empty()) error.hint += "; ";
  error.hint += what;
  return error;
}

class Batch {
 public:
  Batch(const cli::Request& request, Context& context, CommandFile file)
      : request_(request),
        context_(context),
        file_(std::move(file)),
        is_array_(context.style.is_document()) {}

  /// Reads the words of all commands, and runs none. Returns how many there are.
  Result<std::uint64_t> check() {
    std::uint64_t count = 0;
    for (;; ++count) {
      auto line = TRY(file_.next([] {}));
      if (!line) return count;
      cli::Request request = TRY(read(*line));
      if (count < kMostKept) checked_.push_back({std::move(*line), std::move(request)});
    }
  }
  /// Before run(), where all has been checked: what check() kept is not read again.
  Status rewind() {
    TRY(file_.rewind());
    for (std::size_t i = 0; i < checked_.size(); ++i) TRY(file_.next([] {}));
    return {};
  }

  /// Runs the commands up to the first that fails or, where it keeps going, to the last.
  Status run() {
    const bool keeps_going = request_.has(Option::keep_going);
    std::uint64_t count = 0, failed = 0;
    for (;; ++count) {
      auto next = next_command(count);
      if (!next) return fail(after(count, std::move(next).error()));
      if (!*next) break;
      Status done = run(**next, count == 0);
      if (done || done.error().kind == Kind::closed_pipe) continue;
      if (!keeps_going) return fail(after(count, std::move(done).error()));
      ++failed;
      context_.out.flush();
      context_.remark(done.error().subject + ": " + done.error().message());
    }
    end_array(count == 0);
    if (failed == 0) return {};
    const std::string& path = path_of(request_);
    const bool is_input = path == "-";
    return fail(Error::refused(
        Kind::incomplete, "run the commands", is_input ? "standard input" : path,
        std::to_string(failed) + " of " + std::to_string(count) + " commands failed"));
  }

 private:
  // Commands of a file that are kept from when they were checked until they run: about 10 MB.
  static constexpr std::size_t kMostKept = 8192;

  struct Command {
    CommandLine line;
    std::optional<cli::Request> request;  // none: its words have yet to be read
  };

  Result<std::optional<Command>> next_command(std::uint64_t count) {
    if (count < checked_.size()) return std::move(checked_[count]);
    auto line = TRY(file_.next([this] { context_.out.flush(); }));
    if (!line) return std::nullopt;
    return Command{*std::move(line), std::nullopt};
  }

  static Error after(std::uint64_t done, Error error) {
    return done == 0 ? error : with_hint(std::move(error), ran(done));
  }

  /// `error`, whose subject then tells the line, and the command where one could be read.
  Error at(const CommandLine& line, const cli::Command* command, Error error) const {
    std::string place = file_.place(line.number);
    if (command != nullptr) place += ": " + cli::name_of(*command);
    const bool is_usage = error.kind == Kind::usage;
    const std::string& about = error.subject.empty() && !is_usage ? error.operation : error.subject;
    if (!about.empty()) place += ": " + about;
    error.subject = std::move(place);
    for (std::string* part : {&error.subject, &error.context, &error.hint})
      *part = with_short_quotes(std::move(*part), line.words);
    return error;
  }

  Result<cli::Request> read(const CommandLine& line) const {
    std::span<const std::string> words = line.words;
    if (words[0] == "bpfmaps") words = words.subspan(1);
    auto request = cli::parse(context_.table, words);
    if (!request) return fail(at(line, nullptr, std::move(request).error()));
    const auto refuse = [&](std::string why, std::string hint) {
      return fail(at(line, nullptr, Error::usage(std::move(why), std::move(hint))));
    };
    if (request->special != cli::Request::Special::none)
      return refuse("help and version are no commands of a batch", "ask for them in a shell");
    if (request->command == &kBatch)
      return refuse("a batch does not run another batch", "put its lines here");
    if (is_array_ && (request->has(Option::jsonl) || request->has(Option::csv)))
      return refuse("the line asks for a form that cannot stand in the JSON of all lines",
                    "leave it out, or leave --json out behind `bpfmaps batch`");
    if (path_of(request_) == "-" && reads_standard_input(*request))
      return refuse("standard input holds the commands, and no data",
                    "put the data into a file: @FILE");
    inherit(request_, *request);
    return request;
  }

  Status run(Command& next, bool first) {
    const CommandLine& line = next.line;
    if (!next.request) next.request = TRY(read(line));
    const cli::Request& request = *next.request;
    const auto style = style_from(request, STDOUT_FILENO);
    if (!style) return fail(at(line, request.command, style.error()));
    const Fd memory(is_array_ ? memfd_create("bpfmaps-answer", MFD_CLOEXEC) : -1);
    if (is_array_ && !memory) {
      const int code = errno;
      return fail(at(line, request.command, Error::from_errno(code, "keep the answer", "")));
    }
    output::Writer answer(memory.get(), "the answer");
    Context context{context_.table, is_array_ ? answer : context_.out, *style,
                    [this, &line](const std::string& text) {
                      context_.remark(file_.place(line.number) + ": " + text);
                    },
                    &layouts_};
    begin_element(line, first);
    Status done = caught([&] { return request.command->run(request, context); });
    if (context.differs) context_.differs = true;
    if (is_array_) {
      const Status written = answer.finish();
      if (done && !written) done = fail(written.error());
      append_answer(memory.get());
    }
    if (!done) return fail(at(line, request.command, std::move(done).error()));
    end_element();
    return {};
  }

  void begin_element(const CommandLine& line, bool first) {
    if (!is_array_) return;
    const bool pretty = context_.style.is_pretty();
    std::string text = first ? "[" : ",";
    if (pretty || !first) text += '\n';
    text += pretty ? "  {\n    \"command\": [" : "{\"command\":[";
    for (const std::string& word : line.words) {
      if (&word != line.words.data()) text += pretty ? ", " : ",";
      output::append_json_string(text, word);
    }
    context_.out.write(text + (pretty ? "],\n    \"output\": " : "],\"output\":"));
  }

  /// What a command has printed: lines behind the first are indented in pretty JSON.
  void append_answer(int memory) {
    std::string text(static_cast<std::size_t>(lseek(memory, 0, SEEK_END)), '\0');
    const ssize_t size = pread(memory, text.data(), text.size(), 0);
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    while (text.ends_with('\n')) text.pop_back();
    if (text.empty()) text = "null";
    std::string_view rest = text;
    for (std::size_t end; (end = rest.find('\n')) != rest.npos; rest.remove_prefix(end + 1)) {
      context_.out.write(rest.substr(0, end + 1));
      if (context_.style.is_pretty()) context_.out.write("    ");
    }
    context_.out.write(rest);
  }

  void end_element() {
    if (!is_array_) return;
    context_.out.write(context_.style.is_pretty() ? "\n  }" : "}");
  }

  void end_array(bool empty) {
    if (!is_array_) return;
    const bool pretty = context_.style.is_pretty();
    context_.out.write(empty ? "[]\n" : pretty ? "\n]\n" : "]\n");
  }

  const cli::Request& request_;
  Context& context_;
  CommandFile file_;
  const bool is_array_;
  entries::LayoutCache layouts_;
  std::vector<Command> checked_;
};

Status say_count(std::uint64_t count, Context& context) {
  output::Record record;
  record.add("commands", count);
  print_one(context.out, context.style, record);
  context.remark("this was a dry run: the words of the commands are right, and none has been run");
  return {};
}

Status run(const cli::Request& request, Context& context) {
  const bool dry = request.has(Option::dry_run);
  if (request.has(Option::keep_going) && context.style.is_document())
    return fail(Error::usage("an array of answers cannot go on behind one that is not whole",
                             "--keep-going goes with --jsonl"));
  auto file = TRY(CommandFile::open(path_of(request)));
  const bool checks_first = file.is_regular();
  Batch batch(request, context, std::move(file));
  if (dry) return say_count(TRY(batch.check()), context);
  if (checks_first) {
    if (auto checked = batch.check(); !checked)
      return fail(with_hint(std::move(checked).error(), "no command of the file has been run"));
    TRY(batch.rewind());
  }
  return batch.run();
}

constexpr cli::Operand kOperands[] = {
    {"", "file", Takes::choice, Count::optional, "bpftool's word for what follows", "file"},
    {"", "FILE", Takes::file, Count::one, "where the commands stand, or - for standard input"},
};
constexpr Option kOptions[] = {Option::keep_going, Option::dry_run};
constexpr cli::Example kExamples[] = {
    {"bpfmaps batch blocklist.batch --dry-run", "look whether all lines can be read"},
    {"bpfmaps batch blocklist.batch", "run them"},
    {"sed 's|^|map delete /sys/fs/bpf/xdp/policy key |' gone.txt | bpfmaps batch -",
     "delete the keys of a list"},
};

}  // namespace

const cli::Command kBatch{
    .object = "batch",
    .verb = "",
    .summary = "run the commands of a file",
    .details =
        R"(FILE holds commands of bpfmaps, one a line, without `bpfmaps` in front or with it. A
`#` at the start of a word begins a comment. Blanks tell words apart: '...' is one word as it is,
"..." too, where a backslash takes a quote or a backslash as it is. Outside of quotes a backslash
takes the blank, quote, # or backslash behind it; at the end of a line it joins the line with the
next one. There are no variables, and no patterns for names of files. Files made for `bpftool
batch file` run, too.

The words of all lines are checked before the first command runs: a mistake in the last line of
a file has changed nothing. Standard input is not checked so: its commands run as they come, and
their output is printed before the next one is waited for.

The first command that fails ends the batch. The error names its line, and the exit code is that
of the command; what the commands before it did stays done. With --keep-going the error is
printed, the next command runs, and the exit code is 1 in the end. A map is found by its path
anew for each line; its types are read once.

Options such as --raw or --jsonl behind `batch` hold for all lines. With --json the answer is an
array with an object for each line, {"command":[WORDS],"output":ANSWER}, as bpftool has it;
ANSWER is null where the command prints nothing.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
    .changes = true,
};

}  // namespace bpfmaps::commands
