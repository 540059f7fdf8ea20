// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/map/perf_ring.h"

#include <linux/perf_event.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

#include "kernel/permission.h"

namespace bpfmaps::kernel {
namespace {

constexpr std::size_t kDataPages = 64;  // a power of two
constexpr char kOperation[] = "open a perf event for programs to write to";

std::size_t page_size() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }
std::size_t data_size() { return kDataPages * page_size(); }

Fd open_event(std::uint32_t cpu) {
  perf_event_attr event{};
  event.size = sizeof event;
  event.type = PERF_TYPE_SOFTWARE;
  event.config = PERF_COUNT_SW_BPF_OUTPUT;
  event.sample_type = PERF_SAMPLE_TIME | PERF_SAMPLE_RAW;
  event.sample_period = 1;
  event.wakeup_events = 1;
  event.use_clockid = 1;
  event.clockid = CLOCK_REALTIME;
  return Fd(
      static_cast<int>(syscall(SYS_perf_event_open, &event, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC)));
}

// A sample with the two parts that were asked for (PERF_RECORD_SAMPLE).
struct Sample {
  perf_event_header header;
  std::uint64_t time_ns;
  std::uint32_t size;  // of the data behind it, with what fills it up
};
constexpr std::size_t kData = offsetof(Sample, size) + sizeof(Sample::size);

struct LostRecord {  // PERF_RECORD_LOST
  perf_event_header header;
  std::uint64_t id, lost;
};

template <class T>
T part_of(const unsigned char* bytes) {
  T part;
  std::memcpy(&part, bytes, sizeof part);
  return part;
}

std::atomic_ref<__u64> atomic(__u64& position) { return std::atomic_ref<__u64>(position); }

}  // namespace

Result<PerfRing> PerfRing::open(std::uint32_t cpu) {
  Fd event = open_event(cpu);
  if (!event) {
    const int code = errno;
    Error error = Error::from_errno(code, kOperation, "CPU " + std::to_string(cpu));
    if (error.kind == Kind::permission)
      error.hint = permission_hint("run as root, or with CAP_PERFMON");
    return fail(std::move(error));
  }
  void* const pages =
      mmap(nullptr, page_size() + data_size(), PROT_READ | PROT_WRITE, MAP_SHARED, event.get(), 0);
  if (pages == MAP_FAILED) {
    const int code = errno;
    return fail(Error::from_errno(code, kOperation, "CPU " + std::to_string(cpu))
                    .advise("perf buffers may take sysctl kernel.perf_event_mlock_kb of memory"));
  }
  return PerfRing(std::move(event), cpu, pages);
}

PerfRing::PerfRing(PerfRing&& other) noexcept
    : event_(std::move(other.event_)),
      cpu_(other.cpu_),
      pages_(std::exchange(other.pages_, nullptr)),
      copy_(std::move(other.copy_)) {}

PerfRing::~PerfRing() {
  if (pages_ != nullptr) munmap(pages_, page_size() + data_size());
}

std::uint64_t PerfRing::capacity() const { return data_size(); }

void PerfRing::read(Burst& burst, std::uint64_t most) {
  auto& control = *static_cast<perf_event_mmap_page*>(pages_);
  const auto* const data = static_cast<const unsigned char*>(pages_) + page_size();
  const std::uint64_t head = atomic(control.data_head).load(std::memory_order_acquire);
  const std::uint64_t tail = control.data_tail;
  const std::size_t size = std::min<std::uint64_t>(head - tail, data_size());
  if (size == 0) return;
  const std::size_t first = tail % data_size(), before_end = std::min(size, data_size() - first);
  copy_.resize(size);
  std::memcpy(copy_.data(), data + first, before_end);
  std::memcpy(copy_.data() + before_end, data, size - before_end);
  std::size_t at = 0;
  const std::size_t events_before = burst.events.size();
  while (at + sizeof(perf_event_header) <= size && burst.events.size() - events_before < most) {
    const auto header = part_of<perf_event_header>(copy_.data() + at);
    if (header.size < sizeof header || header.size > size - at) break;
    add(at, tail + at, burst);
    at += header.size;
  }
  burst.bytes += at;
  atomic(control.data_tail).store(tail + at, std::memory_order_release);
}

void PerfRing::add(std::size_t at, std::uint64_t position, Burst& burst) const {
  const unsigned char* const bytes = copy_.data() + at;
  const auto header = part_of<perf_event_header>(bytes);
  if (header.type == PERF_RECORD_LOST && header.size >= sizeof(LostRecord)) {
    burst.lost.push_back({.records = part_of<LostRecord>(bytes).lost, .cpu = cpu_});
  } else if (header.type == PERF_RECORD_SAMPLE && header.size >= kData) {
    Sample sample{};
    std::memcpy(&sample, bytes, kData);
    burst.events.push_back({.position = position,
                            .time_ns = sample.time_ns,
                            .data = bytes + kData,
                            .size = std::min<std::uint32_t>(
                                sample.size, header.size - static_cast<std::uint32_t>(kData)),
                            .cpu = cpu_});
  }
}

}  // namespace bpfmaps::kernel
