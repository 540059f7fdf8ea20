// SPDX-License-Identifier: BSD-2-Clause
// The one way to standard output: a buffer, a descriptor, and the first error remembered.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace bpfmaps::output {

/// Collects text and writes it in large blocks. After the first failed write everything else is
/// dropped and finish() tells what happened: EPIPE on standard output as Kind::closed_pipe, the
/// rest as Kind::io.
class Writer {
 public:
  /// Standard output. `fd` stays the caller's.
  explicit Writer(int fd) : fd_(fd), is_file_(false), subject_("standard output") {}
  /// A file, which `path` names in errors: that nobody reads it any more is one of them.
  Writer(int fd, std::string path) : fd_(fd), is_file_(true), subject_(std::move(path)) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void write(std::string_view text) {
    if (text.size() >= kBlock) return write_block(text);
    buffer_.append(text);
    if (buffer_.size() >= kBlock) flush();
  }
  /// False once a write has failed: the caller may stop early.
  bool good() const { return !failed_; }
  /// Writes what is buffered, then `block` straight from where it lies.
  void write_block(std::string_view block);
  void flush();
  /// Flushes; the first error of all writes.
  Status finish();

 private:
  static constexpr std::size_t kBlock = 64 << 10;
  void put(std::string_view text);

  int fd_;
  bool is_file_;
  std::string subject_;
  std::string buffer_;
  bool failed_ = false;
  int code_ = 0;
};

}  // namespace bpfmaps::output
