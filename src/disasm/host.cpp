// SPDX-License-Identifier: BSD-2-Clause
#include "disasm/host.h"

#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>

#include "base/beside.h"
#include "base/text.h"
#include "disasm/host_wire.h"

namespace bpfmaps::disasm {
namespace {

constexpr const char* kOperation = "disassemble compiled code";

Result<std::string> find_program() {
  return find_beside(BPFMAPS_HOST_PROGRAM, BPFMAPS_HOST_FOLDER,
                     Error::refused(Kind::unsupported, kOperation, "",
                                    "its disassembler, bpfmaps-llvm, is not there",
                                    "install the package bpfmaps-llvm, or build with "
                                    "-DBPFMAPS_LLVM=ON; or save the code with `file FILE` for "
                                    "another tool"));
}

Error ended_early() {
  return Error::refused(Kind::system, kOperation, BPFMAPS_HOST_PROGRAM, "it ended early",
                        "save the code with `file FILE` for another tool");
}

/// Starts `program` with one end of a socket as its standard input, no signals held, and no
/// variables: it needs none.
Result<pid_t> spawn(const std::string& program, const Fd& socket) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t settings;
  if (const int code = posix_spawn_file_actions_init(&files))
    return fail(Error::from_errno(code, kOperation, program));
  if (const int code = posix_spawnattr_init(&settings)) {
    posix_spawn_file_actions_destroy(&files);
    return fail(Error::from_errno(code, kOperation, program));
  }
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&settings, &none);
  posix_spawnattr_setflags(&settings, POSIX_SPAWN_SETSIGMASK);
  int code = posix_spawn_file_actions_adddup2(&files, socket.get(), STDIN_FILENO);
  pid_t process = 0;
  char name[] = BPFMAPS_HOST_PROGRAM;
  char* words[] = {name, nullptr};
  char* variables[] = {nullptr};
  if (code == 0) code = posix_spawn(&process, program.c_str(), &files, &settings, words, variables);
  posix_spawnattr_destroy(&settings);
  posix_spawn_file_actions_destroy(&files);
  if (code != 0) return fail(Error::from_errno(code, kOperation, program));
  return process;
}

std::string byte_text(std::byte value) {
  std::string text = ".byte 0x";
  append_hex(text, &value, 1);
  return text;
}

}  // namespace

bool has_host_disassembler() { return find_program().has_value(); }

Result<HostDisassembler> HostDisassembler::start(NameOf name_of) {
  const std::string program = TRY(find_program());
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    const int code = errno;
    return fail(Error::from_errno(code, kOperation, program));
  }
  Fd ours(ends[0]);
  const Fd theirs(ends[1]);
  const pid_t process = TRY(spawn(program, theirs));
  return HostDisassembler(std::move(name_of), std::move(ours), process);
}

HostDisassembler::HostDisassembler(NameOf name_of, Fd socket, pid_t process)
    : name_of_(std::move(name_of)), socket_(std::move(socket)), process_(process) {}

HostDisassembler::HostDisassembler(HostDisassembler&& other) noexcept
    : name_of_(std::move(other.name_of_)),
      socket_(std::move(other.socket_)),
      process_(std::exchange(other.process_, 0)) {}

HostDisassembler::~HostDisassembler() {
  if (process_ == 0) return;
  socket_.reset();
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Status HostDisassembler::send_name(std::uint64_t value, bool is_branch) const {
  std::string text = name_of_(value, is_branch);
  text.resize(std::min<std::size_t>(text.size(), UINT16_MAX));
  const HostName name{static_cast<std::uint16_t>(text.size())};
  text.insert(0, reinterpret_cast<const char*>(&name), sizeof name);
  if (!transfer(write, socket_.get(), text.data(), text.size())) return fail(ended_early());
  return {};
}

Status HostDisassembler::decode(Bytes code, std::uint64_t address,
                                const std::function<void(Decoded)>& take) const {
  const HostCode block{address, code.size()};
  if (!transfer(write, socket_.get(), reinterpret_cast<const char*>(&block), sizeof block) ||
      !transfer(write, socket_.get(), code.data(), code.size()))
    return fail(ended_early());
  for (std::size_t at = 0; at < code.size();) {
    HostAnswer answer{};
    if (!transfer(read, socket_.get(), reinterpret_cast<char*>(&answer), sizeof answer))
      return fail(ended_early());
    if (answer.size == kAsksForName) {
      TRY(send_name(answer.value, answer.is_branch != 0));
      continue;
    }
    std::string text(answer.text_size, '\0');
    if (!transfer(read, socket_.get(), text.data(), text.size())) return fail(ended_early());
    const std::size_t size = std::min<std::size_t>(std::max(answer.size, 1U), code.size() - at);
    std::ranges::replace(text, '\t', ' ');
    text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
    take({size, answer.size == 0 ? byte_text(code[at]) : std::move(text)});
    at += size;
  }
  return {};
}

}  // namespace bpfmaps::disasm
