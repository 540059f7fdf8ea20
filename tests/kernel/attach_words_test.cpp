// SPDX-License-Identifier: BSD-2-Clause
// What prog attach and detach take beside a hook: whatever is there, an order, filters of tc,
// cgroups without links, probes, perf events, netfilter, other tools' names of hooks.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <gmock/gmock.h>
#include <linux/if_link.h>
#include <net/if.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "kernel/cgroup_dir.h"
#include "kernel/fixture.h"
#include "kernel/sandbox.h"
#include "kernel/show.h"
#include "kernel/tiny.h"
#include "support/bpfmaps.h"
#include "support/must.h"

namespace bpfmaps::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const TinyProg kXdp{BPF_PROG_TYPE_XDP, BPF_XDP, XDP_PASS};
const TinyProg kTc{BPF_PROG_TYPE_SCHED_CLS};
const TinyProg kEgress{BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS, 1};

class AttachWordsTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (!IsSkipped()) sandbox->add_veth_pair("left", "right");
  }

  /// A program pinned under that name.
  static std::uint32_t make(const std::string& name, const TinyProg& how) {
    const Fd prog = load(how);
    pin_fd(prog.get(), pin(name));
    return prog_id(prog);
  }
  static Json attach(const std::string& words) {
    return Json::parse(done("prog attach " + words + " --json"));
  }
  /// The ids of what a list says, in its order.
  static std::vector<std::uint32_t> ids(const Json& list) {
    std::vector<std::uint32_t> found;
    for (const Json& one : list) found.push_back(one["prog_id"]);
    return found;
  }
  static std::vector<std::uint32_t> on_left() { return ids(ask({"net", "list", "dev", "left"})); }
};

TEST_F(AttachWordsTest, any_detaches_the_one_program_that_is_there) {
  make("prog", kXdp);
  const std::string there = " xdp dev left";
  EXPECT_THAT(refused("prog detach any" + there, 3), HasSubstr("no program is attached there"));
  attach(pin("prog") + there);
  done("prog detach any" + there);
  EXPECT_FALSE(fs::exists(pin("prog_left")));
  ASSERT_EQ(run({"ip", "link", "set", "left", "xdp", "pinned", pin("prog")}).exit_code, 0);
  done("prog detach any" + there);
  EXPECT_THAT(on_left(), IsEmpty());

  make("one", kTc);
  make("two", kTc);
  for (const char* name : {"one", "two"}) attach(pin(name) + " tcx_egress dev left");
  EXPECT_THAT(refused("prog detach any tcx_egress dev left", 1), HasSubstr("several are there"));
  EXPECT_THAT(refused("prog detach any", 2), HasSubstr("`any` lacks its HOOK"));
  EXPECT_THAT(refused("prog detach any raw_tracepoint event sys_enter", 2),
              HasSubstr("the kernel does not tell"));
}

TEST_F(AttachWordsTest, overwrite_takes_the_place_of_what_is_there_or_attaches) {
  const std::uint32_t old = make("old", kXdp), prog = make("prog", kXdp),
                      third = make("third", kXdp);
  const std::string there = " xdp dev left overwrite";
  const Json link = attach(pin("old") + there + " mode generic");
  EXPECT_EQ(link["mode"], "generic");
  EXPECT_THAT(on_left(), ElementsAre(old));
  EXPECT_EQ(attach(pin("prog") + there)["id"], link["id"]);
  EXPECT_THAT(on_left(), ElementsAre(prog));
  done("prog detach any xdp dev left");
  ASSERT_EQ(run({"ip", "link", "set", "left", "xdp", "pinned", pin("old")}).exit_code, 0);
  EXPECT_FALSE(attach(pin("third") + there).contains("id"));
  EXPECT_THAT(on_left(), ElementsAre(third));
  done("prog detach any xdp dev left");
  EXPECT_THAT(refused("prog attach " + pin("prog") + there + " old " + pin("old"), 2),
              HasSubstr("do not go together"));
}

