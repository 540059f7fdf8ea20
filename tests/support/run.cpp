// SPDX-License-Identifier: BSD-2-Clause
#include "support/run.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "base/fd.h"
#include "support/must.h"
#include "support/paths.h"

namespace bpfmaps::test {
namespace {

constexpr unsigned kSecondsAllowed = 60;
constexpr gid_t kNobody = 65534;
constexpr int kCannotStart = 127;  // what a shell says of a program that it cannot start

// A file in memory, so that no output is ever too much for a pipe nobody reads.
Fd scratch_file(const std::string& content = {}) {
  Fd file(must(memfd_create("bpfmaps-test", MFD_CLOEXEC), "memfd_create"));
  if (!content.empty()) must(write(file.get(), content.data(), content.size()), "write");
  lseek(file.get(), 0, SEEK_SET);
  return file;
}

std::string content_of(const Fd& file) {
  std::string content(static_cast<std::size_t>(lseek(file.get(), 0, SEEK_END)), '\0');
  const ssize_t got = pread(file.get(), content.data(), content.size(), 0);
  content.resize(static_cast<std::size_t>(got < 0 ? 0 : got));
  return content;
}

Fd standard_output(Stdout to) {
  if (to == Stdout::full_disk)
    return Fd(must(open("/dev/full", O_WRONLY | O_CLOEXEC), "/dev/full"));
  if (to == Stdout::closed) return {};
  if (to == Stdout::captured) return scratch_file();
  int ends[2];
  must(pipe2(ends, O_CLOEXEC), "pipe2");
  const Fd read_end(ends[0]);  // closed on return: nobody will ever read
  return Fd(ends[1]);
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (const std::string& text : texts) list.push_back(const_cast<char*>(text.c_str()));
  list.push_back(nullptr);
  return list;
}

void become_nobody() {
  if (setgroups(0, nullptr) != 0 || setresgid(kNobody, kNobody, kNobody) != 0 ||
      setresuid(kNobody, kNobody, kNobody) != 0)
    _exit(kCannotStart);
}

Ran start(const std::vector<std::string>& words, const How& how, int program) {
  const Fd in = scratch_file(how.input), out = standard_output(how.to), err = scratch_file();
  const std::vector<char*> argv = pointers(words);
  const pid_t child = must(fork(), "fork");
  if (child == 0) {
    dup2(in.get(), STDIN_FILENO);
    out ? dup2(out.get(), STDOUT_FILENO) : close(STDOUT_FILENO);
    dup2(err.get(), STDERR_FILENO);
    for (const std::string& variable : how.environment) putenv(const_cast<char*>(variable.c_str()));
    if (how.as_nobody) become_nobody();
    signal(SIGPIPE, SIG_DFL);
    alarm(kSecondsAllowed);  // outlives exec
    program >= 0 ? fexecve(program, argv.data(), environ) : execvp(argv[0], argv.data());
    _exit(kCannotStart);
  }
  int status = 0;
  must(waitpid(child, &status, 0), "waitpid");
  return {.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status),
          .out = how.to == Stdout::captured ? content_of(out) : std::string(),
          .err = content_of(err)};
}

}  // namespace

Ran run(const std::vector<std::string>& words, const How& how) { return start(words, how, -1); }

Ran run_bpfmaps(std::vector<std::string> words, const How& how) {
  const Fd program(must(open(BPFMAPS_BINARY, O_PATH | O_CLOEXEC), "open " BPFMAPS_BINARY));
  words.insert(words.begin(), "bpfmaps");
  return start(words, how, program.get());
}

Ran run_injected(const std::string& inject, const std::vector<std::string>& words,
                 const std::vector<std::string>& paths) {
  const std::string calls = inject.substr(0, inject.find(':'));
  std::vector<std::string> all = {
      "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + calls, "-e", "inject=" + inject};
  for (const std::string& path : paths) all.insert(all.end(), {"-P", path});
  all.insert(all.end(), {"--", BPFMAPS_BINARY});
  all.insert(all.end(), words.begin(), words.end());
  // The search for leaks traces the process itself, which cannot be traced twice.
  Ran ran = run(all, {.environment = {"ASAN_OPTIONS=detect_leaks=0"}});
  while (ran.err.starts_with("strace: ")) ran.err.erase(0, ran.err.find('\n') + 1);
  return ran;
}

}  // namespace bpfmaps::test
