// SPDX-License-Identifier: BSD-2-Clause
// Lines of the kernel's trace (tracefs' `trace` and `trace_pipe`), told apart again. Pure text.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace bpfmaps::kernel {

/// What a program printed with bpf_printk(), and what the trace says of it.
struct TraceLine {
  double seconds = 0;  ///< by the trace's clock, which counts from boot unless it was changed
  std::uint32_t cpu = 0;
  std::uint32_t pid = 0;
  std::string comm = {};  ///< the task that ran; "<...>" where the kernel has forgotten its name
  std::string text = {};  ///< without line breaks at its end; it may have some inside
};

/// Reads a trace that comes in pieces.
class TraceReader {
 public:
  using Take = std::function<void(TraceLine)>;
  using Lost = std::function<void(std::uint64_t events)>;

  /// `take` gets what programs printed, `lost` how many events of any kind were overwritten.
  TraceReader(Take take, Lost lost) : take_(std::move(take)), lost_(std::move(lost)) {}

  /// Hands over all but the last line, which may go on.
  void feed(std::string_view piece);
  /// Hands over what is left: nothing more came with it.
  void flush();

 private:
  void line(std::string_view text);

  Take take_;
  Lost lost_;
  std::string rest_;  // a line that is not whole
  std::optional<TraceLine> last_;
};

}  // namespace bpfmaps::kernel
