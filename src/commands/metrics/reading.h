// SPDX-License-Identifier: BSD-2-Clause
// The two processes of `metrics serve`: one reads maps and speaks to nobody, one speaks to the
// network and holds no privilege. A socket is between them, and nothing but forms, times and texts
// goes over it.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "http/message.h"
#include "output/metrics.h"

namespace bpfmaps::commands {

/// Makes the text of one scrape until `deadline_ns` (CLOCK_MONOTONIC).
using ScrapeText =
    std::function<Result<std::string>(output::MetricForm form, std::uint64_t deadline_ns)>;

/// The reader's side: answers one request that waits at `channel`. False where the other side has
/// gone.
Result<bool> answer_reading(int channel, const ScrapeText& scrape);

/// The server's side.
class ReaderClient {
 public:
  explicit ReaderClient(Fd channel) : channel_(std::move(channel)) {}
  int fd() const { return channel_.get(); }
  /// Asks the reader, one request at a time. Kind::incomplete where the time is over before the
  /// reader is free.
  Result<std::string> text(output::MetricForm form, std::uint64_t deadline_ns);

 private:
  Fd channel_;
  std::timed_mutex mutex_;
  bool broken_ = false;
};

/// What is at each path: /metrics, /-/healthy, and / that tells of them. A scrape that fails is a
/// 500, one that takes too long a 503.
http::Answer answer_to(const http::Request& request, const ScrapeText& scrape);

}  // namespace bpfmaps::commands
