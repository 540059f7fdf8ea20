// SPDX-License-Identifier: BSD-2-Clause
// CommandFile: a file, or standard input, that holds a command on each line.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace bpfmaps::commands {

struct CommandLine {
  std::uint64_t number;  ///< of the line it begins on, from 1
  std::vector<std::string> words;
};

class CommandFile {
 public:
  /// "-" is standard input.
  static Result<CommandFile> open(const std::string& path);

  /// Whether it can be read a second time: it is a regular file, and not standard input.
  bool is_regular() const { return regular_; }
  /// Begins again.
  Status rewind();

  /// The next line with words on it, joined with those that it goes on in; nothing at the end.
  /// `before_waiting` is called before it reads what may not be there yet.
  Result<std::optional<CommandLine>> next(const std::function<void()>& before_waiting);

  /// "FILE:7", "line 7" of standard input: where an error is.
  std::string place(std::uint64_t line) const;

 private:
  CommandFile(Fd fd, std::string path, bool regular)
      : fd_(std::move(fd)), path_(std::move(path)), regular_(regular) {}

  /// The next line without its end; nothing behind the last one.
  Result<std::optional<std::string>> next_line(const std::function<void()>& before_waiting);
  /// False at the end of the file.
  Result<bool> read_more();
  Error error_at(std::uint64_t line, Error error) const;

  Fd fd_;  ///< empty for standard input
  std::string path_;
  bool regular_;
  std::string block_;
  std::size_t at_ = 0;  ///< how much of the block is used
  bool ended_ = false;
  std::uint64_t number_ = 0;  ///< of the line that was read last
};

}  // namespace bpfmaps::commands
