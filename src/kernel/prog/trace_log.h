// SPDX-License-Identifier: BSD-2-Clause
// Where the kernel keeps what programs print with bpf_printk(). Takes nothing from other readers:
// never reads the trace_pipe that all share.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace bpfmaps::kernel {

/// Hands over the trace as it is, piece by piece; it stays there. Kind::not_found where tracefs is
/// not mounted, permission where it may not be read.
Status read_trace(const std::function<void(std::string_view piece)>& take);

/// A buffer of one's own for what is printed from now on (an instance of tracefs, bpfmaps-PID). It
/// is removed with this; those of processes that were killed are removed when one is made.
class TraceInstance {
 public:
  /// Kind::unsupported where the kernel has no such event (before Linux 5.9).
  static Result<std::unique_ptr<TraceInstance>> make();
  ~TraceInstance();
  TraceInstance(const TraceInstance&) = delete;
  TraceInstance& operator=(const TraceInstance&) = delete;

  /// Readable where something was printed; not every kernel tells that at once.
  int fd() const { return pipe_.get(); }
  /// What was printed since the last call; "" for nothing.
  std::string read();

 private:
  explicit TraceInstance(std::string folder) : folder_(std::move(folder)) {}

  std::string folder_;
  Fd pipe_;
};

}  // namespace bpfmaps::kernel
