// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/probe.h"

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "base/number.h"
#include "kernel/cpus.h"

namespace bpfmaps::kernel {
namespace {

/// The descriptor, or -1 and errno.
int open_event(perf_event_attr& event, int cpu) {
  event.size = sizeof event;
  return static_cast<int>(syscall(SYS_perf_event_open, &event, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC));
}

/// A kprobe or uprobe: `target` and `offset` are what it is set on.
Result<Fd> open_probe(const std::string& kind, const std::string& target, std::uint64_t offset,
                      bool on_return, const std::string& subject) {
  // Since Linux 4.17 each is a PMU of its own, whose number and bits /sys tells.
  const std::string pmu = "/sys/bus/event_source/devices/" + kind;
  const std::string operation = "open a " + kind;
  const auto text = read_file(pmu + "/type");
  if (!text && text.error().kind != Kind::not_found) return fail(text.error());
  const auto type = parse_u64(text ? std::string_view(*text).substr(0, text->find('\n')) : "");
  if (!type)
    return fail(Error::refused(Kind::unsupported, operation, subject,
                               "the running kernel has no " + kind + "s", "there is no " + pmu));
  perf_event_attr event{};
  event.type = static_cast<__u32>(*type);
  event.config = on_return ? 1 : 0;  // format/retprobe: config:0
  event.config1 = reinterpret_cast<std::uintptr_t>(target.c_str());
  event.config2 = offset;
  // A probe has one event on one CPU and runs on all.
  Fd fd(open_event(event, 0));
  const int code = errno;
  if (fd) return fd;
  Error error = Error::from_errno(code, operation, subject);
  if (code == EACCES || code == EPERM)
    error.context = "the kernel asks for CAP_PERFMON and CAP_SYS_ADMIN";
  if (code == EINVAL) error.kind = Kind::invalid;
  return fail(std::move(error));
}

}  // namespace

Result<Fd> open_kprobe(const std::string& function, std::uint64_t offset, bool on_return) {
  auto fd = open_probe("kprobe", function, offset, on_return, function);
  if (!fd && fd.error().code == ENOENT)
    fd.error().context = "the running kernel has no such function, or none that may be probed";
  return fd;
}

Result<Fd> open_uprobe(const std::string& path, std::uint64_t offset, bool on_return) {
  return open_probe("uprobe", path, offset, on_return, path);
}

Result<std::vector<Fd>> open_perf_events(const PerfEventId& id, Sampling sampling,
                                         const std::string& name) {
  std::vector<Fd> events;
  for (const std::uint32_t cpu : TRY(online_cpus())) {
    perf_event_attr event{};
    event.type = id.type;
    event.config = id.config;
    event.disabled = 1;
    event.freq = sampling.frequency != 0 ? 1 : 0;
    event.sample_freq = sampling.frequency != 0 ? sampling.frequency : sampling.period;
    Fd fd(open_event(event, static_cast<int>(cpu)));
    const int code = errno;
    if (!fd && code == ENODEV) continue;  // it went offline
    if (!fd) {
      Error error = Error::from_errno(code, "open a perf event", name);
      if (code == ENOENT || code == EOPNOTSUPP) {
        error.kind = Kind::unsupported;
        error.context = "this machine does not count that event";
      }
      return fail(std::move(error));
    }
    events.push_back(std::move(fd));
  }
  return events;
}

void enable(const Fd& event) { ioctl(event.get(), PERF_EVENT_IOC_ENABLE, 0); }

}  // namespace bpfmaps::kernel
