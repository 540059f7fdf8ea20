// SPDX-License-Identifier: BSD-2-Clause
// Where programs are attached: each hook that this kernel has, by a link and without one, as prog
// show, net list and cgroup list tell it; and that nothing is left when it is detached.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/if_link.h>
#include <linux/perf_event.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <filesystem>
#include <fstream>

#include "kernel/cgroup_dir.h"
#include "kernel/fixture.h"
#include "kernel/sandbox.h"
#include "kernel/show.h"
#include "kernel/tiny.h"
#include "support/bpfmaps.h"
#include "support/must.h"
#include "support/paths.h"

namespace bpfmaps::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr std::uint32_t kTcxIngress = 46, kTcxEgress = 47;  // Linux 6.6

const TinyProg kXdp{BPF_PROG_TYPE_XDP, BPF_XDP, XDP_PASS};
const TinyProg kTc{BPF_PROG_TYPE_SCHED_CLS};
const TinyProg kEgress{BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS, 1};

/// The elements of `list` that are about the program.
Json of_prog(const Json& list, std::uint32_t id) {
  Json found = Json::array();
  for (const Json& one : list)
    if (one.value("prog_id", 0U) == id) found.push_back(one);
  return found;
}

class AttachedTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (!IsSkipped()) sandbox->add_veth_pair("left", "right");
  }

  static int left() { return static_cast<int>(if_nametoindex("left")); }
  static std::string id(const Fd& prog) { return std::to_string(prog_id(prog)); }

  /// What prog show says; prog list and pin show must say the same.
  static Json attached(const Fd& prog) {
    const Json shown = ask({"prog", "show", "id", id(prog)});
    for (const Json& one : ask({"prog", "list"}))
      if (one["id"] == shown["id"]) {
        EXPECT_EQ(one["attached"], shown["attached"]);
      }
    pin_fd(prog.get(), pin("shown"));
    EXPECT_EQ(ask({"pin", "show", pin("shown")})["attached"], shown["attached"]);
    fs::remove(pin("shown"));
    return shown["attached"];
  }
  static Json net(const Fd& prog) { return of_prog(ask({"net", "list"}), prog_id(prog)); }
  static Json on_left(Json more) {
    more.update({{"ifindex", left()}, {"devname", "left"}});
    return more;
  }
};

TEST_F(AttachedTest, tcx_by_a_link_and_without) {
  const Fd prog = load(kTc);
  {
    const Fd made = link(prog, {left(), kTcxIngress});
    const Json place = on_left({{"attach_type", "tcx_ingress"}, {"link_id", link_id(made)}});
    Json expected = place;
    expected["type"] = "tcx";
    EXPECT_EQ(attached(prog), Json::array({expected}));
    // All network namespaces were looked at, even those of processes that are closed to us.
    EXPECT_EQ(ask({"prog", "show", "id", id(prog)})["attached_unseen"], Json::array());
    EXPECT_EQ(net(prog).size(), 1u);
    expect_fields(net(prog)[0], place);
  }
  must(bpf_prog_attach(prog.get(), left(), static_cast<bpf_attach_type>(kTcxEgress), 0), "attach");
  EXPECT_EQ(attached(prog),
            Json::array({on_left({{"attach_type", "tcx_egress"}, {"type", "tcx"}})}));
  EXPECT_FALSE(net(prog)[0].contains("link_id"));
  done("prog detach id " + id(prog) + " tcx_egress dev left");
  EXPECT_EQ(attached(prog), Json::array());
  EXPECT_EQ(net(prog), Json::array());
}

