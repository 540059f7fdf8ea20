// SPDX-License-Identifier: BSD-2-Clause
// link list, show and detach, and where prog show finds a program: every type of link that this
// kernel can make without kprobes.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/if_link.h>
#include <linux/netfilter.h>
#include <linux/perf_event.h>
#include <net/if.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "kernel/fixture.h"
#include "kernel/sandbox.h"
#include "kernel/show.h"
#include "kernel/tiny.h"
#include "support/must.h"
#include "support/paths.h"

namespace bpfmaps::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Past the end of Linux 6.1's headers.
constexpr std::uint32_t kProgNetfilter = 32, kNetfilter = 45;  // Linux 6.4
constexpr std::uint32_t kTcxIngress = 46, kTcxEgress = 47;     // Linux 6.6
constexpr std::uint32_t kUprobeMulti = 48;                     // Linux 6.6

const TinyProg kXdp{BPF_PROG_TYPE_XDP, BPF_XDP, XDP_PASS};
const TinyProg kTc{BPF_PROG_TYPE_SCHED_CLS};

class LinksTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (!IsSkipped()) sandbox->add_veth_pair("left", "right");
  }

  static std::uint32_t left() { return if_nametoindex("left"); }

  /// What `link show` says of the link that `program` makes, without what all links have; the
  /// rest is held against bpftool, whose version 7.1 knows fewer types and fields.
  static Json facts(const TinyProg& program, const std::function<Fd(const Fd&)>& make) {
    const Fd prog = load(program);
    const Fd made = make(prog);
    const std::string id = std::to_string(link_id(made));
    Json shown = ask({"link", "show", "id", id});
    Json theirs = ask_bpftool({"link", "show", "id", id});
    if (theirs["type"].is_number()) theirs.erase("type");
    expect_fields(shown, theirs);
    EXPECT_EQ(shown["prog_id"], prog_id(prog));
    EXPECT_EQ(shown["prog_name"], program.name);
    EXPECT_EQ(shown["pinned"], Json::array());
    EXPECT_THAT(ask({"link", "list"}), testing::Contains(shown));
    for (const char* common : {"id", "prog_id", "prog_name", "prog_type", "pinned"})
      shown.erase(common);
    return shown;
  }

  static Json facts(const TinyProg& program, const TinyLink& how) {
    return facts(program, [&](const Fd& prog) { return link(prog, how); });
  }
};

TEST_F(LinksTest, xdp) {
  EXPECT_EQ(facts(kXdp, {static_cast<int>(left()), BPF_XDP}),
            Json({{"type", "xdp"}, {"ifindex", left()}, {"devname", "left"}}));
}

TEST_F(LinksTest, an_interface_of_another_network_namespace_is_not_named) {
  const Fd prog = load(kXdp);
  const Fd made = link(prog, {static_cast<int>(left()), BPF_XDP});
  const std::string id = std::to_string(link_id(made));
  // There, too, an interface may have that index.
  const Ran ran = run({"unshare", "-n", "sh", "-c",
                       "ip link add name other index $1 type veth && $0 link show id $2 --json",
                       BPFMAPS_BINARY, std::to_string(left()), id});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const Json shown = Json::parse(ran.out);
  EXPECT_EQ(shown["ifindex"], left());
  EXPECT_FALSE(shown.contains("devname"));
}

TEST_F(LinksTest, tcx) {
  EXPECT_EQ(facts(kTc, {static_cast<int>(left()), kTcxEgress}),
            Json({{"type", "tcx"},
                  {"ifindex", left()},
                  {"devname", "left"},
                  {"attach_type", "tcx_egress"}}));
}

TEST_F(LinksTest, netns) {
  const Fd netns(must(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), "open"));
  struct stat status {};
  must(fstat(netns.get(), &status), "stat");
  EXPECT_EQ(facts({BPF_PROG_TYPE_SK_LOOKUP, BPF_SK_LOOKUP, 1}, {netns.get(), BPF_SK_LOOKUP}),
            Json({{"type", "netns"}, {"netns_ino", status.st_ino}, {"attach_type", "sk_lookup"}}));
}

TEST_F(LinksTest, netfilter) {
  // pf and hooknum, then priority and flags.
  constexpr std::uint64_t kFirst = NFPROTO_IPV4 | std::uint64_t{NF_INET_LOCAL_IN} << 32;
  EXPECT_EQ(facts({kProgNetfilter, kNetfilter, 1},
                  {0, kNetfilter, {kFirst, static_cast<std::uint32_t>(-128)}}),
            Json({{"type", "netfilter"}, {"pf", 2}, {"hook", 1}, {"prio", -128}, {"flags", 0}}));
}

