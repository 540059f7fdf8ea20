// SPDX-License-Identifier: BSD-2-Clause
#include "output/writer.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace bpfmaps::output {

void Writer::write_block(std::string_view block) {
  flush();
  put(block);
}

void Writer::flush() {
  put(buffer_);
  buffer_.clear();
}

void Writer::put(std::string_view text) {
  while (!text.empty() && !failed_) {
    const ssize_t wrote = ::write(fd_, text.data(), text.size());
    const int code = errno;
    if (wrote >= 0) {
      text.remove_prefix(static_cast<std::size_t>(wrote));
    } else if (code == EAGAIN) {
      // Standard output may be a descriptor that another process made non-blocking.
      pollfd ready{fd_, POLLOUT, 0};
      poll(&ready, 1, -1);
    } else if (code != EINTR) {
      failed_ = true;
      code_ = code;
    }
  }
}

Status Writer::finish() {
  flush();
  if (!failed_) return {};
  Error error = Error::from_errno(code_, "write", subject_);
  error.kind = code_ == EPIPE && !is_file_ ? Kind::closed_pipe : Kind::io;
  if (code_ == ENOSPC) error.hint = "free some space, then run the command again";
  if (code_ == EBADF && !is_file_)
    error.hint = "standard output is closed: redirect it to a file or a pipe";
  return fail(std::move(error));
}

}  // namespace bpfmaps::output