TEST_F(AttachedTest, filters_of_traffic_control_on_clsact_and_on_classes) {
  const Fd prog = load(kTc);
  pin_fd(prog.get(), pin("filter"));
  const auto tc = [](const std::string& words) {
    const Ran ran = run({"sh", "-c", "tc " + words});
    ASSERT_EQ(ran.exit_code, 0) << words << ": " << ran.err;
  };
  const std::string bpf = " bpf da pinned " + pin("filter");
  tc("qdisc add dev left clsact");
  tc("filter add dev left ingress pref 7 handle 0x2" + bpf);
  tc("filter add dev left egress pref 3" + bpf);
  tc("qdisc add dev right root handle 1: htb");
  tc("class add dev right parent 1: classid 1:a0 htb rate 1mbit");
  tc("filter add dev right parent 1: pref 1 protocol ip" + bpf);
  tc("filter add dev right parent 1:a0 pref 1" + bpf);
  const auto filter = [](const char* dev, Json more) {
    more.update({{"ifindex", if_nametoindex(dev)}, {"devname", dev}});
    return more;
  };
  const std::vector<Json> places = {
      filter("left", {{"attach_type", "tc_ingress"}, {"pref", 7}, {"handle", 2}}),
      filter("left", {{"attach_type", "tc_egress"}, {"pref", 3}, {"handle", 1}}),
      filter("right", {{"attach_type", "tc"},
                       {"parent", "1:"},
                       {"pref", 1},
                       {"handle", 1},
                       {"protocol", 0x800}}),
      filter("right", {{"attach_type", "tc"}, {"parent", "1:a0"}, {"pref", 1}, {"handle", 1}})};
  const Json seen = attached(prog);
  EXPECT_EQ(seen.size(), places.size());
  for (Json place : places) {
    place["type"] = "tc";
    EXPECT_THAT(seen, Contains(place));
  }
  const Json listed = ask({"net", "list", "dev", "left"});
  ASSERT_EQ(listed.size(), 2u) << listed;
  expect_fields(listed[0], places[0]);
  expect_fields(listed[1], places[1]);
  EXPECT_EQ(listed[0]["pinned"], Json({pin("filter")}));
  EXPECT_THAT(ask({"pin", "show", pin("filter")})["used_by"].dump(), HasSubstr("\"tc\""));
  EXPECT_THAT(run_bpfmaps({"pin", "list", "--orphans"}).out, Not(HasSubstr(pin("filter"))));
  tc("qdisc del dev left clsact");
  tc("qdisc del dev right root");
  EXPECT_EQ(attached(prog), Json::array());
}

TEST_F(AttachedTest, packets_meet_them_in_the_order_of_the_list) {
  const Fd xdp = load(kXdp), first = load(kTc), second = load(kTc), out = load(kTc);
  must(bpf_prog_attach(out.get(), left(), static_cast<bpf_attach_type>(kTcxEgress), 0), "attach");
  const Fd one = link(first, {left(), kTcxIngress}), two = link(second, {left(), kTcxIngress});
  must(bpf_xdp_attach(left(), xdp.get(), XDP_FLAGS_SKB_MODE, nullptr) == 0, "attach");
  std::vector<std::uint32_t> met;
  for (const Json& place : ask({"net", "list", "dev", "left"})) met.push_back(place["prog_id"]);
  EXPECT_THAT(met,
              testing::ElementsAre(prog_id(xdp), prog_id(first), prog_id(second), prog_id(out)));
  must(bpf_xdp_attach(left(), -1, XDP_FLAGS_SKB_MODE, nullptr) == 0, "detach");
}

TEST_F(AttachedTest, a_flow_dissector_by_a_link_and_without) {
  const Fd prog = load({BPF_PROG_TYPE_FLOW_DISSECTOR, BPF_FLOW_DISSECTOR});
  const Fd network(must(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), "open"));
  const auto expect_listed = [&](bool by_link) {
    EXPECT_EQ(attached(prog)[0]["attach_type"], "flow_dissector");
    EXPECT_EQ(attached(prog)[0].contains("link_id"), by_link);
    const Json listed = net(prog);
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0]["attach_type"], "flow_dissector");
    EXPECT_EQ(listed[0].contains("link_id"), by_link);
  };
  {
    const Fd made = link(prog, {network.get(), BPF_FLOW_DISSECTOR});
    expect_listed(true);
  }
  must(bpf_prog_attach(prog.get(), 0, BPF_FLOW_DISSECTOR, 0), "attach");
  expect_listed(false);
  done("prog detach id " + id(prog) + " flow_dissector");
  EXPECT_EQ(attached(prog), Json::array());
  EXPECT_EQ(net(prog), Json::array());
}

