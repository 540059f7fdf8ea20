// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/progress.h"

#include <unistd.h>

#include "base/time.h"

namespace bpfmaps::commands {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000, kBetween = kSecond / 5;

void put(const std::string& text) {
  // What cannot be shown is not missed.
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

}  // namespace

ProgressLine::ProgressLine(std::string done, std::uint64_t total)
    : done_(std::move(done)),
      total_(total),
      started_ns_(monotonic_ns()),
      is_terminal_(isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() {
  if (shown_ns_ != 0) put("\r\x1b[K");
}

void ProgressLine::show(std::uint64_t count) {
  if (!is_terminal_) return;
  const std::uint64_t now = monotonic_ns();
  if (now - started_ns_ < kSecond || now - shown_ns_ < kBetween) return;
  shown_ns_ = now;
  std::string line = "\r" + done_ + " " + std::to_string(count);
  if (total_ != 0) line += " of " + std::to_string(total_);
  put(line + " entries\x1b[K");
}

}  // namespace bpfmaps::commands