TEST_F(AttachWordsTest, filters_of_tc_are_made_replaced_and_removed) {
  const std::uint32_t one = make("one", kTc), two = make("two", kTc);
  const Json made = attach(pin("one") + " tc_ingress dev left pref 5");
  EXPECT_EQ(made["type"], "tc_ingress");
  EXPECT_EQ(made["pref"], 5);
  EXPECT_EQ(made["handle"], 1);
  EXPECT_FALSE(made.contains("id"));
  EXPECT_EQ(attach(pin("two") + " tc_ingress dev left pref 5 handle 7")["handle"], 7);
  attach(pin("two") + " tc_egress dev left");
  // Of one pref, what came last runs first.
  EXPECT_THAT(on_left(), ElementsAre(two, one, two));
  EXPECT_THAT(refused("prog attach " + pin("two") + " tc_ingress dev left pref 5 handle 1", 1),
              AllOf(HasSubstr("attached already"), HasSubstr("(pref 5 handle 1)")));
  EXPECT_THAT(refused("prog detach any tc_ingress dev left pref 5", 1),
              HasSubstr("name one by its `pref` and `handle`"));

  attach(pin("two") + " tc_ingress dev left old " + pin("one"));
  EXPECT_THAT(on_left(), ElementsAre(two, two, two));
  done("prog detach any tc_ingress dev left pref 5 handle 7");
  attach(pin("one") + " tc_ingress dev left overwrite");
  EXPECT_THAT(on_left(), ElementsAre(one, two));
  done("prog detach " + pin("one") + " tc/ingress dev left");
  done("prog detach any tc_egress dev left");
  EXPECT_THAT(on_left(), IsEmpty());
  EXPECT_THAT(refused("prog detach " + pin("one") + " tc_ingress dev left", 3),
              HasSubstr("is not attached there"));
}

TEST_F(AttachWordsTest, a_refused_filter_leaves_no_qdisc_behind) {
  make("xdp", kXdp);
  EXPECT_THAT(refused("prog attach " + pin("xdp") + " tc_ingress dev left", 1),
              HasSubstr("of type xdp was not loaded for tc_ingress"));
  EXPECT_THAT(run({"tc", "qdisc", "show", "dev", "left"}).out, testing::Not(HasSubstr("clsact")));
  make("tc", kTc);
  EXPECT_THAT(refused("prog attach " + pin("tc") + " tc_ingress dev left pin " + pin("p"), 2),
              HasSubstr("`pin` is for links"));
}

TEST_F(AttachWordsTest, programs_of_tcx_run_in_the_order_asked_for) {
  const std::uint32_t a = make("a", kTc), b = make("b", kTc), c = make("c", kTc),
                      d = make("d", kTc);
  const std::string there = " tcx_ingress dev left";
  attach(pin("a") + there);
  attach(pin("b") + there + " first");
  attach(pin("c") + there + " after " + pin("b"));
  attach(pin("d") + there + " before " + pin("a"));
  EXPECT_THAT(on_left(), ElementsAre(b, c, d, a));
  done("prog detach " + pin("c") + there);
  EXPECT_THAT(refused("prog attach " + pin("c") + there + " after " + pin("c"), 3),
              HasSubstr("is not attached there, but"));
  attach(pin("c") + there + " last");
  EXPECT_THAT(on_left(), ElementsAre(b, d, a, c));
  make("xdp", kXdp);
  EXPECT_THAT(refused("prog attach " + pin("xdp") + " xdp dev left first", 2),
              HasSubstr("programs have an order at tcx, netkit and cgroup hooks"));
  EXPECT_THAT(refused("prog attach " + pin("c") + there + " first before " + pin("a"), 2),
              HasSubstr("exclude each other"));
}

TEST_F(AttachWordsTest, programs_of_a_cgroup_run_in_the_order_asked_for) {
  const CgroupDir cgroup;
  const std::uint32_t a = make("a", kEgress), b = make("b", kEgress), c = make("c", kEgress);
  const std::string there = " egress cgroup " + cgroup.path();
  attach(pin("a") + there);
  attach(pin("b") + there + " first");
  attach(pin("c") + there + " after " + pin("b"));
  EXPECT_THAT(ids(ask({"cgroup", "list", cgroup.path()})), ElementsAre(b, c, a));
  const std::uint32_t d = make("d", kEgress), e = make("e", kEgress);
  attach(pin("d") + there + " multi");
  attach(pin("e") + there + " multi before " + pin("d"));
  EXPECT_THAT(ids(ask({"cgroup", "list", cgroup.path()})), ElementsAre(b, c, a, e, d));
  done("prog detach " + pin("c") + there);
  EXPECT_THAT(refused("prog attach " + pin("c") + there + " multi before " + pin("a"), 1),
              AllOf(HasSubstr("is held by a link"), HasSubstr("links among links")));
  EXPECT_THAT(refused("prog attach " + pin("c") + there + " before " + pin("d"), 1),
              HasSubstr("is attached without a link"));
  for (const char* name : {"a", "b", "d", "e"}) done("prog detach " + pin(name) + there);
}