TEST_F(AttachedTest, cgroups_by_links_and_without) {
  const CgroupDir top;
  const CgroupDir below(top.path() + "/below");
  const Fd prog = load(kEgress), other = load(kEgress);
  const auto listed = [&](std::vector<std::string> words, const Fd& of) {
    words.insert(words.begin(), {"cgroup", "list"});
    return of_prog(ask(words), prog_id(of));
  };
  must(bpf_prog_attach(prog.get(), top.fd(), BPF_CGROUP_INET_EGRESS, BPF_F_ALLOW_MULTI), "attach");
  const Fd made = link(prog, {below.fd(), BPF_CGROUP_INET_EGRESS});
  must(bpf_prog_attach(other.get(), below.fd(), BPF_CGROUP_INET_EGRESS, BPF_F_ALLOW_MULTI),
       "attach");

  const Json seen = attached(prog);
  ASSERT_EQ(seen.size(), 2u) << seen;
  EXPECT_EQ(seen[0]["link_id"], link_id(made));
  EXPECT_EQ(seen[0]["cgroup_id"], below.id());
  EXPECT_EQ(seen[1]["cgroup_id"], top.id());
  EXPECT_EQ(seen[1]["attach_flags"], "multi");
  EXPECT_FALSE(seen[1].contains("link_id"));

  const Json everywhere = listed({}, prog);
  ASSERT_EQ(everywhere.size(), 2u) << everywhere;
  EXPECT_EQ(everywhere[0]["cgroup_id"], top.id());
  EXPECT_FALSE(everywhere[0].contains("link_id"));
  EXPECT_EQ(everywhere[1]["link_id"], link_id(made));
  EXPECT_EQ(listed({top.path()}, prog).size(), 1u);
  EXPECT_EQ(listed({top.path(), "--tree"}, prog).size(), 2u);

  // The kernel runs those of the cgroup itself first.
  const Json effective = ask({"cgroup", "list", below.path(), "--effective"});
  ASSERT_EQ(effective.size(), 3u) << effective;
  EXPECT_EQ(effective[0]["prog_id"], prog_id(prog));
  EXPECT_EQ(effective[0]["link_id"], link_id(made));
  EXPECT_EQ(effective[1]["prog_id"], prog_id(other));
  EXPECT_EQ(effective[2]["prog_id"], prog_id(prog));
  EXPECT_THAT(std::string(effective[2]["from"]),
              testing::EndsWith(fs::path(top.path()).filename()));

  EXPECT_THAT(run_bpfmaps({"cgroup", "list", top.path(), "--tree"}).out, HasSubstr("└── below"));
  done("prog detach id " + id(other) + " cgroup_inet_egress cgroup " + below.path());
  done("prog detach id " + id(prog) + " cgroup_inet_egress cgroup " + top.path());
  EXPECT_EQ(attached(other), Json::array());
  EXPECT_EQ(listed({top.path()}, prog), Json::array());
}

TEST_F(AttachedTest, maps_of_sockets_by_a_link_and_without) {
  const Fd map(must(bpf_map_create(BPF_MAP_TYPE_SOCKMAP, "sockets", 4, 4, 4, nullptr), "create"));
  const Fd prog = load({BPF_PROG_TYPE_SK_MSG, BPF_SK_MSG_VERDICT, 1});
  const Json place = {
      {"type", "sockmap"}, {"map_id", map_id(map.get())}, {"attach_type", "sk_msg_verdict"}};
  {
    const Fd made = link(prog, {map.get(), BPF_SK_MSG_VERDICT});
    Json by_link = place;
    by_link["link_id"] = link_id(made);
    EXPECT_EQ(attached(prog), Json::array({by_link}));
  }
  must(bpf_prog_attach(prog.get(), map.get(), BPF_SK_MSG_VERDICT, 0), "attach");
  EXPECT_EQ(attached(prog), Json::array({place}));
  done("prog detach id " + id(prog) + " sk_msg_verdict id " + std::to_string(map_id(map.get())));
  EXPECT_EQ(attached(prog), Json::array());
}

TEST_F(AttachedTest, perf_events_of_processes) {
  const std::string tracing = fs::temp_directory_path() / "bpfmaps-attached-tracefs";
  fs::create_directory(tracing);
  must(mount("tracefs", tracing.c_str(), "tracefs", 0, nullptr) == 0, "mount tracefs");
  perf_event_attr event{};
  event.size = sizeof event;
  event.type = PERF_TYPE_TRACEPOINT;
  std::ifstream(tracing + "/events/task/task_newtask/id") >> event.config;
  umount2(tracing.c_str(), MNT_DETACH);
  fs::remove(tracing);
  const Fd fd(static_cast<int>(
      must(syscall(SYS_perf_event_open, &event, -1, 0, -1, PERF_FLAG_FD_CLOEXEC), "open event")));
  const Fd prog = load({BPF_PROG_TYPE_TRACEPOINT});
  must(ioctl(fd.get(), PERF_EVENT_IOC_SET_BPF, prog.get()), "attach");
  EXPECT_EQ(attached(prog), Json::array({{{"type", "perf_event"},
                                          {"tracepoint", "task_newtask"},
                                          {"pid", getpid()},
                                          {"comm", "kernel_tests"}}}));
  must(ioctl(fd.get(), PERF_EVENT_IOC_DISABLE, 0), "disable");
}

