// SPDX-License-Identifier: BSD-2-Clause
// map tail: what it shows of a ring buffer, how it ends, and what it leaves alone.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "kernel/fixture.h"
#include "kernel/map/ring.h"
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
using testing::StartsWith;

/// A ring of 4096 bytes, pinned. A small record takes 32 bytes of it, a large one 64.
class TailTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    fixture.emplace("tail");
    pin_fd(fixture->map("ring"), pin("ring"));
    pin_fd(fixture->map("perf"), pin("perf"));
  }

  void write(int records, const char* program = "emit") const {
    unsigned char packet[64] = {};
    bpf_test_run_opts run{};
    run.sz = sizeof run;
    run.data_in = packet;
    run.data_size_in = sizeof packet;
    run.repeat = records;
    must(bpf_prog_test_run_opts(fixture->prog(program), &run), "run a program");
  }
  static kernel::RingPositions positions() {
    return *kernel::ring_positions(*kernel::map_at(pin("ring"), kernel::Access::read));
  }
  static Ran tail(const std::string& words) {
    std::vector<std::string> all = {"map", "tail", pin("ring"), "--from", "oldest"};
    std::istringstream in(words);
    for (std::string word; in >> word;) all.push_back(word);
    return run_bpfmaps(all);
  }

  std::optional<Fixture> fixture;
};

TEST_F(TailTest, decodes_records_and_takes_none) {
  write(3);
  const Ran ran = tail("--type small_event,large_event --count 3 --jsonl");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.err, "{\"remark\":\"3 records, nothing lost\"}\n");
  const auto lines = lines_of(ran.out);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0]["position"], 0);
  EXPECT_EQ(lines[0]["size"], 24);
  EXPECT_EQ(lines[0]["type"], "small_event");
  EXPECT_EQ(lines[0]["event"]["kind"], "SMALL");
  EXPECT_EQ(lines[0]["event"]["number"], 1);
  EXPECT_TRUE(lines[0]["ts"].is_string());
  EXPECT_EQ(lines[2]["position"], 64);
  EXPECT_EQ(lines[2]["type"], "large_event");
  EXPECT_EQ(lines[2]["event"]["length"], 56);
  EXPECT_EQ(positions().consumer, 0u);
}

TEST_F(TailTest, a_field_tells_the_type) {
  write(3);
  const Ran ran = tail(
      "--type SMALL=small_event,2=large_event --type-by kind --count 3 --csv --fields type,number");
  EXPECT_EQ(ran.out, "type,number\nsmall_event,1\nsmall_event,2\nlarge_event,3\n") << ran.err;
  using Refusal = std::pair<const char*, const char*>;
  for (const auto& [words, why] : std::initializer_list<Refusal>{
           {"--type small_event,large_event --type-by kind", "which value stands for which type"},
           {"--type 1=small_event,2=large_event", "of which field"},
           {"--type-by kind", "--type names none"},
           {"--type 1=small_event,2=large_event --type-by saddr", "in `large_event`"},
           {"--type 1=large_event --type-by words", "`words` is no number"},
           {"--type ONE=small_event,2=large_event --type-by kind", "is never `ONE`"},
           {"--type small_event,small_event", "same size"}}) {
    const Ran refusal = tail(words);
    EXPECT_EQ(refusal.exit_code, 2) << words << refusal.err;
    EXPECT_THAT(refusal.err, HasSubstr(why)) << words;
    EXPECT_EQ(refusal.out, "");
  }
}

TEST_F(TailTest, without_a_type_it_shows_bytes_and_names_candidates) {
  write(1);
  const Ran ran = tail("--count 1 --jsonl");
  EXPECT_THAT(ran.err, HasSubstr("records of 24 bytes are shown as bytes"));
  EXPECT_THAT(lines_of(ran.out)[0]["event"], StartsWith("01 00 00 00 c0 00 02 01 01 00"));
  EXPECT_EQ(tail("--count 1 --jsonl --raw --type small_event").err,
            "{\"remark\":\"1 record, nothing lost\"}\n");
}

TEST_F(TailTest, records_of_another_size_than_the_type_are_told) {
  write(3);
  const Ran small = tail("--type small_event --count 3 --jsonl");
  const json longer = lines_of(small.out)[2]["event"];
  EXPECT_EQ(longer["number"], 3);
  EXPECT_EQ(longer["rest"].get<std::string>().size(), 32u * 3 - 1);
  const Ran large = tail("--type large_event --count 3 --jsonl");
  EXPECT_TRUE(lines_of(large.out)[0]["event"].is_string());
  EXPECT_THAT(large.err, HasSubstr("records of 24 bytes are shown as bytes, since no --type fits"));
}