TEST_F(AttachWordsTest, without_a_link_in_a_cgroup) {
  const CgroupDir top;
  const CgroupDir below(top.path() + "/below");
  make("one", kEgress);
  make("two", kEgress);
  const Json made = attach(pin("one") + " egress override cgroup " + top.path());
  EXPECT_EQ(made["type"], "cgroup_inet_egress");
  EXPECT_FALSE(made.contains("id"));
  const auto flags = [&top] { return ask({"cgroup", "list", top.path()})[0]["attach_flags"]; };
  EXPECT_EQ(flags(), "override");
  // A link wants to go together with others; a program below may stand in this one's place.
  EXPECT_THAT(refused("prog attach " + pin("two") + " egress cgroup " + top.path(), 1),
              HasSubstr("attached already"));
  attach(pin("two") + " egress override cgroup " + below.path());
  EXPECT_EQ(ask({"cgroup", "list", below.path(), "--effective"}).size(), 1u);
  done("prog detach any egress cgroup " + below.path());
  attach(pin("two") + " egress cgroup " + top.path() + " overwrite");
  EXPECT_EQ(flags(), "override");
  done("prog detach " + pin("two") + " egress cgroup " + top.path());

  attach(pin("one") + " egress multi cgroup " + top.path());
  attach(pin("two") + " egress cgroup " + top.path() + " old " + pin("one"));
  EXPECT_EQ(flags(), "multi");
  done("prog detach any egress cgroup " + top.path());
  EXPECT_EQ(ask({"cgroup", "list", top.path()}), Json::array());
  EXPECT_THAT(
      refused("prog attach " + pin("one") + " egress override first cgroup " + top.path(), 2),
      HasSubstr("does not go with `override`"));
}

TEST_F(AttachWordsTest, a_uprobe_by_path_and_function) {
  make("probe", {BPF_PROG_TYPE_KPROBE});
  std::string libc;
  for (const char* path :
       {"/lib/x86_64-linux-gnu/libc.so.6", "/lib/aarch64-linux-gnu/libc.so.6", "/lib64/libc.so.6"})
    if (libc.empty() && fs::exists(path)) libc = fs::canonical(path);
  if (libc.empty()) GTEST_SKIP() << "no libc where it is looked for";
  const std::string event = " event " + libc + ":getpid";
  const Json link = attach(pin("probe") + " uprobe" + event);
  EXPECT_EQ(link["type"], "perf_event");
  EXPECT_EQ(link["file"], libc);
  EXPECT_EQ(link["retprobe"], false);
  EXPECT_THAT(link["pinned"], ElementsAre(pin("probe_libc_so_6_getpid")));
  EXPECT_EQ(ask({"prog", "show", pin("probe")})["attached"].size(), 1u);
  done("prog detach " + pin("probe") + " uprobe" + event);
  EXPECT_EQ(ask({"prog", "show", pin("probe")})["attached"], Json::array());
  // The same by its offset, when the function returns.
  const Json back = attach(pin("probe") + " uretprobe event " + libc + ":" + link["offset"].dump());
  EXPECT_EQ(back["retprobe"], true);
  EXPECT_EQ(back["offset"], link["offset"]);
  EXPECT_THAT(refused("prog attach " + pin("probe") + " uprobe event " + libc + ":no_such", 3),
              HasSubstr("no function of that name"));
  EXPECT_THAT(refused("prog attach " + pin("probe") + " uprobe event getpid", 2),
              HasSubstr("is no PATH:FUNCTION"));
}

