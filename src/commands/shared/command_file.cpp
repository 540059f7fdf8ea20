// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/command_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "cli/line.h"

namespace bpfmaps::commands {
namespace {

constexpr const char* kOperation = "read the commands";
constexpr std::size_t kBlock = 64 << 10;
// Values of maps can be long; what never ends a line is no file of commands.
constexpr std::size_t kLongestLine = 64 << 20;

}  // namespace

Result<CommandFile> CommandFile::open(const std::string& path) {
  if (path == "-") return CommandFile(Fd(), path, false);
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  int code = errno;
  struct stat status {};
  if (fd && fstat(fd.get(), &status) == 0)
    return CommandFile(std::move(fd), path, S_ISREG(status.st_mode));
  if (fd) code = errno;
  return fail(Error::from_errno(code, kOperation, path));
}

Status CommandFile::rewind() {
  block_.clear();
  at_ = 0;
  ended_ = false;
  number_ = 0;
  if (lseek(fd_.get(), 0, SEEK_SET) == 0) return {};
  const int code = errno;
  return fail(Error::from_errno(code, kOperation, path_));
}

std::string CommandFile::place(std::uint64_t line) const {
  return (path_ == "-" ? "line " : path_ + ":") + std::to_string(line);
}

Error CommandFile::error_at(std::uint64_t line, Error error) const {
  error.subject = place(line);
  return error;
}

Result<bool> CommandFile::read_more() {
  block_.erase(0, at_);
  at_ = 0;
  const std::size_t have = block_.size();
  block_.resize(have + kBlock);
  ssize_t got = 0;
  int code = 0;
  do {
    got = read(fd_ ? fd_.get() : STDIN_FILENO, block_.data() + have, kBlock);
    code = errno;
  } while (got < 0 && code == EINTR);
  block_.resize(have + static_cast<std::size_t>(got > 0 ? got : 0));
  if (got >= 0) return got != 0;
  return fail(Error::from_errno(code, kOperation, path_ == "-" ? "standard input" : path_));
}

Result<std::optional<std::string>> CommandFile::next_line(
    const std::function<void()>& before_waiting) {
  std::size_t searched = at_, end = block_.find('\n', searched);
  while (end == block_.npos && !ended_) {
    searched = block_.size() - at_;
    if (searched > kLongestLine)
      return fail(error_at(
          number_ + 1,
          Error::refused(Kind::invalid, kOperation, "",
                         "the line is longer than " + std::to_string(kLongestLine) + " bytes")));
    before_waiting();
    ended_ = !TRY(read_more());
    end = block_.find('\n', searched);
  }
  if (end == block_.npos && at_ == block_.size()) return std::nullopt;
  std::string line = block_.substr(at_, end == block_.npos ? end : end - at_);
  at_ = end == block_.npos ? block_.size() : end + 1;
  ++number_;
  if (line.ends_with('\r')) line.pop_back();
  if (line.find('\0') != line.npos)
    return fail(error_at(number_, Error::refused(Kind::invalid, kOperation, "",
                                                 "the line holds a byte of zero: it is no text")));
  return line;
}

Result<std::optional<CommandLine>> CommandFile::next(const std::function<void()>& before_waiting) {
  while (auto line = TRY(next_line(before_waiting))) {
    const std::uint64_t number = number_;
    auto split = cli::split_line(*line);
    while (split && split->goes_on) {
      const auto more = TRY(next_line(before_waiting));
      if (!more)
        return fail(error_at(number, Error::usage("the file ends where the line goes on",
                                                  "a \\ at the end of a line joins it with the "
                                                  "next one")));
      line->pop_back();
      split = cli::split_line(line->append(*more));
    }
    if (!split) return fail(error_at(number, std::move(split).error()));
    if (!split->words.empty()) return CommandLine{number, std::move(split->words)};
  }
  return std::nullopt;
}

}  // namespace bpfmaps::commands
