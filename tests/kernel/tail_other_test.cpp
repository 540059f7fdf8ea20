// SPDX-License-Identifier: BSD-2-Clause
// map tail on what is no ring of the kernel's: a perf_event_array, which has one reader a CPU, and
// a user_ringbuf, which user space fills.
#include <gmock/gmock.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "kernel/fixture.h"
#include "kernel/map/perf_slots.h"
#include "kernel/pin/pin.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"
#include "support/json_lines.h"
#include "support/run.h"
#include "support/running.h"

namespace bpfmaps::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class PerfTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    fixture.emplace("tail");
    pin_fd(fixture->map("perf"), pin("perf"));
    CPU_ZERO(&cpus_);
    sched_getaffinity(0, sizeof cpus_, &cpus_);
  }
  void TearDown() override { sched_setaffinity(0, sizeof cpus_, &cpus_); }

  /// Runs the program on that CPU; the verdict is that of the last run.
  std::uint32_t write_on(int cpu, int records) const {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    must(sched_setaffinity(0, sizeof one, &one), "move to a CPU");
    unsigned char packet[64] = {};
    bpf_test_run_opts run{};
    run.sz = sizeof run;
    run.data_in = packet;
    run.data_size_in = sizeof packet;
    run.repeat = records;
    must(bpf_prog_test_run_opts(fixture->prog("emit_perf"), &run), "run emit_perf");
    return run.retval;
  }
  std::vector<bool> taken() const {
    const auto map = kernel::map_at(pin("perf"), kernel::Access::read);
    return *kernel::taken_slots(*map, 2);
  }
  /// An event of another reader in the slot of CPU 0.
  Fd other_reader() const {
    perf_event_attr event{};
    event.size = sizeof event;
    event.type = PERF_TYPE_SOFTWARE;
    event.config = PERF_COUNT_SW_BPF_OUTPUT;
    event.sample_type = PERF_SAMPLE_RAW;
    Fd fd(must(static_cast<int>(syscall(SYS_perf_event_open, &event, -1, 0, -1, 0)), "open event"));
    put(fixture->map("perf"), std::uint32_t{0}, fd.get());
    return fd;
  }

  std::optional<Fixture> fixture;

 private:
  cpu_set_t cpus_;
};

TEST_F(PerfTest, shows_records_of_each_cpu_with_the_time_they_were_written) {
  Running running("map tail " + pin("perf") + " --type small_event --jsonl", On::pipe);
  ASSERT_TRUE(running.wait_for(has_lines(1), [&] { write_on(0, 1); }));
  const json first = lines_of(running.out())[0];
  EXPECT_EQ(first["cpu"], 0);
  EXPECT_EQ(first["event"]["kind"], "SMALL");
  EXPECT_EQ(first["event"]["saddr"], 0xc0000201);
  EXPECT_FALSE(first["event"].contains("rest")) << "what fills it up is no part of it";
  EXPECT_EQ(taken(), std::vector<bool>({true, true}));
  running.signal(SIGINT);
  EXPECT_EQ(running.end(), 0);
  EXPECT_THAT(running.err(), HasSubstr("nothing lost"));
  EXPECT_EQ(taken(), std::vector<bool>({false, false})) << "the slots are empty again";
  EXPECT_EQ(write_on(0, 1), 2u);
}

TEST_F(PerfTest, the_records_of_two_cpus_come_in_their_order) {
  if (sysconf(_SC_NPROCESSORS_ONLN) < 2) GTEST_SKIP() << "there is one CPU";
  Running running("map tail " + pin("perf") + " --type small_event --jsonl", On::pipe);
  ASSERT_TRUE(running.wait_for(has_lines(1), [&] { write_on(0, 1); }));
  running.signal(SIGSTOP);
  const std::size_t before = lines_of(running.out()).size();
  for (int i = 0; i < 10; ++i) write_on(i % 2, 1);
  running.signal(SIGCONT);
  ASSERT_TRUE(running.wait_for(has_lines(before + 10)));
  const auto lines = lines_of(running.out());
  for (std::size_t i = 1; i < lines.size(); ++i)
    EXPECT_EQ(lines[i]["event"]["number"], lines[i - 1]["event"]["number"].get<int>() + 1);
  EXPECT_EQ(lines.back()["cpu"], 1);
}