TEST_F(TailTest, questions_choose_records_and_fields) {
  write(9);
  const Ran ran = tail(
      "--type small_event,large_event --where saddr==192.0.2.1&&number>4 "
      "--fields position,number --count 2 --csv");
  EXPECT_EQ(ran.out, "position,number\n160,5\n256,7\n") << ran.err;
  const Ran table =
      tail("--type small_event --where size==24 --fields size,saddr,number --count 2");
  EXPECT_THAT(table.out, AllOf(HasSubstr("size"), HasSubstr("192.0.2.1"))) << table.err;
  const Ran wrong = tail("--type small_event,large_event --where nothing==1");
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.err, AllOf(HasSubstr("--where"), HasSubstr("no field `nothing`")));
  EXPECT_EQ(tail("--type small_event,large_event --fields saddr").exit_code, 2);
}

TEST_F(TailTest, begins_with_the_next_record_and_ends_with_a_signal) {
  write(2);
  Running running("map tail " + pin("ring") + " --type small_event --jsonl", On::pipe);
  const auto next = [&] {
    if (positions().producer < 3000) write(1);
  };
  ASSERT_TRUE(running.wait_for(has_lines(1), next));
  EXPECT_GE(lines_of(running.out())[0]["position"], 64);
  running.signal(SIGINT);
  EXPECT_EQ(running.end(), 0);
  EXPECT_THAT(running.err(), HasSubstr("nothing lost"));
  EXPECT_EQ(positions().consumer, 0u);
}

TEST_F(TailTest, ends_after_a_time_or_when_nobody_reads_any_more) {
  const Ran ran = tail("--for 50ms");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.err, "bpfmaps: 0 records, nothing lost\n");
  Running running("map tail " + pin("ring") + " --from oldest --type small_event", On::pipe);
  write(1);
  ASSERT_TRUE(running.shows("SMALL"));
  running.hang_up();
  EXPECT_EQ(running.end(), 0);
}

TEST_F(TailTest, what_was_overwritten_is_a_line_of_its_own) {
  Running running("map tail " + pin("ring") + " --type small_event,large_event --jsonl", On::pipe);
  ASSERT_TRUE(running.wait_for(has_lines(1), [&] {
    if (positions().producer < 2000) write(1);
  }));
  running.signal(SIGSTOP);
  // The owner takes all that comes, and the ring comes round twice.
  const auto owner = kernel::map_at(pin("ring"), kernel::Access::write);
  const auto pages = *kernel::RingPages::map(*owner);
  ASSERT_TRUE(pages->own());
  while (positions().producer < 2 * 4096) {
    write(10);
    pages->take(positions().producer);
  }
  write(1);
  running.signal(SIGCONT);
  std::uint64_t behind = 0, lost = 0, next = 0;
  ASSERT_TRUE(running.wait_for([&](const std::string& out) {
    for (const json& line : lines_of(out)) {
      if (line.contains("lost"))
        lost = line["lost"]["bytes"];
      else if (lost != 0)
        return next = line["position"], true;
      else
        behind = line["position"].get<std::uint64_t>() + 8 + line["size"].get<std::uint64_t>();
    }
    return false;
  })) << running.out();
  EXPECT_GE(next, behind + lost);
  EXPECT_LE(next, behind + lost + 32) << "a record that was discarded may lie between";
  running.signal(SIGTERM);
  EXPECT_EQ(running.end(), 0);
  EXPECT_THAT(running.err(), HasSubstr(" bytes lost"));
}

TEST_F(TailTest, a_pin_that_is_replaced_is_followed) {
  Running running("map tail " + pin("ring") + " --type small_event --jsonl", On::pipe);
  ASSERT_TRUE(running.wait_for(has_lines(1), [&] {
    if (positions().producer < 3000) write(1);
  }));
  const Fixture next("tail");
  done("pin rm " + pin("ring"));
  pin_fd(next.map("ring"), pin("ring"));
  fixture.reset();
  unsigned char packet[64] = {};
  bpf_test_run_opts run{};
  run.sz = sizeof run;
  run.data_in = packet;
  run.data_size_in = sizeof packet;
  must(bpf_prog_test_run_opts(next.prog("emit"), &run), "run emit");
  ASSERT_TRUE(running.wait_for([](const std::string& out) {
    return lines_of(out).back()["position"] == 0;
  })) << running.err();
  EXPECT_THAT(running.err(),
              HasSubstr("was replaced by map id " + std::to_string(map_id(next.map("ring")))));
}

TEST_F(TailTest, consuming_takes_what_was_shown_and_no_more) {
  write(5);
  const Ran ran = run_bpfmaps({"map", "tail", pin("ring"), "--consume", "--count", "2", "--jsonl"});
  EXPECT_EQ(lines_of(ran.out).size(), 2u);
  EXPECT_THAT(ran.err, HasSubstr("open in "));
  EXPECT_EQ(positions().consumer, 64u);
  const Ran rest =
      run_bpfmaps({"map", "tail", pin("ring"), "--consume", "--for", "50ms", "--jsonl"});
  EXPECT_EQ(lines_of(rest.out).size(), 3u);
  EXPECT_EQ(lines_of(rest.out)[0]["position"], 64);
  EXPECT_EQ(positions().waiting(), 0u);
}

