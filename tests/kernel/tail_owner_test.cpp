// SPDX-License-Identifier: BSD-2-Clause
// Following a ring beside its owner: libbpf in a child process gets every record, and so does the
// follower, or it knows how many bytes it missed. The producer is as fast as the kernel can be.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <thread>

#include "kernel/fixture.h"
#include "kernel/map/ring.h"
#include "kernel/map/ring_source.h"
#include "kernel/pin/pin.h"
#include "kernel/sandbox.h"

namespace bpfmaps::test {
namespace {

constexpr std::uint64_t kFactor = 0x9e3779b97f4a7c15;

bool is_discarded(std::uint64_t number) { return number % 11 == 0; }

/// The number of the record, 0 where its bytes are not what the program wrote.
std::uint64_t checked_number(const void* data, std::size_t size) {
  const auto word = [&](std::size_t index) {
    std::uint64_t value = 0;
    std::memcpy(&value, static_cast<const char*>(data) + index * 8, sizeof value);
    return value;
  };
  const std::uint64_t number = word(1);
  bool whole = word(2) == number * kFactor && !is_discarded(number);
  if (number % 3 != 0) return whole && size == 24 ? number : 0;
  for (std::uint64_t i = 0; i < 4; ++i) whole = whole && word(3 + i) == (number + i) * kFactor;
  return whole && size == 56 ? number : 0;
}

/// What a reader of the ring has seen so far.
struct Seen {
  std::uint64_t records = 0, last = 0, torn = 0, missed = 0;

  void add(const void* data, std::size_t size, bool may_skip) {
    const std::uint64_t number = checked_number(data, size);
    if (number == 0) {
      ++torn;
      return;
    }
    const std::uint64_t next = is_discarded(last + 1) ? last + 2 : last + 1;
    if (number != next && !(may_skip && number > next)) ++missed;
    ++records;
    last = number;
  }
};

struct Done {
  std::uint64_t number, full;
};

/// Runs the program until it has written `records` of them, while libbpf reads them in a child:
/// whether that got each one.
bool run_with_owner(const Fixture& fixture, std::uint64_t records) {
  const std::uint64_t last = is_discarded(records) ? records - 1 : records;
  put(fixture.map("tail.data"), std::uint32_t{0}, records);
  const pid_t owner = must(fork(), "fork");
  if (owner == 0) {
    Seen seen;
    ring_buffer* ring = ring_buffer__new(
        fixture.map("ring"),
        [](void* to, void* data, std::size_t size) {
          static_cast<Seen*>(to)->add(data, size, false);
          return 0;
        },
        &seen, nullptr);
    while (ring != nullptr && seen.last < last && ring_buffer__poll(ring, 20'000) >= 0) continue;
    _exit(seen.last == last && seen.torn == 0 && seen.missed == 0 ? 0 : 1);
  }
  unsigned char packet[64] = {};
  int status = 0;
  bool owned = true;
  for (std::uint64_t written = 0; written < records && owned;) {
    bpf_test_run_opts run{};
    run.sz = sizeof run;
    run.data_in = packet;
    run.data_size_in = sizeof packet;
    run.repeat = 256;
    must(bpf_prog_test_run_opts(fixture.prog("emit"), &run), "run emit");
    const auto done = get<Done>(fixture.map("tail.bss"), std::uint32_t{0});
    if (done.number == written) std::this_thread::yield();  // full: let the owner go on
    written = done.number;
    owned = waitpid(owner, &status, WNOHANG) == 0;
  }
  if (owned) waitpid(owner, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

class OwnerTest : public KernelTest {
 protected:
  static Fixture ring_of(std::uint32_t size) {
    return Fixture("tail", [size](bpf_object* object) {
      bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "ring"), size);
    });
  }

  /// Follows the ring from its start while `records` are written to it, and its owner reads them.
  void follow(std::uint32_t size, std::uint64_t records) {
    const Fixture fixture = ring_of(size);
    pin_fd(fixture.map("ring"), pin("ring"));
    auto map = kernel::map_at(pin("ring"), kernel::Access::write);
    ASSERT_TRUE(map);
    auto source = kernel::open_ring(*std::move(map), {.from = kernel::From::oldest});
    ASSERT_TRUE(source) << source.error().message();
    Seen seen;
    std::uint64_t bytes = 0;
    std::atomic<bool> over = false;
    std::thread follower([&] {
      kernel::Burst burst;
      for (bool last_look = false, may_skip = false;;) {
        if (!(*source)->read(burst, UINT64_MAX)) {
          if (last_look) return;
          last_look = over;
          usleep(50);
          continue;
        }
        bytes += burst.bytes;
        for (const kernel::Lost& one : burst.lost) lost += one.bytes, may_skip = true;
        for (const kernel::Event& event : burst.events)
          seen.add(event.data, event.size, std::exchange(may_skip, false));
      }
    });
    EXPECT_TRUE(run_with_owner(fixture, records)) << "the owner missed some";
    over = true;
    follower.join();
    const auto positions =
        kernel::ring_positions(*kernel::map_at(pin("ring"), kernel::Access::write));
    ASSERT_TRUE(positions);
    EXPECT_EQ(seen.torn, 0u);
    EXPECT_EQ(seen.missed, 0u) << "or doubled";
    EXPECT_EQ(bytes + lost, positions->producer);
    EXPECT_EQ(positions->consumer, positions->producer);
    EXPECT_GT(seen.records, 0u);
  }

  std::uint64_t lost = 0;  // bytes that the follower missed
};

TEST_F(OwnerTest, gets_every_record_of_a_million) { follow(64 << 10, 1'000'000); }

TEST_F(OwnerTest, of_the_smallest_ring_gets_every_record) { follow(4 << 10, 1'000'000); }

TEST_F(OwnerTest, of_a_large_ring_is_followed_without_loss) {
  follow(1 << 20, 20'000);  // they all fit
  EXPECT_EQ(lost, 0u);
}

TEST_F(OwnerTest, gets_as_many_without_a_follower) {
  EXPECT_TRUE(run_with_owner(ring_of(256 << 10), 50'000));
}

}  // namespace
}  // namespace bpfmaps::test
