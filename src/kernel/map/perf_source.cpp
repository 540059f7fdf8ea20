// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/map/perf_source.h"

#include <bpf/bpf.h>
#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>

#include "kernel/cpus.h"
#include "kernel/map/perf_ring.h"
#include "kernel/map/perf_slots.h"

namespace bpfmaps::kernel {
namespace {

class PerfEvents final : public EventSource {
 public:
  PerfEvents(Map map, Fd poll) : map_(std::move(map)), poll_(std::move(poll)) {}

  // The kernel empties the slots that were filled through a descriptor when that is closed, unless
  // the map was made to preserve them.
  ~PerfEvents() override {
    if ((map_.info().flags & BPF_F_PRESERVE_ELEMS) == 0) return;
    for (const PerfRing& ring : rings_) {
      const std::uint32_t slot = ring.cpu();
      bpf_map_delete_elem(map_.fd(), &slot);
    }
  }

  Status add(PerfRing ring) {
    const std::uint32_t slot = ring.cpu();
    const int event = ring.fd();
    epoll_event wanted{};
    wanted.events = EPOLLIN | EPOLLET;
    if (epoll_ctl(poll_.get(), EPOLL_CTL_ADD, event, &wanted) != 0 ||
        bpf_map_update_elem(map_.fd(), &slot, &event, BPF_ANY) != 0) {
      const int code = errno;
      return fail(Error::from_errno(code, "put an event into a perf_event_array",
                                    "slot " + std::to_string(slot)));
    }
    rings_.push_back(std::move(ring));
    return {};
  }

  const Map& map() const { return map_; }
  bool has_rings() const { return !rings_.empty(); }

  bool read(Burst& burst, std::uint64_t most) override {
    burst.clear();
    for (PerfRing& ring : rings_)
      ring.read(burst, most - std::min<std::uint64_t>(most, burst.events.size()));
    std::ranges::stable_sort(burst.events, {}, &Event::time_ns);
    return !burst.is_empty();
  }

  int fd() const override { return poll_.get(); }
  void rearm() override {
    std::vector<epoll_event> ready(rings_.size());
    epoll_wait(poll_.get(), ready.data(), static_cast<int>(ready.size()), 0);
  }
  std::uint64_t capacity() const override { return rings_.front().capacity(); }

 private:
  const Map map_;
  const Fd poll_;
  std::vector<PerfRing> rings_;
};

Error none_empty(const Map& map, bool any_left) {
  if (any_left)
    return Error::refused(Kind::exists, "follow records", map.info().name,
                          "every slot holds an event of another reader, which alone gets the "
                          "records",
                          "--consume takes the slots from it: it then gets no records until it is "
                          "started again");
  return Error::refused(Kind::unsupported, "follow records", map.info().name,
                        "the map has no slot for a CPU that is online");
}

}  // namespace

Result<PerfSource> open_perf(Map map, bool replace) {
  const std::vector<std::uint32_t> cpus = TRY(online_cpus());
  const std::uint32_t slots = std::min(map.info().max_entries, cpus.empty() ? 0 : cpus.back() + 1);
  auto taken = taken_slots(map, slots);
  if (!taken) {
    // With leave to replace all of them it need not be known.
    if (!replace) return fail(std::move(taken).error());
    taken = std::vector<bool>(slots);
  }
  Fd poll(epoll_create1(EPOLL_CLOEXEC));
  if (!poll) {
    const int code = errno;
    return fail(Error::from_errno(code, "wait for perf events", map.info().name));
  }
  PerfSource source;
  auto events = std::make_unique<PerfEvents>(std::move(map), std::move(poll));
  for (const std::uint32_t cpu : cpus) {
    if (cpu >= slots) continue;
    if ((*taken)[cpu]) (replace ? source.replaced : source.left).push_back(cpu);
    if ((*taken)[cpu] && !replace) continue;
    PerfRing ring = TRY(PerfRing::open(cpu));
    TRY(events->add(std::move(ring)));
  }
  if (!events->has_rings()) return fail(none_empty(events->map(), !source.left.empty()));
  source.events = std::move(events);
  return source;
}

}  // namespace bpfmaps::kernel
