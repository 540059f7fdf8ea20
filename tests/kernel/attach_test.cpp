// SPDX-License-Identifier: BSD-2-Clause
// prog attach and detach beyond XDP's modes (counters_test.cpp), and link update: what passes each
// hook is counted there, exactly while a program is attached.
#include <bpf/bpf.h>
#include <gmock/gmock.h>
#include <net/if.h>
#include <sys/mount.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "kernel/cgroup_dir.h"
#include "kernel/fixture.h"
#include "kernel/sandbox.h"
#include "kernel/show.h"
#include "kernel/tiny.h"
#include "support/bpfmaps.h"
#include "support/must.h"
#include "support/paths.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// Past the end of Linux 6.1's headers.
constexpr auto kTcxEgress = static_cast<bpf_attach_type>(47);  // Linux 6.6

/// The programs of fixtures/hooks.bpf.c under h, and their counts by program.
class AttachTest : public KernelTest {
 protected:
  enum Program { on_xdp, on_xdp_too, on_tc, on_cgroup, on_raw_tp, on_tp, on_tp_btf };

  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    sandbox->add_veth_pair("left", "right");
    done(std::string("prog loadall ") + BPFMAPS_FIXTURES + "/hooks.bpf.o " + h() + " pinmaps " +
         h());
  }

  static std::string h(const std::string& name = "") {
    return pin(name.empty() ? "h" : "h/" + name);
  }

  static std::uint64_t passed(Program program) {
    return ask({"map", "lookup", h("passed"), "key", std::to_string(program)})["value"];
  }

  /// The id of a pinned program.
  static std::uint32_t id_of(const std::string& name) {
    return ask({"prog", "show", h(name)})["id"];
  }

  static Json attach(const std::string& words) {
    return Json::parse(done("prog attach " + words + " --json"));
  }
};

TEST_F(AttachTest, tcx_counts_what_comes_in_and_what_goes_out) {
  const Json link = attach(h("on_tc") + " tcx_ingress dev right");
  EXPECT_EQ(link["type"], "tcx");
  EXPECT_EQ(link["attach_type"], "tcx_ingress");
  EXPECT_EQ(link["devname"], "right");
  EXPECT_THAT(link["pinned"], ElementsAre(h("on_tc_right_tcx_ingress")));
  EXPECT_EQ(ask({"link", "show", h("on_tc_right_tcx_ingress")})["id"], link["id"]);
  sandbox->send("left", 1000);
  sandbox->send("right", 10);
  EXPECT_EQ(passed(on_tc), 1000u);

  attach(h("on_tc") + " tcx_egress dev right");
  sandbox->send("right", 10);
  EXPECT_EQ(passed(on_tc), 1010u);
  EXPECT_THAT(refused("prog attach " + h("on_tc") + " tcx_egress dev right", 1),
              HasSubstr("attached already: program " + std::to_string(id_of("on_tc"))));

  done("prog detach " + h("on_tc") + " tcx_ingress dev right");
  done("prog detach " + h("on_tc") + " tcx_egress dev right");
  sandbox->send("left", 5);
  sandbox->send("right", 5);
  EXPECT_EQ(passed(on_tc), 1010u);
  EXPECT_FALSE(fs::exists(h("on_tc_right_tcx_egress")));
}

TEST_F(AttachTest, a_cgroup_counts_what_its_processes_send) {
  const CgroupDir cgroup;
  const std::string target = " cgroup_inet_egress cgroup " + cgroup.path();
  const Json link = attach(h("on_cgroup") + target + " pin " + h("gate"));
  EXPECT_EQ(link["type"], "cgroup");
  EXPECT_EQ(link["attach_type"], "cgroup_inet_egress");
  cgroup.send(20);
  EXPECT_EQ(passed(on_cgroup), 20u);
  done("prog detach " + h("on_cgroup") + target);
  cgroup.send(3);
  EXPECT_EQ(passed(on_cgroup), 20u);
  EXPECT_FALSE(fs::exists(h("gate")));
}

