// SPDX-License-Identifier: BSD-2-Clause
// Running programs on data of ours: one packet, every packet of a capture, a context.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <tuple>

#include "base/text.h"
#include "kernel/fixture.h"
#include "kernel/names.h"
#include "kernel/sandbox.h"
#include "kernel/show.h"
#include "kernel/tiny.h"
#include "support/bpfmaps.h"
#include "support/paths.h"

namespace bpfmaps::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint32_t kNanoseconds = 0xa1b23c4d, kMicroseconds = 0xa1b2c3d4;

template <class... Numbers>
std::string raw(Numbers... numbers) {
  std::string text;
  (text.append(reinterpret_cast<const char*>(&numbers), sizeof numbers), ...);
  return text;
}

/// The head of a capture file.
std::string head(std::uint32_t link_type = 1) {
  return raw(kMicroseconds, std::uint16_t{2}, std::uint16_t{4}, 0, 0, 65535, link_type);
}

/// One packet of `size` bytes: an Ethernet header of 'e's, the two bytes that the fixture's
/// programs look at, and zeros.
std::string frame(char verdict, char counter = 0, std::size_t size = 60) {
  std::string bytes = std::string(14, 'e') + verdict + counter;
  bytes.resize(size);
  return bytes;
}

/// The same as a record of a capture file, `cut` bytes longer on the wire.
std::string record(const std::string& bytes, std::uint32_t cut = 0) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  return raw(1'700'000'000, 123'456, size, size + cut) + bytes;
}

class ProgRunTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    fs::create_directories(folder_);
    done("prog loadall " BPFMAPS_FIXTURES "/runs.bpf.o " + pin("runs"));
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string file(const std::string& name) const { return folder_ + "/" + name; }
  std::string file(const std::string& name, const std::string& contents) const {
    std::ofstream(file(name), std::ios::binary) << contents;
    return file(name);
  }
  static std::string contents(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static std::string program(const std::string& name) { return pin("runs/" + name); }

  /// One packet for each verdict there is and one that is none, the third of them to be rewritten.
  std::string verdicts() const {
    std::string text = head();
    for (char verdict = 0; verdict < 6; ++verdict)
      text += record(frame(verdict, verdict == 2 ? 7 : 0));
    return file("verdicts.pcap", text);
  }

 private:
  const std::string folder_ = "/tmp/bpfmaps-test-" + std::to_string(getpid());
};

TEST_F(ProgRunTest, a_capture_of_known_verdicts_as_a_table) {
  const std::string table = done("prog run " + program("told") + " pcap " + verdicts());
  const auto lines = split(table, '\n');
  ASSERT_EQ(lines.size(), 8u) << table;
  EXPECT_THAT(std::string(lines[0]),
              testing::MatchesRegex("action +retval +packets +share +bytes +rewritten +duration"));
  EXPECT_THAT(std::string(lines[2]),
              testing::MatchesRegex("XDP_DROP +1 +1 +16.7 % +60 +0 +[0-9]+"));
  EXPECT_THAT(std::string(lines[3]),
              testing::MatchesRegex("XDP_PASS +2 +1 +16.7 % +60 +1 +[0-9]+"));
  EXPECT_THAT(std::string(lines[6]), testing::MatchesRegex("- +5 +1 +16.7 % +60 +0 +[0-9]+"));
}

TEST_F(ProgRunTest, a_capture_packet_by_packet) {
  const Json rows = ask({"prog", "run", program("told"), "pcap", verdicts()});
  ASSERT_EQ(rows.size(), 6u);
  std::vector<std::string> actions;
  for (const Json& row : rows) {
    EXPECT_EQ(row["packet"], actions.size() + 1);
    EXPECT_EQ(row["time_ns"], 1'700'000'000'123'456'000);
    EXPECT_EQ(row["bytes"], 60);
    EXPECT_EQ(row["bytes_out"], 60);
    EXPECT_EQ(row["retval"], actions.size());
    EXPECT_EQ(row["rewritten"], actions.size() == 2);
    actions.push_back(row.value("action", "none"));
  }
  EXPECT_THAT(actions,
              ElementsAre("XDP_ABORTED", "XDP_DROP", "XDP_PASS", "XDP_TX", "XDP_REDIRECT", "none"));
}

