// SPDX-License-Identifier: BSD-2-Clause
#include "commands/metrics/reading.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "base/number.h"
#include "base/time.h"

namespace bpfmaps::commands {
namespace {

using output::MetricForm;

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kUsualTime = 10 * kSecond, kMostTime = 120 * kSecond;
constexpr std::uint64_t kMostText = std::uint64_t{1} << 30;

struct Question {
  std::uint64_t openmetrics, left_ns;
};
struct Reply {
  std::uint64_t failed, size;
};

// False at the other side's end.
bool move_all(int fd, void* data, std::size_t size, bool out) {
  auto* at = static_cast<char*>(data);
  while (size != 0) {
    const ssize_t moved = out ? send(fd, at, size, MSG_NOSIGNAL) : recv(fd, at, size, 0);
    if (moved < 0 && errno == EINTR) continue;
    if (moved <= 0) return false;
    at += moved;
    size -= static_cast<std::size_t>(moved);
  }
  return true;
}

Error too_late() {
  return Error::refused(Kind::incomplete, "read metrics", "", "it takes longer than there is time");
}

// Prometheus tells how long it waits; the answer has to travel, too.
std::uint64_t deadline_of(const std::string& timeout) {
  std::uint64_t time = kUsualTime;
  if (const auto seconds = parse_double(timeout); seconds && *seconds > 0 && *seconds < 1e6)
    time = std::min(static_cast<std::uint64_t>(*seconds * 0.9 * kSecond), kMostTime);
  return monotonic_ns() + time;
}

}  // namespace

Result<bool> answer_reading(int channel, const ScrapeText& scrape) {
  Question question{};
  if (!move_all(channel, &question, sizeof question, false)) return false;
  const auto form = question.openmetrics != 0 ? MetricForm::openmetrics : MetricForm::prometheus;
  auto text = scrape(form, monotonic_ns() + std::min(question.left_ns, kMostTime));
  const bool late = !text && text.error().kind == Kind::incomplete;
  std::string body = text ? *std::move(text) : text.error().message() + "\n";
  Reply reply{text ? 0U : late ? 2U : 1U, body.size()};
  return move_all(channel, &reply, sizeof reply, true) &&
         move_all(channel, body.data(), body.size(), true);
}

Result<std::string> ReaderClient::text(MetricForm form, std::uint64_t deadline_ns) {
  const std::uint64_t now = monotonic_ns();
  std::unique_lock lock(mutex_, std::defer_lock);
  if (now >= deadline_ns || !lock.try_lock_for(std::chrono::nanoseconds(deadline_ns - now)))
    return fail(too_late());
  const std::uint64_t then = monotonic_ns();
  if (then >= deadline_ns) return fail(too_late());
  Question question{form == MetricForm::openmetrics ? 1U : 0U, deadline_ns - then};
  Reply reply{};
  std::string body;
  broken_ = broken_ || !move_all(channel_.get(), &question, sizeof question, true) ||
            !move_all(channel_.get(), &reply, sizeof reply, false) || reply.size > kMostText;
  if (!broken_) {
    body.resize(reply.size);
    broken_ = !move_all(channel_.get(), body.data(), body.size(), false);
  }
  if (broken_)
    return fail(Error::refused(Kind::system, "read metrics", "", "the process that reads is gone"));
  if (reply.failed == 0) return body;
  return fail(Error::refused(reply.failed == 2 ? Kind::incomplete : Kind::system, "read metrics",
                             "", body.substr(0, body.find('\n'))));
}

http::Answer answer_to(const http::Request& request, const ScrapeText& scrape) {
  if (request.method != "GET" && request.method != "HEAD")
    return {.status = 405, .body = "only GET and HEAD\n"};
  if (request.path == "/-/healthy") return {.body = "healthy\n"};
  if (request.path == "/") return {.body = "bpfmaps: /metrics, /-/healthy\n"};
  if (request.path != "/metrics") return {.status = 404, .body = "there is /metrics\n"};
  const auto form =
      http::wants_openmetrics(request.accept) ? MetricForm::openmetrics : MetricForm::prometheus;
  auto text = scrape(form, deadline_of(request.timeout));
  if (text) return {.type = std::string(output::media_type(form)), .body = *std::move(text)};
  return {.status = text.error().kind == Kind::incomplete ? 503U : 500U,
          .body = text.error().message() + "\n"};
}

}  // namespace bpfmaps::commands