TEST_F(AttachTest, tracepoints_count_until_their_pin_goes) {
  const std::string tracing = fs::temp_directory_path() / "bpfmaps-tracefs";
  fs::create_directory(tracing);
  must(mount("tracefs", tracing.c_str(), "tracefs", 0, nullptr) == 0, "mount tracefs");
  const std::pair<Program, std::string> targets[] = {
      {on_raw_tp, h("on_raw_tp") + " raw_tracepoint event task_newtask"},
      {on_tp, h("on_tp") + " tracepoint event task/task_newtask"},
      {on_tp_btf, h("on_tp_btf")}};
  for (const auto& [program, words] : targets) {
    const Json link = attach(words);
    const std::uint64_t before = passed(program);
    run({"true"});
    EXPECT_GT(passed(program), before) << words;
    const std::string path = link["pinned"][0];
    EXPECT_EQ(ask({"link", "show", path})["prog_id"], link["prog_id"]);
    done("prog detach " + words);
    EXPECT_FALSE(fs::exists(path)) << path;
    EXPECT_THAT(refused("prog detach " + words, 3), HasSubstr("is not attached there"));
  }
  EXPECT_THAT(run_bpfmaps({"__shell", "complete", "fish", "--", "prog", "attach", "id", "1",
                           "tracepoint", "event", "task/task_n"})
                  .out,
              "task/task_newtask\t\n");
  EXPECT_THAT(run_bpfmaps({"__shell", "complete", "fish", "--", "prog", "attach", "id", "1",
                           "raw_tracepoint", "event", "task_n"})
                  .out,
              "task_newtask\t\n");
  EXPECT_THAT(refused("prog attach " + h("on_tp") + " tracepoint event task/task_oldtask", 3),
              HasSubstr("no such tracepoint"));
  umount2(tracing.c_str(), MNT_DETACH);
  fs::remove(tracing);
  EXPECT_THAT(refused("prog attach " + h("on_raw_tp") + " raw_tracepoint event task_oldtask", 3),
              HasSubstr("no such tracepoint"));
}

struct Small {
  TinyProg program;
  const char* hook;
  const char* link_type;
};

TEST_F(AttachTest, hooks_of_the_network_namespace_and_of_maps_of_sockets) {
  const Fd map(must(bpf_map_create(BPF_MAP_TYPE_SOCKMAP, "sockets", 4, 4, 4, nullptr), "create"));
  const std::string of_map = " id " + std::to_string(map_id(map.get()));
  for (const auto& [program, hook, link_type] : std::vector<Small>{
           {{BPF_PROG_TYPE_SK_LOOKUP, BPF_SK_LOOKUP, 1}, "sk_lookup", "netns"},
           {{BPF_PROG_TYPE_FLOW_DISSECTOR, BPF_FLOW_DISSECTOR}, "flow_dissector", "netns"},
           {{BPF_PROG_TYPE_SK_MSG, BPF_SK_MSG_VERDICT, 1}, "sk_msg_verdict", "sockmap"},
           {{BPF_PROG_TYPE_SK_SKB, BPF_SK_SKB_STREAM_VERDICT, 1},
            "sk_skb_stream_verdict",
            "sockmap"}}) {
    const Fd prog = load(program);
    pin_fd(prog.get(), h("small"));
    const std::string words =
        h("small") + " " + hook + (std::string(link_type) == "sockmap" ? of_map : "");
    const Json link = attach(words);
    EXPECT_EQ(link["type"], link_type);
    EXPECT_EQ(link["attach_type"], hook);
    EXPECT_THAT(ask({"prog", "show", h("small")})["attached"].dump(),
                HasSubstr("\"link_id\":" + link["id"].dump()));
    done("prog detach " + words);
    EXPECT_EQ(ask({"prog", "show", h("small")})["attached"], Json::array());
    fs::remove(h("small"));
  }
}

TEST_F(AttachTest, an_iterator_needs_no_hook) {
  TinyProg iterator{BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, 0, "tiny", "ksym"};
  pin_fd(load(iterator).get(), h("iterator"));
  const Json link = attach(h("iterator"));
  EXPECT_EQ(link["type"], "iter");
  EXPECT_EQ(link["target_name"], "ksym");
  EXPECT_THAT(link["pinned"], ElementsAre(h("iterator_link")));
  done("prog detach " + h("iterator"));
  EXPECT_FALSE(fs::exists(h("iterator_link")));
}

