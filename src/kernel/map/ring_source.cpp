// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/map/ring_source.h"

#include <sys/epoll.h>

#include <cerrno>

#include "kernel/map/map_kind.h"
#include "kernel/map/ring.h"

namespace bpfmaps::kernel {
namespace {

class RingSource final : public EventSource {
 public:
  RingSource(Map map, std::unique_ptr<RingPages> pages, std::uint64_t from, bool consume)
      : map_(std::move(map)),
        pages_(std::move(pages)),
        follower_(pages_->memory(), from),
        consume_(consume) {}

  // Edges, since what the owner has not taken yet keeps the ring readable. Programs write to no
  // user_ringbuf, so nobody tells of what is written there.
  Status watch() {
    if (pages_->memory().fills_up) return {};
    poll_.reset(epoll_create1(EPOLL_CLOEXEC));
    epoll_event wanted{};
    wanted.events = EPOLLIN | EPOLLET;
    if (poll_ && epoll_ctl(poll_.get(), EPOLL_CTL_ADD, map_.fd(), &wanted) == 0) return {};
    const int code = errno;
    return fail(Error::from_errno(code, "wait for a ring buffer", map_.info().name));
  }

  bool read(Burst& burst, std::uint64_t most) override { return follower_.read(burst, most); }

  void release() override {
    if (consume_) pages_->take(follower_.position());
  }

  int fd() const override { return poll_.get(); }
  void rearm() override {
    epoll_event ready{};
    epoll_wait(poll_.get(), &ready, 1, 0);
  }
  std::uint64_t capacity() const override { return pages_->memory().size; }
  bool is_busy(std::uint64_t& position) const override {
    position = follower_.position();
    return follower_.is_busy();
  }
  bool is_broken() const override { return follower_.is_broken(); }

 private:
  const Map map_;
  const std::unique_ptr<RingPages> pages_;
  RingFollower follower_;
  const bool consume_;
  Fd poll_;
};

std::uint64_t start(const RingMemory& ring, const RingOptions& options) {
  if (options.consume) return waiting_position(ring);
  return options.from == From::now ? newest_position(ring) : oldest_position(ring);
}

}  // namespace

Result<std::unique_ptr<EventSource>> open_ring(Map map, const RingOptions& options) {
  if (options.consume && kind_of(map.info().type).structure == Structure::user_ring)
    return fail(Error::refused(Kind::unsupported, "consume records", map.info().name,
                               "programs consume what is in a user_ringbuf",
                               "without --consume its records are shown and stay there"));
  auto pages = TRY(RingPages::map(map));
  if (options.consume) TRY(pages->own());
  const std::uint64_t from = start(pages->memory(), options);
  auto source =
      std::make_unique<RingSource>(std::move(map), std::move(pages), from, options.consume);
  TRY(source->watch());
  return source;
}

}  // namespace bpfmaps::kernel