TEST_F(ProgRunTest, what_goes_on_is_written_as_it_was_left) {
  const std::string out = file("out.pcap");
  done("prog run " + program("told") + " pcap " + verdicts() + " pcap_out " + out);
  const auto left = [](const std::string& bytes) {
    return raw(1'700'000'000, 123'456'000, 60, 60) + bytes;
  };
  EXPECT_EQ(contents(out).substr(0, 4), raw(kNanoseconds));
  EXPECT_EQ(contents(out).substr(24), left(frame(2, 8)) + left(frame(3)) + left(frame(4)));
  // And what was written is a capture.
  EXPECT_EQ(ask({"prog", "run", program("told"), "pcap", out}).size(), 3u);
}

TEST_F(ProgRunTest, a_capture_without_packets_leaves_one_without) {
  const std::string out = file("out.pcap", "what was there before");
  done("prog run " + program("told") + " pcap " + file("empty", head()) + " pcap_out " + out);
  EXPECT_EQ(contents(out).substr(0, 4), raw(kNanoseconds));
  EXPECT_EQ(contents(out).size(), 24u);
  EXPECT_THAT(refused("prog run " + program("told") + " pcap " + verdicts() + " pcap_out /no/x", 3),
              HasSubstr("/no/x"));
}

TEST_F(ProgRunTest, packets_that_are_cut_or_too_short_are_told_of) {
  const std::string capture =
      file("odd.pcap", head() + record(frame(2), 1000) + record("tiny") + record(frame(1)));
  const Ran ran = run_bpfmaps({"prog", "run", program("told"), "pcap", capture, "--jsonl"});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("1 packet was not run"), HasSubstr("1 packet was cut")));
  EXPECT_THAT(ran.out, HasSubstr("\"packet\":2,\"time_ns\":1700000000123456000,\"bytes\":4,\"er"));
  EXPECT_THAT(ran.out, HasSubstr("XDP_DROP"));
  EXPECT_THAT(done("prog run " + program("told") + " pcap " + capture), HasSubstr("(not run)"));
}

TEST_F(ProgRunTest, a_capture_that_breaks_off_is_no_whole_answer) {
  const std::string whole = head() + record(frame(2)) + record(frame(1));
  for (const std::size_t size : {whole.size() - 1, whole.size() - 60, whole.size() - 70}) {
    const std::string capture = file("cut.pcap", whole.substr(0, size));
    const Ran ran = run_bpfmaps({"prog", "run", program("told"), "pcap", capture, "--json"});
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_THAT(ran.err, HasSubstr("behind packet 1: "));
    EXPECT_THAT(ran.out, AllOf(HasSubstr("XDP_PASS"), Not(HasSubstr("]"))));
  }
}

TEST_F(ProgRunTest, what_is_no_capture_of_frames_is_refused) {
  const std::string run = "prog run " + program("told") + " pcap ";
  EXPECT_THAT(refused(run + file("text", "no capture"), 1), HasSubstr("tcpdump -w"));
  EXPECT_THAT(refused(run + file("raw.pcap", head(101)), 1),
              AllOf(HasSubstr("type RAW"), HasSubstr("Ethernet")));
  EXPECT_THAT(refused(run + "/nosuch", 3), HasSubstr("/nosuch"));
  EXPECT_THAT(refused(run + verdicts() + " pcap_out " + verdicts(), 2), HasSubstr("same file"));
  EXPECT_THAT(refused(run + verdicts() + " data_in -", 2), HasSubstr("exclude"));
  EXPECT_THAT(refused("prog run " + program("doubled") + " pcap " + verdicts(), 2),
              HasSubstr("type syscall is not run on packets"));
  EXPECT_EQ(
      run_bpfmaps({"prog", "run", program("told"), "pcap", verdicts(), "pcap_out", "/dev/full"})
          .exit_code,
      1);
}

TEST_F(ProgRunTest, a_context_goes_in_and_comes_out) {
  const std::string sk_buff = raw(0, 0, 4);  // len, pkt_type, mark
  const Json tc =
      ask({"prog", "run", program("told_tc"), "data_in", file("frame", frame(1, 8)), "ctx_in",
           file("sk_buff", sk_buff), "data_out", file("left"), "ctx_out", "-"});
  EXPECT_EQ(tc["action"], "TC_ACT_STOLEN");
  EXPECT_THAT(tc["ctx_out"].get<std::string>(), HasSubstr("05 00 00 00"));
  EXPECT_EQ(contents(file("left")), frame(1, 9));
  EXPECT_EQ(ask({"prog", "run", program("told_tc"), "pcap", verdicts(), "ctx_in",
                 file("sk_buff", sk_buff)})[0]["action"],
            "TC_ACT_STOLEN");

  const Json syscall =
      ask({"prog", "run", program("doubled"), "ctx_in", file("ctx", raw(21)), "ctx_out", "-"});
  EXPECT_EQ(syscall, Json({{"retval", 5}, {"ctx_out", "2a 00 00 00"}}));

  const Json raw_tp =
      ask({"prog", "run", program("first_argument"), "ctx_in", file("ctx", raw(9L, 0L, 0L))});
  EXPECT_EQ(raw_tp, Json({{"retval", 9}}));
  EXPECT_THAT(refused("prog run " + program("first_argument") + " repeat 2", 1),
              HasSubstr("does not repeat programs of type raw_tracepoint"));
}

