// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/tracepoint.h"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/file.h"
#include "base/number.h"
#include "kernel/pin/mounts.h"

namespace bpfmaps::kernel {
namespace {

namespace fs = std::filesystem;

Error no_tracepoint(const std::string& name, std::string why, std::string hint) {
  return Error::refused(Kind::not_found, "find a tracepoint", name, std::move(why),
                        std::move(hint));
}

/// The number by which perf_event_open(2) knows the tracepoint "sched/sched_switch".
Result<std::uint64_t> number_of_tracepoint(const std::string& name) {
  TRY(require_tracefs(name));
  const auto missing = [&name](std::string why, std::string hint) {
    return fail(no_tracepoint(name, std::move(why), std::move(hint)));
  };
  const std::string mount = tracefs_mount();
  if (name.find("..") != name.npos || std::ranges::count(name, '/') != 1)
    return missing("this is no CATEGORY/NAME", "as in sched/sched_switch");
  const auto text = read_file(mount + "/events/" + name + "/id");
  if (!text && text.error().kind != Kind::not_found) return fail(text.error());
  const auto number = text ? parse_u64(text->substr(0, text->find('\n'))) : std::nullopt;
  if (!number)
    return missing("the running kernel has no such tracepoint", "ls " + mount + "/events/*");
  return *number;
}

}  // namespace

std::string tracefs_mount() {
  const auto mounts = all_mounts();
  for (const Mount& mount : mounts.value_or(std::vector<Mount>()))
    if (mount.type == "tracefs") return mount.point;
  return {};
}

Status require_tracefs(const std::string& subject) {
  if (!tracefs_mount().empty()) return {};
  return fail(no_tracepoint(subject,
                            "tracefs, which tells the numbers of tracepoints, is not mounted",
                            "mount -t tracefs tracefs /sys/kernel/tracing"));
}

std::vector<std::string> tracepoints() {
  std::vector<std::string> names;
  const fs::path events = fs::path(tracefs_mount()) / "events";
  std::error_code error;
  for (fs::recursive_directory_iterator at(events, error), end; !error && at != end;
       at.increment(error)) {
    if (at.depth() != 1) continue;
    at.disable_recursion_pending();
    if (at->is_directory(error)) names.push_back(at->path().lexically_relative(events));
  }
  return names;
}

Result<Fd> open_tracepoint(const std::string& name) {
  perf_event_attr event{};
  event.size = sizeof event;
  event.type = PERF_TYPE_TRACEPOINT;
  event.config = TRY(number_of_tracepoint(name));
  // A program runs on every CPU whichever one its event is of (perf_trace_run_bpf_submit()).
  const long fd = syscall(SYS_perf_event_open, &event, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
  const int code = errno;
  if (fd >= 0) return Fd(static_cast<int>(fd));
  return fail(Error::from_errno(code, "open a tracepoint", name));
}

}  // namespace bpfmaps::kernel