TEST_F(LinksTest, cgroup) {
  std::string directory = std::filesystem::temp_directory_path() / "bpfmaps-XXXXXX";
  must(mkdtemp(directory.data()), "make directory");
  must(mount("cgroup2", directory.c_str(), "cgroup2", 0, nullptr) == 0, "mount cgroup2");
  {
    const Fd root(must(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open"));
    struct stat status {};
    must(fstat(root.get(), &status), "stat");
    EXPECT_EQ(facts({BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS, 1},
                    {root.get(), BPF_CGROUP_INET_EGRESS}),
              Json({{"type", "cgroup"},
                    {"cgroup_id", status.st_ino},
                    {"attach_type", "cgroup_inet_egress"}}));
  }
  must(umount2(directory.c_str(), MNT_DETACH) == 0, "umount");
  std::filesystem::remove(directory);
}

TEST_F(LinksTest, iterators) {
  const Fixture count("count");
  const auto iterator = [](const char* target) {
    return TinyProg{BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, 0, "tiny", target};
  };
  EXPECT_EQ(facts(iterator("ksym"), {0, BPF_TRACE_ITER}),
            Json({{"type", "iter"}, {"target_name", "ksym"}}));

  bpf_iter_link_info info;
  std::memset(&info, 0, sizeof info);  // a union: {} need not clear all of it
  info.map.map_fd = static_cast<std::uint32_t>(count.map("packets"));
  const auto with_info = [&](const char* target) {
    return facts(iterator(target), [&](const Fd& prog) {
      return link(prog,
                  {0, BPF_TRACE_ITER, {reinterpret_cast<std::uintptr_t>(&info), sizeof info}});
    });
  };
  EXPECT_EQ(with_info("bpf_map_elem"), Json({{"type", "iter"},
                                             {"target_name", "bpf_map_elem"},
                                             {"map_id", map_id(count.map("packets"))}}));
  std::memset(&info, 0, sizeof info);
  info.task.tid = static_cast<std::uint32_t>(getpid());
  EXPECT_EQ(with_info("task"),
            Json({{"type", "iter"}, {"target_name", "task"}, {"tid", getpid()}}));
}

TEST_F(LinksTest, raw_tracepoint) {
  EXPECT_EQ(facts({BPF_PROG_TYPE_RAW_TRACEPOINT},
                  [](const Fd& prog) {
                    return Fd(must(bpf_raw_tracepoint_open("task_newtask", prog.get()), "attach"));
                  }),
            Json({{"type", "raw_tracepoint"}, {"tp_name", "task_newtask"}}));
}

Fd perf_event(perf_event_attr attributes) {
  attributes.size = sizeof attributes;
  attributes.sample_period = 1'000'000'000;
  return Fd(static_cast<int>(must(
      syscall(SYS_perf_event_open, &attributes, -1, 0, -1, PERF_FLAG_FD_CLOEXEC), "perf event")));
}

TEST_F(LinksTest, perf_event_of_software) {
  perf_event_attr attributes{};
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.config = PERF_COUNT_SW_PAGE_FAULTS;
  const Fd event = perf_event(attributes);
  EXPECT_EQ(facts({BPF_PROG_TYPE_PERF_EVENT}, {event.get(), BPF_PERF_EVENT, {0x1234}}),
            Json({{"type", "perf_event"},
                  {"event_type", "software"},
                  {"event_type_id", PERF_TYPE_SOFTWARE},
                  {"event_config", "page-faults"},
                  {"event_config_id", PERF_COUNT_SW_PAGE_FAULTS},
                  {"cookie", 0x1234}}));
}

/// A file of `nop`s that nobody runs: a probe anywhere in it is one the kernel takes, wherever a
/// compiler happens to put the test's own instructions.
class FileOfNops {
 public:
  FileOfNops() : path_(std::filesystem::canonical(testing::TempDir()) / "bpfmaps_nops") {
    std::ofstream(path_) << std::string(0x2000, '\x90');
  }
  ~FileOfNops() { std::filesystem::remove(path_); }
  FileOfNops(const FileOfNops&) = delete;
  FileOfNops& operator=(const FileOfNops&) = delete;
  std::string path() const { return path_; }

 private:
  std::filesystem::path path_;
};

TEST_F(LinksTest, perf_event_of_a_uprobe) {
  perf_event_attr attributes{};
  std::ifstream("/sys/bus/event_source/devices/uprobe/type") >> attributes.type;
  const FileOfNops nops;
  const std::string path = nops.path();
  attributes.config1 = reinterpret_cast<std::uintptr_t>(path.c_str());
  attributes.config2 = 0x1000;
  const Fd event = perf_event(attributes);
  EXPECT_EQ(
      facts({BPF_PROG_TYPE_KPROBE}, {event.get(), BPF_PERF_EVENT}),
      Json({{"type", "perf_event"}, {"retprobe", false}, {"file", path}, {"offset", 0x1000}}));
}

TEST_F(LinksTest, uprobe_multi) {
  const FileOfNops nops;
  const std::string path = nops.path();
  const std::array<std::uint64_t, 2> offsets = {0x1000, 0x1010}, cookies = {0, 77};
  const TinyLink how{0,
                     kUprobeMulti,
                     {reinterpret_cast<std::uintptr_t>(path.c_str()),
                      reinterpret_cast<std::uintptr_t>(offsets.data()), 0,
                      reinterpret_cast<std::uintptr_t>(cookies.data()), 2 /* and no flags */,
                      static_cast<std::uint64_t>(getpid())}};
  EXPECT_EQ(facts({BPF_PROG_TYPE_KPROBE, kUprobeMulti}, how),
            Json({{"type", "uprobe_multi"},
                  {"retprobe", false},
                  {"path", path},
                  {"func_cnt", 2},
                  {"pid", getpid()},
                  {"funcs", {{{"offset", 0x1000}}, {{"offset", 0x1010}, {"cookie", 77}}}}}));
}

TEST_F(LinksTest, sockmap) {
  const Fd map(must(bpf_map_create(BPF_MAP_TYPE_SOCKMAP, "sockets", 4, 4, 4, nullptr), "create"));
  EXPECT_EQ(
      facts({BPF_PROG_TYPE_SK_MSG, BPF_SK_MSG_VERDICT, 1}, {map.get(), BPF_SK_MSG_VERDICT}),
      Json(
          {{"type", "sockmap"}, {"map_id", map_id(map.get())}, {"attach_type", "sk_msg_verdict"}}));
}

TEST_F(LinksTest, a_table_gathers_what_depends_on_the_type) {
  const Fd prog = load(kXdp);
  const Fd made = link(prog, {static_cast<int>(left()), BPF_XDP});
  pin_fd(made.get(), pin("link"));
  const Ran ran = run_bpfmaps({"link", "list"});
  EXPECT_THAT(ran.out, HasSubstr("  where "));
  EXPECT_THAT(ran.out, HasSubstr("  ifindex=" + std::to_string(left()) + " devname=left  "));
  EXPECT_THAT(run_bpfmaps({"link", "list", "--csv"}).out,
              HasSubstr(",xdp,tiny," + std::to_string(left()) + ",left,"));
  EXPECT_EQ(ask({"link", "show", pin("link")})["pinned"], Json({pin("link")}));
}

TEST_F(LinksTest, prog_show_tells_where_a_program_is_attached) {
  const auto attached = [](const Fd& prog) {
    return ask({"prog", "show", "id", std::to_string(prog_id(prog))})["attached"];
  };
  const Json on_left = {{"ifindex", left()}, {"devname", "left"}};
  const auto place = [&](Json more) {
    more.update(on_left);
    return more;
  };
  const Fd xdp = load(kXdp), tc = load(kTc);
  {
    const Fd held = link(xdp, {static_cast<int>(left()), BPF_XDP});
    EXPECT_EQ(
        attached(xdp),
        Json::array({place({{"link_id", link_id(held)}, {"type", "xdp"}, {"mode", "native"}})}));
    const Fd tcx = link(tc, {static_cast<int>(left()), kTcxIngress});
    must(bpf_prog_attach(tc.get(), static_cast<int>(left()),
                         static_cast<bpf_attach_type>(kTcxEgress), 0),
         "attach");
    EXPECT_EQ(
        attached(tc),
        Json::array(
            {place({{"link_id", link_id(tcx)}, {"type", "tcx"}, {"attach_type", "tcx_ingress"}}),
             place({{"type", "tcx"}, {"attach_type", "tcx_egress"}})}));
  }
  must(bpf_xdp_attach(static_cast<int>(left()), xdp.get(), XDP_FLAGS_SKB_MODE, nullptr) == 0,
       "attach");
  EXPECT_EQ(attached(xdp), Json::array({place({{"type", "xdp"}, {"mode", "generic"}})}));
}

TEST_F(LinksTest, a_detached_link_stays_and_names_no_interface) {
  const Fd prog = load(kXdp);
  const Fd made = link(prog, {static_cast<int>(left()), BPF_XDP});
  pin_fd(made.get(), pin("link"));
  const Ran ran = run_bpfmaps({"link", "detach", "pinned", pin("link")});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(ran.out, "");
  const Json shown = ask({"link", "show", pin("link")});
  EXPECT_EQ(shown["ifindex"], 0);
  EXPECT_FALSE(shown.contains("devname"));
  EXPECT_EQ(ask({"prog", "show", "id", std::to_string(prog_id(prog))})["attached"], Json::array());
  std::uint32_t still = 1;
  must(bpf_xdp_query_id(static_cast<int>(left()), 0, &still) == 0, "query");
  EXPECT_EQ(still, 0u);
}

TEST_F(LinksTest, what_cannot_be_detached_says_so) {
  const Fd prog = load({BPF_PROG_TYPE_RAW_TRACEPOINT});
  const Fd made(must(bpf_raw_tracepoint_open("task_newtask", prog.get()), "attach"));
  const std::string id = std::to_string(link_id(made));
  const Ran ran = run_bpfmaps({"link", "detach", "id", id});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("raw_tracepoint"), HasSubstr("EOPNOTSUPP"),
                             HasSubstr("pins are removed")));
}

}  // namespace
}  // namespace bpfmaps::test