TEST_F(TailTest, consuming_leaves_what_could_not_be_written) {
  write(5);
  const Ran ran =
      run_bpfmaps({"map", "tail", pin("ring"), "--consume", "--jsonl"}, {.to = Stdout::full_disk});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_EQ(positions().consumer, 0u);
}

TEST_F(TailTest, takes_no_time_while_nothing_happens) {
  write(1);  // waits for its owner: the descriptor stays readable
  Running running("map tail " + pin("ring") + " --type small_event --from oldest", On::pipe);
  ASSERT_TRUE(running.shows("SMALL"));
  clockid_t clock{};
  ASSERT_EQ(clock_getcpuclockid(running.pid(), &clock), 0);
  const auto used = [&] {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
  };
  usleep(300'000);
  const double before = used();
  usleep(1'000'000);
  // A thousandth where it is optimised; this build may be another one.
  EXPECT_LT(used() - before, 10) << "milliseconds of a second";
}

TEST_F(TailTest, other_maps_and_forms_are_refused) {
  EXPECT_THAT(refused("map tail " + pin("nosuch"), 3), HasSubstr("ENOENT"));
  EXPECT_THAT(refused("map tail id " + std::to_string(map_id(fixture->map("tail.bss"))), 1),
              HasSubstr("of type array"));
  EXPECT_THAT(refused("map tail " + pin("ring") + " --json", 2), HasSubstr("--jsonl"));
  EXPECT_THAT(refused("map tail " + pin("ring") + " --for never", 2), HasSubstr("10s"));
  EXPECT_THAT(refused("map tail " + pin("ring") + " --count 0", 2),
              HasSubstr("must be at least 1"));
  EXPECT_THAT(refused("map tail " + pin("ring") + " --consume --from now", 2), HasSubstr("--from"));
  EXPECT_THAT(refused("map tail " + pin("perf") + " --from oldest", 2), HasSubstr("keeps no"));
}

TEST_F(TailTest, show_and_dump_say_what_waits_and_who_has_it_open) {
  write(1);
  const std::string pid = std::to_string(getpid());
  EXPECT_THAT(refused("map dump " + pin("ring"), 1),
              AllOf(HasSubstr("32 bytes wait in it"), HasSubstr("(" + pid + ")"),
                    HasSubstr("bpfmaps map tail id ")));
  const Ran shown = run_bpfmaps({"map", "show", pin("ring")});
  EXPECT_THAT(shown.out, HasSubstr("(" + pid + ")"));
  EXPECT_THAT(shown.err, HasSubstr("map tail id"));
  const json record = json::parse(done("map show " + pin("ring") + " --json"));
  EXPECT_EQ(record["pids"][0]["pid"], getpid());
  EXPECT_EQ(record["ring"]["waiting"], 32);
  EXPECT_FALSE(record.contains("note"));
}

TEST_F(TailTest, lists_tell_rings_that_nothing_in_the_kernel_uses) {
  const auto notes = [](const std::string& line) {
    std::map<std::string, std::string> found;
    for (const json& record : json::parse(done(line + " --json"))) {
      std::string name = record.contains("pinned")
                             ? (record["pinned"].empty() ? "" : record["pinned"][0])
                             : record["path"];
      found[name] = record.value("note", "");
    }
    return found;
  };
  done("map create " + pin("lonely") + " type ringbuf entries 4096");
  done("map create " + pin("unread") + " type user_ringbuf entries 4096");
  done("map create " + pin("held") + " type ringbuf entries 4096");
  done("map create " + pin("outer") + " type array_of_maps key u32 value u32 entries 1 inner_map " +
       pin("held"));
  done("map update " + pin("outer") + " key 0 value " + pin("held"));
  for (const char* line : {"map list", "pin list"}) {
    auto found = notes(line);
    EXPECT_EQ(found[pin("lonely")], "no loaded program writes to it") << line;
    EXPECT_EQ(found[pin("unread")], "no loaded program reads it") << line;
    EXPECT_EQ(found[pin("ring")], "") << line;
    EXPECT_EQ(found[pin("held")], "") << line << ": a program may get at it through the outer map";
  }
  EXPECT_THAT(done("pin list"), HasSubstr("no loaded program writes to it"));
}

TEST_F(TailTest, those_who_may_only_read_are_told_why_that_is_not_enough) {
  must(chmod(pin("ring").c_str(), 0644), "chmod");
  must(chmod(kBpffs, 0755), "chmod");
  const Ran ran = run_bpfmaps({"map", "tail", pin("ring")}, {.as_nobody = true});
  EXPECT_EQ(ran.exit_code, 4) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("to those alone who may write it"));
}

}  // namespace
}  // namespace bpfmaps::test