TEST_F(AttachTest, what_a_process_holds_and_nothing_can_detach_is_refused) {
  const Fd prog(must(bpf_obj_get(h("on_raw_tp").c_str()), "open"));
  const Fd link(must(bpf_raw_tracepoint_open("task_newtask", prog.get()), "attach"));
  EXPECT_THAT(refused("prog detach " + h("on_raw_tp") + " raw_tracepoint event task_newtask", 1),
              HasSubstr("cannot be detached, only ended"));
}

TEST_F(AttachTest, a_program_attached_by_other_means_can_be_detached) {
  const auto index = static_cast<int>(if_nametoindex("right"));
  const Fd tc(must(bpf_obj_get(h("on_tc").c_str()), "open"));
  must(bpf_prog_attach(tc.get(), index, kTcxEgress, 0) == 0, "attach");
  done("prog detach " + h("on_tc") + " tcx_egress dev right");
  sandbox->send("right", 5);
  EXPECT_EQ(passed(on_tc), 0u);
}

// A cgroup that was given one program without flags gives up that one, whichever is named.
TEST_F(AttachTest, another_program_is_never_detached_in_its_place) {
  const CgroupDir cgroup;
  const Fd prog(must(bpf_obj_get(h("on_cgroup").c_str()), "open"));
  must(bpf_prog_attach(prog.get(), cgroup.fd(), BPF_CGROUP_INET_EGRESS, 0) == 0, "attach");
  pin_fd(load({BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS, 1}).get(), h("other"));
  const std::string target = " cgroup_inet_egress cgroup " + cgroup.path();
  const std::string there = "program " + std::to_string(id_of("on_cgroup"));
  EXPECT_THAT(refused("prog detach " + h("other") + target, 3), HasSubstr("but " + there));
  EXPECT_THAT(refused("prog attach " + h("other") + target, 1),
              HasSubstr("attached already: " + there));
  cgroup.send(4);
  EXPECT_EQ(passed(on_cgroup), 4u);
  done("prog detach " + h("on_cgroup") + target);
}

TEST_F(AttachTest, old_is_replaced_in_its_link_or_without_one) {
  const std::string there = " xdp dev right";
  attach(h("on_xdp") + there + " mode generic");
  const Json link = attach(h("on_xdp_too") + there + " old " + h("on_xdp"));
  EXPECT_EQ(link["mode"], "generic");
  EXPECT_EQ(link["prog_id"], id_of("on_xdp_too"));
  EXPECT_THAT(link["pinned"], ElementsAre(h("on_xdp_right")));
  sandbox->send("left", 7);
  EXPECT_EQ(passed(on_xdp_too), 7u);
  // By the pin of the link, which leads to the program that it holds.
  EXPECT_EQ(attach(h("on_xdp") + there + " old " + h("on_xdp_right"))["id"], link["id"]);
  EXPECT_THAT(refused("prog attach " + h("on_xdp") + there + " old " + h("on_xdp_too"), 3),
              HasSubstr("but program " + std::to_string(id_of("on_xdp")) + " (generic)"));
  refused("prog attach " + h("on_xdp") + there + " mode native old " + h("on_xdp"), 2);
  done("prog detach " + h("on_xdp") + there);

  ASSERT_EQ(run({"ip", "link", "set", "right", "xdp", "pinned", h("on_xdp")}).exit_code, 0);
  const Json plain = attach(h("on_xdp_too") + there + " old " + h("on_xdp"));
  EXPECT_EQ(plain["type"], "xdp");
  EXPECT_EQ(plain["mode"], "native");
  EXPECT_FALSE(plain.contains("id"));
  sandbox->send("left", 5);
  EXPECT_EQ(passed(on_xdp_too), 12u);
  EXPECT_EQ(passed(on_xdp), 0u);
  done("prog detach " + h("on_xdp_too") + there);
}

