// SPDX-License-Identifier: BSD-2-Clause
// The map of the source:
//
//   base/      std only: Result and Error, Fd, text, numbers, time
//   cli/       what was typed: the command table's records and their readers (parse, help, man,
//              completion)
//   kernel/    the one door to bpf(2) and bpffs, in folders by what is behind it: map/, pin/,
//   link/,
//              prog/, and what they share
//   layout/    a BTF type compiled once into a Layout, and everything that reads one
//   output/    forms: table, JSON, CSV; and the writer that remembers the first error
//   terminal/  the screen that is redrawn, its keys; gives the terminal back whatever happens
//   object/    ELF objects: built-in counters, files, loading them
//   disasm/    the code of programs as text
//   http/      requests and answers of HTTP, and the module that serves them
//   entries/   a map opened with its types, and all that is done with its entries
//   commands/  one file per verb: its record in the table, and what it does
//
// main() wires them: words -> Request -> the verb's run() -> the one error -> the exit code.

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "base/caught.h"
#include "base/text.h"
#include "cli/help.h"
#include "cli/parse.h"
#include "cli/table.h"
#include "commands/shared/context.h"
#include "commands/shared/style.h"
#include "commands/shared/version_text.h"
#include "commands/table.h"
#include "output/json.h"

namespace bpfmaps {
namespace {

// A closed descriptor 0, 1 or 2 would be handed out again by the next open(), and an answer
// written into a map or a pin. Reading or writing these placeholders fails with EBADF.
void occupy_standard_descriptors() {
  for (int fd = 0; fd <= 2; ++fd)
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_PATH | O_CLOEXEC) != fd) _exit(1);
}

/// All that was typed, for as long as the program runs.
std::vector<std::string>& typed_words() {
  static std::vector<std::string> words;
  return words;
}

std::string shortened(std::string text) {
  return with_short_quotes(std::move(text), typed_words());
}

void say(const std::string& text) {
  std::fprintf(stderr, "bpfmaps: %s\n", terminal_safe(shortened(text)).c_str());
}

void say_json(const std::string& text) {
  std::string json = "{\"remark\":";
  output::append_json_string(json, shortened(text));
  std::fprintf(stderr, "%s}\n", json.c_str());
}

int report(Error error, const cli::Request* request, bool json) {
  if (error.kind == Kind::closed_pipe) return exit_code(error.kind);
  for (std::string* part : {&error.operation, &error.subject, &error.context, &error.hint})
    *part = shortened(std::move(*part));
  std::string text;
  if (json) {
    const auto member = [&text](std::string_view name, std::string_view value) {
      text += name;
      output::append_json_string(text, value);
    };
    member("{\"error\":{\"kind\":", kind_name(error.kind));
    if (error.code != 0) member(",\"errno\":", errno_name(error.code));
    member(",\"operation\":", error.operation);
    if (!error.subject.empty()) member(",\"subject\":", error.subject);
    member(",\"message\":", error.message());
    if (!error.hint.empty()) member(",\"hint\":", error.hint);
    text += "}}\n";
  } else {
    text = "bpfmaps: ";
    if (request != nullptr && request->command != nullptr)
      text += cli::name_of(*request->command) + ": ";
    const std::string& about = error.subject.empty() ? error.operation : error.subject;
    if (error.kind != Kind::usage || !error.subject.empty())
      text.append(terminal_safe(about)) += ": ";
    text.append(terminal_safe(error.message())) += "\n";
    if (!error.hint.empty()) text.append("hint: ").append(terminal_safe(error.hint)) += "\n";
  }
  std::fwrite(text.data(), 1, text.size(), stderr);
  return exit_code(error.kind);
}

/// The error of a command that did all it was asked to, and could not say so.
Error lost_report(Error error) {
  error.context = "it is done, and only its answer is lost: " + errno_text(error.code);
  error.hint = "running it again would do it once more";
  return error;
}

/// bpftool's -n says that nothing may be mounted, and scripts give it to any command.
void remark_on_bpftools_n(const cli::Request& request, void (*remark)(const std::string&)) {
  const auto& words = typed_words();
  const auto end = std::ranges::find(words, "--");
  const bool typed = std::find(words.begin(), end, "-n") != end;
  if (!typed || request.command == nullptr || request.command->object == "map") return;
  remark(
      "-n is --net here, which changes nothing about this command; what bpftool's -n (--nomount) "
      "asks for is always so: nothing is mounted");
}

int run(int argc, char** argv) {
  const cli::Table& table = commands::table();
  typed_words().assign(argv + (argc > 0 ? 1 : 0), argv + argc);
  const std::vector<std::string>& words = typed_words();
  const auto request = cli::parse(table, words);
  if (!request) return report(request.error(), nullptr, commands::asks_for_json(words));

  output::Writer out(STDOUT_FILENO);
  const auto style = commands::style_from(*request, STDOUT_FILENO);
  if (!style) return report(style.error(), &*request, commands::asks_for_json(words));

  const auto remark = style->is_json() ? say_json : say;
  remark_on_bpftools_n(*request, remark);
  Status status;
  bool differs = false;
  if (request->special == cli::Request::Special::version) {
    commands::print_version(out, *style);
  } else if (request->special == cli::Request::Special::help) {
    out.write(cli::help(table, *request, style->width));
  } else {
    commands::Context context{table, out, *style, remark};
    status = caught([&] { return request->command->run(*request, context); });
    differs = context.differs;
  }
  // A failed write explains a command that gave up early; it is the one error to tell. One that
  // changes things does not give up for it.
  const bool changes = request->command != nullptr && request->command->changes &&
                       !request->has(cli::Option::dry_run);
  const Status written = out.finish();
  if (changes && !status) return report(status.error(), &*request, style->is_json());
  if (!written && changes && written.error().kind != Kind::closed_pipe)
    return report(lost_report(written.error()), &*request, style->is_json());
  if (!written) return report(written.error(), &*request, style->is_json());
  if (!status) return report(status.error(), &*request, style->is_json());
  constexpr int kDiffers = 5;
  return differs ? kDiffers : 0;
}

}  // namespace
}  // namespace bpfmaps

int main(int argc, char** argv) {
  bpfmaps::occupy_standard_descriptors();
  signal(SIGPIPE, SIG_IGN);
  try {
    return bpfmaps::run(argc, argv);
  } catch (const std::exception& thrown) {
    return bpfmaps::report(bpfmaps::error_of(thrown), nullptr, false);
  }
}
