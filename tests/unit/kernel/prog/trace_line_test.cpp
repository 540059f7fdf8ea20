// SPDX-License-Identifier: BSD-2-Clause
// Lines of the kernel's trace, told apart whatever tasks are called and programs print.
#include "kernel/prog/trace_line.h"

#include <gmock/gmock.h>

namespace bpfmaps::kernel {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Read {
  std::vector<TraceLine> lines;
  std::uint64_t lost = 0;

  explicit Read(std::string_view text, std::size_t at_once = std::string::npos) {
    TraceReader reader([this](TraceLine line) { lines.push_back(std::move(line)); },
                       [this](std::uint64_t events) { lost += events; });
    for (std::size_t at = 0; at < text.size(); at += std::min(at_once, text.size()))
      reader.feed(text.substr(at, at_once));
    reader.flush();
  }
  std::vector<std::string> texts() const {
    std::vector<std::string> texts;
    for (const TraceLine& line : lines) texts.push_back(line.text);
    return texts;
  }
};

constexpr std::string_view kTrace =
    "# tracer: nop\n"
    "#\n"
    "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"
    "            ping-1234    [001] b..11  7148.666760: bpf_trace_printk: len 64 of x\n"
    "           <...>-77      [000] d..31  7148.666763: bpf_trace_printk: on stack 40\n"
    "\n"
    "            ping-1234    [001] b..11  7148.666770: sched_switch: prev_comm=x\n"
    "CPU:1 [LOST 123 EVENTS]\n"
    "            ping-1234    [011] b..11  7149.000001: bpf_trace_printk: first\n"
    "second\n"
    "\n"
    "third\n";

TEST(TraceLine, are_told_apart) {
  const Read read(kTrace);
  EXPECT_THAT(read.texts(), ElementsAre("len 64 of x", "on stack 40", "first\nsecond\n\nthird"));
  EXPECT_EQ(read.lost, 123u);
  EXPECT_EQ(read.lines[0].comm, "ping");
  EXPECT_EQ(read.lines[0].pid, 1234u);
  EXPECT_EQ(read.lines[0].cpu, 1u);
  EXPECT_DOUBLE_EQ(read.lines[0].seconds, 7148.66676);
  EXPECT_EQ(read.lines[1].comm, "<...>");
  EXPECT_EQ(read.lines[1].cpu, 0u);
  EXPECT_EQ(read.lines[2].cpu, 11u);
}

TEST(TraceLine, come_in_any_pieces) {
  for (const std::size_t at_once : {std::size_t{1}, std::size_t{7}, std::size_t{100}})
    EXPECT_EQ(Read(kTrace, at_once).texts(), Read(kTrace).texts()) << at_once;
}

TEST(TraceLine, tasks_may_be_called_anything) {
  const Read read(
      " a [001] b-c-5   [003] .....    1.5: bpf_trace_printk: 1\n"
      "   my-task-9   (     9) [000] d..1.  2.000000: bpf_trace_printk: 2\n"
      "   my-task-10  (-------) [000] 3.000000: bpf_trace_printk: 3\n"
      "   late-1      [000] ..... 12345678: bpf_trace_printk: 4\n");
  ASSERT_EQ(read.lines.size(), 4u);
  EXPECT_EQ(read.lines[0].comm, "a [001] b-c");
  EXPECT_EQ(read.lines[0].cpu, 3u);
  EXPECT_EQ(read.lines[1].comm, "my-task");
  EXPECT_EQ(read.lines[1].pid, 9u);
  EXPECT_EQ(read.lines[2].pid, 10u);
  EXPECT_DOUBLE_EQ(read.lines[3].seconds, 12345678);
}

TEST(TraceLine, what_is_none_is_left_out) {
  EXPECT_THAT(Read("").texts(), IsEmpty());
  EXPECT_THAT(Read("no line of a trace\n [ [x] [1 : -\n").texts(), IsEmpty());
  EXPECT_THAT(Read("task-1 [0] bpf_trace_printk: x\n").texts(), IsEmpty());
  EXPECT_THAT(Read("task-x [0] ... 1.0: bpf_trace_printk: x\n").texts(), IsEmpty());
}

}  // namespace
}  // namespace bpfmaps::kernel