TEST_F(AttachTest, link_update_lets_no_packet_pass_uncounted) {
  attach(h("on_xdp") + " xdp dev right");
  std::atomic<bool> enough = false;
  std::uint64_t sent = 0;
  std::thread sender([&] {
    for (; !enough; sent += 100) sandbox->send("left", 100);
  });
  const char* const programs[] = {"on_xdp_too", "on_xdp"};
  for (int i = 0; i < 60; ++i)
    done("link update " + h("on_xdp_right") + " prog " + h(programs[i % 2]) + " old " +
         h(programs[(i + 1) % 2]));
  enough = true;
  sender.join();
  const std::uint64_t first = passed(on_xdp), second = passed(on_xdp_too);
  EXPECT_GT(first, 0u);
  EXPECT_GT(second, 0u);
  EXPECT_EQ(first + second, sent);
}

TEST_F(AttachTest, link_update_refuses_what_would_change_more_or_nothing) {
  attach(h("on_xdp") + " xdp dev right");
  const std::string link = h("on_xdp_right");
  EXPECT_THAT(
      refused("link update " + link + " prog " + h("on_xdp") + " old " + h("on_xdp_too"), 1),
      HasSubstr("it holds program " + std::to_string(id_of("on_xdp")) + ", not program " +
                std::to_string(id_of("on_xdp_too"))));
  EXPECT_THAT(refused("link update " + link + " prog " + h("on_tc"), 1),
              HasSubstr("a link of type xdp does not take program"));
  EXPECT_EQ(ask({"link", "show", link})["prog_id"], id_of("on_xdp"));
  done("link detach " + link);
  EXPECT_THAT(refused("link update " + link + " prog " + h("on_xdp_too"), 1),
              HasSubstr("it is detached"));

  attach(h("on_raw_tp") + " raw_tracepoint event task_newtask pin " + h("tracing"));
  EXPECT_THAT(refused("link update " + h("tracing") + " prog " + h("on_raw_tp"), 1),
              AllOf(HasSubstr("a link of type raw_tracepoint"), HasSubstr("links of tracing")));
}

TEST_F(AttachTest, words_that_do_not_go_together_are_refused_before_anything_is_done) {
  const auto attach_on_tc = [](const std::string& words) {
    return refused("prog attach " + h("on_tc") + words, 2);
  };
  EXPECT_THAT(attach_on_tc(" tcx_ingres dev right"), HasSubstr("did you mean `tcx_ingress`?"));
  EXPECT_THAT(attach_on_tc(" tcx_ingress"), HasSubstr("tcx_ingress lacks its `dev IFACE`"));
  EXPECT_THAT(attach_on_tc(" tcx_ingress dev right cgroup /"),
              HasSubstr("`cgroup DIR` does not go with tcx_ingress"));
  EXPECT_THAT(attach_on_tc(" tcx_ingress dev right mode native"), HasSubstr("`mode` is for xdp"));
  EXPECT_THAT(attach_on_tc(""), HasSubstr("no word says where"));
  EXPECT_THAT(refused("prog attach " + h("on_xdp") + " tcx_ingress dev right", 1),
              HasSubstr("of type xdp was not loaded for tcx_ingress"));
  EXPECT_THAT(refused("prog attach " + h("on_xdp") + " xdp dev right mode offload", 1),
              HasSubstr("was not loaded for the card of this interface"));
  EXPECT_THAT(refused("prog attach " + h("on_cgroup") + " cgroup_inet_egress cgroup /tmp", 1),
              HasSubstr("no cgroup of version 2"));
}

TEST_F(AttachTest, an_interface_may_have_the_name_of_an_option) {
  must(run({"ip", "link", "set", "dev", "right", "down"}).exit_code == 0, "down");
  std::string last = "right";
  for (const std::string name : {"-y", "-x"}) {  // -x is the letter of an option of others
    must(run({"ip", "link", "set", "dev", last, "name", name}).exit_code == 0, name.c_str());
    last = name;
    const std::vector<std::string> attach = {"prog", "attach", h("on_xdp"), "xdp", "dev", name};
    EXPECT_THAT(run_bpfmaps(attach).err, HasSubstr("behind a `--` is no option"));
    done("prog attach " + h("on_xdp") + " --json xdp dev -- " + name);
    done("prog detach " + h("on_xdp") + " xdp dev -- " + name);
  }
}

}  // namespace
}  // namespace bpfmaps::test