TEST_F(PerfTest, records_without_room_are_counted_as_lost) {
  Running running(
      "map tail " + pin("perf") + " --type small_event --where number<1000000000 --jsonl",
      On::pipe);
  ASSERT_TRUE(running.wait_for(has_lines(1), [&] { write_on(0, 1); })) << running.err();
  running.signal(SIGSTOP);
  const auto tells_loss = [](const std::string& out) {
    if (out.find("\"lost\"") == out.npos) return false;
    for (const json& line : lines_of(out))
      if (line.contains("lost") && line["cpu"] == 0 && line["lost"]["records"] > 1000) return true;
    return false;
  };
  write_on(0, 20'000);  // 48 bytes each, and there are 256 KiB
  running.signal(SIGCONT);
  ASSERT_TRUE(running.wait_for(tells_loss, [&] { write_on(0, 1); })) << running.err();
  running.signal(SIGINT);
  EXPECT_EQ(running.end(), 0);
  EXPECT_THAT(running.err(), HasSubstr("records lost"));
}

TEST_F(PerfTest, another_reader_keeps_its_slot_unless_it_is_to_be_taken) {
  const Fd other = other_reader();
  EXPECT_EQ(taken(), std::vector<bool>({true, false}));
  {
    Running running("map tail " + pin("perf") + " --jsonl --for 100ms", On::pipe);
    EXPECT_EQ(running.end(), 0);
    EXPECT_THAT(running.err(), HasSubstr("records of CPU 0 are not seen"));
  }
  EXPECT_EQ(taken(), std::vector<bool>({true, false}));
  Running running("map tail " + pin("perf") + " --jsonl --consume", On::pipe);
  ASSERT_TRUE(running.wait_for(has_lines(1), [&] { write_on(0, 1); })) << running.err();
  EXPECT_THAT(running.err(),
              AllOf(HasSubstr("open in "), HasSubstr("CPU 0 went to another reader")));
}

TEST_F(PerfTest, without_an_empty_slot_it_is_refused) {
  const Fd other = other_reader();
  const int event = other.get();
  for (std::uint32_t cpu = 1; cpu < static_cast<std::uint32_t>(libbpf_num_possible_cpus()); ++cpu)
    bpf_map_update_elem(fixture->map("perf"), &cpu, &event, BPF_ANY);
  EXPECT_THAT(refused("map tail " + pin("perf"), 1),
              AllOf(HasSubstr("holds an event of another reader"), HasSubstr("--consume")));
}

class UserRingTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    done("map create " + pin("ring") + " type user_ringbuf entries 4096");
    map_ = Fd(must(bpf_obj_get(pin("ring").c_str()), "open the ring"));
    ring_.reset(must(user_ring_buffer__new(map_.get(), nullptr), "map the ring"));
  }
  void* reserve() const { return must(user_ring_buffer__reserve(ring_.get(), 8), "reserve"); }
  void submit(void* record, std::uint64_t value) const {
    std::memcpy(record, &value, sizeof value);
    user_ring_buffer__submit(ring_.get(), record);
  }

 private:
  struct Free {
    void operator()(user_ring_buffer* ring) const { user_ring_buffer__free(ring); }
  };
  Fd map_;
  std::unique_ptr<user_ring_buffer, Free> ring_;
};

TEST_F(UserRingTest, shows_what_waits_and_what_comes) {
  submit(reserve(), 7);
  submit(reserve(), 8);
  Running running("map tail " + pin("ring") + " --type u64 --csv --fields position,event --count 3",
                  On::pipe);
  ASSERT_TRUE(running.shows("position,event\n0,7\n16,8\n")) << running.err();
  submit(reserve(), 9);
  ASSERT_TRUE(running.shows("32,9\n"));
  EXPECT_EQ(running.end(), 0);
  EXPECT_THAT(refused("map tail " + pin("ring") + " --consume", 1),
              HasSubstr("programs consume what is in a user_ringbuf"));
}

TEST_F(UserRingTest, a_record_that_stays_under_way_is_told_and_waited_for) {
  submit(reserve(), 1);
  void* const slow = reserve();
  submit(reserve(), 3);
  Running running("map tail " + pin("ring") + " --type u64 --csv --fields event", On::pipe);
  ASSERT_TRUE(running.shows("event\n1\n"));
  ASSERT_TRUE(running.wait_for([&](const std::string&) {
    return running.err().find("position 16 has been under way for a second") != std::string::npos;
  }));
  submit(slow, 2);
  EXPECT_TRUE(running.shows("event\n1\n2\n3\n"));
}

}  // namespace
}  // namespace bpfmaps::test