TEST_F(AttachWordsTest, a_kprobe_where_the_kernel_has_them) {
  make("probe", {BPF_PROG_TYPE_KPROBE});
  const std::string words = pin("probe") + " kprobe event do_exit";
  if (!fs::exists("/sys/bus/event_source/devices/kprobe")) {
    EXPECT_THAT(refused("prog attach " + words, 1), HasSubstr("the running kernel has no kprobes"));
    return;
  }
  EXPECT_EQ(attach(words)["func"], "do_exit");
  done("prog detach " + words);
}

TEST_F(AttachWordsTest, a_perf_event_on_every_cpu) {
  make("prog", {BPF_PROG_TYPE_PERF_EVENT});
  const std::string words = pin("prog") + " perf_event event cpu-clock";
  const Json made = attach(words + " freq 49");
  EXPECT_EQ(made["event_config"], "cpu-clock");
  const auto cpus = static_cast<std::size_t>(sysconf(_SC_NPROCESSORS_ONLN));
  EXPECT_EQ(made["pinned"].size(), cpus);
  EXPECT_EQ(ask({"prog", "show", pin("prog")})["attached"].size(), cpus);
  if (cpus > 1) EXPECT_EQ(made["pinned"][1], pin("prog_cpu-clock_cpu1"));
  done("prog detach " + words);
  EXPECT_EQ(ask({"prog", "show", pin("prog")})["attached"], Json::array());
  EXPECT_FALSE(fs::exists(made["pinned"][0].get<std::string>()));
  EXPECT_THAT(refused("prog attach " + words, 2), HasSubstr("`freq N` or `period N`"));
  EXPECT_THAT(refused("prog attach " + pin("prog") + " perf_event event cpu-clocks freq 1", 3),
              HasSubstr("there is none of that name"));
}

TEST_F(AttachWordsTest, netfilter_by_hook_and_priority) {
  const std::uint32_t id = make("filter", {32, 45, 1});
  const std::string words = pin("filter") + " netfilter hook local_in prio -100";
  const Json link = attach(words);
  EXPECT_EQ(link["type"], "netfilter");
  EXPECT_EQ(link["prio"], -100);
  EXPECT_THAT(link["pinned"], ElementsAre(pin("filter_ipv4_local_in")));
  Json listed;
  for (const Json& one : ask({"net", "list"}))
    if (one["prog_id"] == id) listed = one;
  EXPECT_EQ(listed["hook"], "local_in");
  EXPECT_EQ(listed["prio"], -100);
  EXPECT_EQ(listed["link_id"], link["id"]);
  EXPECT_THAT(refused("prog detach " + pin("filter") + " netfilter hook local_in", 3),
              HasSubstr("is not attached there"));
  done("prog detach " + words);
  EXPECT_EQ(ask({"prog", "show", pin("filter")})["attached"], Json::array());
  EXPECT_THAT(refused("prog attach " + pin("filter") + " netfilter hook input", 2),
              HasSubstr("netfilter has no hook `input`"));
  EXPECT_THAT(refused("prog attach " + pin("filter") + " netfilter", 2),
              HasSubstr("netfilter lacks its `hook NAME`"));
}

TEST_F(AttachWordsTest, hooks_are_known_by_other_tools_names) {
  make("xdp", kXdp);
  EXPECT_EQ(attach(pin("xdp") + " xdpgeneric dev left")["mode"], "generic");
  done("prog detach any xdp dev left");
  EXPECT_EQ(attach(pin("xdp") + " xdpdrv dev left")["mode"], "native");
  EXPECT_THAT(refused("prog attach " + pin("xdp") + " xdpdrv dev left mode generic", 2),
              HasSubstr("does not go with xdpdrv"));
  done("prog detach any xdpdrv dev left");
  const CgroupDir cgroup;
  make("connect", {BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_CONNECT, 1});
  for (const char* name : {"connect4", "cgroup/connect4", "cgroup_inet4_connect"}) {
    const std::string words = pin("connect") + " " + name + " cgroup " + cgroup.path();
    EXPECT_EQ(attach(words)["attach_type"], "cgroup_inet4_connect");
    done("prog detach " + words);
  }
  make("tc", kTc);
  EXPECT_EQ(attach(pin("tc") + " tcx/egress dev left")["attach_type"], "tcx_egress");
}

}  // namespace
}  // namespace bpfmaps::test