TEST_F(ProgRunTest, programs_above_ethernet_leave_its_header_alone) {
  const Json rows = ask(
      {"prog", "run", program("told_cgroup"), "pcap", verdicts(), "pcap_out", file("out.pcap")});
  EXPECT_EQ(rows[0]["action"], "drop");
  EXPECT_EQ(rows[1]["action"], "pass");
  for (const Json& row : rows) EXPECT_EQ(row["rewritten"], false);
  EXPECT_EQ(contents(file("out.pcap")).substr(40), frame(1));
}

TEST_F(ProgRunTest, there_must_be_room_for_what_comes_out) {
  const std::string run = "prog run " + program("told") + " data_in " + file("frame", frame(2)) +
                          " data_out " + file("left") + " data_size_out ";
  EXPECT_THAT(refused(run + "59", 1), HasSubstr("60 bytes"));
  EXPECT_FALSE(fs::exists(file("left")));
  done(run + "60");
  EXPECT_EQ(contents(file("left")), frame(2));
}

TEST_F(ProgRunTest, input_that_no_kernel_takes_is_refused) {
  const std::string run = "prog run " + program("told");
  EXPECT_THAT(refused(run, 1), HasSubstr("is run on a packet"));
  EXPECT_THAT(refused(run + " data_in " + file("short", "x"), 1), HasSubstr("these 1 bytes"));
  EXPECT_THAT(refused(run + " data_in /dev/zero", 1), HasSubstr("more than 1 MiB"));
  EXPECT_THAT(refused(run + " repeat 0", 2), HasSubstr("out of range"));
  EXPECT_THAT(refused("prog run " + program("doubled") + " data_in " + verdicts(), 1),
              HasSubstr("takes no data_in"));
}

TEST_F(ProgRunTest, every_type_is_run_or_refused_by_name) {
  const std::string packet = " data_in " + file("frame", frame(0x45)),
                    context = " ctx_in " + file("ctx", raw(0L, 0L));
  const std::tuple<TinyProg, std::string, std::string> kRun[] = {
      {{.type = BPF_PROG_TYPE_SOCKET_FILTER, .returns = 4}, packet, "pass"},
      {{.type = BPF_PROG_TYPE_SCHED_CLS, .returns = -1}, packet, "TC_ACT_UNSPEC"},
      {{.type = BPF_PROG_TYPE_SCHED_ACT, .returns = 7}, packet, "TC_ACT_REDIRECT"},
      {{.type = BPF_PROG_TYPE_LWT_IN, .returns = 2}, packet, "BPF_DROP"},
      {{.type = BPF_PROG_TYPE_FLOW_DISSECTOR, .returns = 129},
       packet,
       "BPF_FLOW_DISSECTOR_CONTINUE"},
      {{.type = 32, .attach_type = 45, .returns = 1}, packet, "pass"},  // netfilter, Linux 6.4
  };
  for (const auto& [prog, input, action] : kRun) {
    const Fd fd = load(prog);
    const std::string line = done("prog run id " + std::to_string(prog_id(fd)) + input);
    EXPECT_THAT(line, HasSubstr("action    " + action + "\n"));
  }
  const TinyProg kRefused[] = {{.type = BPF_PROG_TYPE_KPROBE},
                               {.type = BPF_PROG_TYPE_TRACEPOINT},
                               {.type = BPF_PROG_TYPE_CGROUP_SOCK},
                               {.type = BPF_PROG_TYPE_SOCK_OPS, .returns = 1}};
  for (const TinyProg& prog : kRefused) {
    const Fd fd = load(prog);
    const std::string type = kernel::prog_type_name(prog.type);
    EXPECT_THAT(refused("prog run id " + std::to_string(prog_id(fd)) + context, 1),
                HasSubstr("cannot run programs of type " + type));
  }
}

}  // namespace
}  // namespace bpfmaps::test