TEST_F(AttachedTest, a_perf_event_whose_program_the_kernel_does_not_tell) {
  perf_event_attr event{};
  event.size = sizeof event;
  event.type = PERF_TYPE_SOFTWARE;
  event.config = PERF_COUNT_SW_PAGE_FAULTS;
  event.sample_period = 1'000'000'000;
  const Fd fd(static_cast<int>(
      must(syscall(SYS_perf_event_open, &event, -1, 0, -1, PERF_FLAG_FD_CLOEXEC), "open event")));
  const Fd prog = load({BPF_PROG_TYPE_PERF_EVENT});
  must(ioctl(fd.get(), PERF_EVENT_IOC_SET_BPF, prog.get()), "attach");
  const Json shown = ask({"prog", "show", "id", id(prog)});
  EXPECT_EQ(shown["attached"], Json::array());
  EXPECT_THAT(shown["attached_unseen"].dump(),
              AllOf(HasSubstr("pid " + std::to_string(getpid())), HasSubstr("does not tell")));
  const Ran listed = run_bpfmaps({"prog", "list"});
  EXPECT_THAT(listed.err, HasSubstr("? stands for"));
}

TEST_F(AttachedTest, maps_that_call_it) {
  const Fd prog = load(kTc), xdp = load({BPF_PROG_TYPE_XDP, BPF_XDP_DEVMAP, XDP_PASS});
  const Fd calls(
      must(bpf_map_create(BPF_MAP_TYPE_PROG_ARRAY, "calls", 4, 4, 8, nullptr), "create"));
  for (const std::uint32_t key : {3, 5}) put(calls.get(), key, prog.get());
  EXPECT_EQ(attached(prog), Json::array({{{"type", "prog_array"},
                                          {"map_id", map_id(calls.get())},
                                          {"map_name", "calls"},
                                          {"key", 3},
                                          {"entries", 2}}}));
  const Fd devices(
      must(bpf_map_create(BPF_MAP_TYPE_DEVMAP, "devices", 4, 8, 8, nullptr), "create"));
  put(devices.get(), 1U, bpf_devmap_val{static_cast<__u32>(left()), {xdp.get()}});
  EXPECT_EQ(attached(xdp)[0]["type"], "devmap");
  EXPECT_EQ(attached(xdp)[0]["key"], 1);
}

TEST_F(AttachedTest, callbacks_of_a_registered_struct) {
  const Fixture fixture("callbacks");
  const Fd prog(fcntl(fixture.prog("ssthresh"), F_DUPFD_CLOEXEC, 3));
  EXPECT_EQ(attached(prog), Json::array());
  fixture.attach_callbacks("still");
  const Json seen = attached(prog);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0]["type"], "struct_ops");
  EXPECT_EQ(seen[0]["struct"], "tcp_congestion_ops");
  EXPECT_EQ(seen[0]["member"], "ssthresh");
}

// What runs in another network namespace is told, and told to be there.
TEST_F(AttachedTest, places_in_another_network_namespace_are_told_apart) {
  const Fd prog = load(kXdp);
  pin_fd(prog.get(), pin("prog"));
  must(bpf_xdp_attach(left(), prog.get(), XDP_FLAGS_SKB_MODE, nullptr) == 0, "attach");
  const auto elsewhere = [](const std::string& words) {
    const Ran ran =
        run({"unshare", "-n", "sh", "-c", "ip link add name left index $1 type veth && $0 " + words,
             BPFMAPS_BINARY, std::to_string(left())});
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    return Json::parse(ran.out);
  };
  EXPECT_EQ(elsewhere("net list --json"), Json::array());
  const Json seen = elsewhere("prog show " + pin("prog") + " --json")["attached"];
  ASSERT_EQ(seen.size(), 1u) << seen;
  EXPECT_EQ(seen[0]["devname"], "left");
  struct stat status {};
  must(stat("/proc/self/ns/net", &status), "stat");
  EXPECT_EQ(seen[0]["netns_ino"], status.st_ino);
  EXPECT_THAT(std::string(seen[0]["netns"]), testing::EndsWith("/ns/net"));
  must(bpf_xdp_attach(left(), -1, XDP_FLAGS_SKB_MODE, nullptr) == 0, "detach");
  EXPECT_EQ(attached(prog), Json::array());
}

}  // namespace
}  // namespace bpfmaps::test
