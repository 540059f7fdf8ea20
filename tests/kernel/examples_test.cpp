// SPDX-License-Identifier: BSD-2-Clause
// The examples of help and the manual pages: each does what it says, on the real kernel.
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/table.h"
#include "cli/texts.h"
#include "commands/table.h"
#include "kernel/cgroup.h"
#include "kernel/fixture.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"
#include "support/paths.h"
#include "support/run.h"
#include "support/sanitized.h"

namespace bpfmaps::test {
namespace {

namespace fs = std::filesystem;

struct Case {
  std::string name;
  std::vector<cli::Example> examples;  ///< one after the other, as they are read

  friend void PrintTo(const Case& one, std::ostream* to) { *to << one.name; }
};

std::vector<Case> cases() {
  std::vector<Case> found;
  const auto add = [&](std::string name, std::span<const cli::Example> examples) {
    found.push_back({std::move(name), {examples.begin(), examples.end()}});
  };
  add("first_steps", cli::first_steps());
  for (const cli::Command* command : commands::table().commands)
    if (!command->hidden)
      add(command->verb.empty() ? std::string(command->object)
                                : std::string(command->object) + "_" + std::string(command->verb),
          command->examples);
  return found;
}

struct Words {
  const char* of;  ///< what an example says
  const char* what;
};

// Ids, and names that must have one bearer, are the whole machine's: the test's own stand in for
// them.
constexpr Words kStandIns[] = {
    {"map show name stats", "map show id $(number map xdp/stats)"},
    {"map pin name stats", "map pin id $(number map xdp/stats)"},
    {"name stats id 7", "name stats id $(number map x/stats)"},
    {"map id 7", "map id $(number map xdp/stats)"},
    {" id 3", " id $(number link xdp/link)"},
    {" id 7", " id $(number prog xdp/v1)"},
    {" id 9", " id $(number prog xdp/v1)"},
    {" id 12", " id $(number prog xdp/v2)"},
    {"maps name xdp_stats_pass", "maps id $(number prog xdp/v1)"},
    {"show name xdp_stats_pass", "show id $(number prog xdp/v1)"},
    {"run name xdp_policy", "run id $(number prog policy)"},
    {"/sys/fs/cgroup/web", "$CGROUP"},
    {"pin mount /run/bpf", "pin mount ./mount"},
    // What goes on until somebody ends it, and not before it has begun.
    {"bpfmaps map watch", "$FOR_A_WHILE bpfmaps map watch"},
    {"bpfmaps map list --watch", "$FOR_A_WHILE bpfmaps map list --watch"},
    {"bpfmaps prog list --watch", "$FOR_A_WHILE bpfmaps prog list --watch"},
    {"bpfmaps link list --watch", "$FOR_A_WHILE bpfmaps link list --watch"},
    {"bpfmaps pin list --watch", "$FOR_A_WHILE bpfmaps pin list --watch"},
    {"bpfmaps map tail", "$FOR_A_WHILE bpfmaps map tail"},
    {"bpfmaps prog log /sys", "$FOR_A_WHILE bpfmaps prog log /sys"},
    {"bpfmaps prog stats", "$FOR_A_WHILE bpfmaps prog stats"},
    {"bpfmaps metrics serve", "$FOR_A_WHILE bpfmaps metrics serve"},
    {"--interval 10", "--interval 0.2"},
};

// In the foreground timeout signals the program alone, and once: a second signal ends it while it
// goes. A sanitizer's programs take long to begin.
constexpr const char* kForAWhile = kSanitized ? "timeout --foreground -s INT --preserve-status 6"
                                              : "timeout --foreground -s INT --preserve-status 1.2";

// Where an example starts from another state than the one that World makes.
constexpr Words kBefore[] = {
    {"map dump flows.jsonl", "bpfmaps map save /sys/fs/bpf/flows flows.jsonl"},
    {"map import /sys/fs/bpf/xdp/policy list.csv",
     "printf 'net,note\\n10.1.0.0/16,\\n' > list.csv"},
    {"map import /sys/fs/bpf/xdp/policy policy.csv",
     "bpfmaps map dump /sys/fs/bpf/xdp/policy --csv > policy.csv"},
    {"map restore flows.jsonl",
     "bpfmaps map save /sys/fs/bpf/flows flows.jsonl; rm -f /sys/fs/bpf/flows2"},
    {"map copy /sys/fs/bpf/flows /sys/fs/bpf/flows2 --create", "rm -f /sys/fs/bpf/flows2"},
    {"map copy /sys/fs/bpf/flows /sys/fs/bpf/flows2 --twice",
     "[ -e /sys/fs/bpf/flows2 ] || "
     "bpfmaps map copy /sys/fs/bpf/flows /sys/fs/bpf/flows2 --create"},
    {"map create /sys/fs/bpf/seen", "rm /sys/fs/bpf/seen"},
    {"prog loadall", "bpfmaps pin rm -r /sys/fs/bpf/xdp"},
    {"prog attach id 7 xdp dev eth0",
     "bpfmaps prog detach /sys/fs/bpf/xdp/xdp_stats_pass xdp dev eth0"},
    {"prog attach /sys/fs/bpf/xdp/v2 xdp dev eth0 old",
     "rm /sys/fs/bpf/eth0_link; ip link set eth0 xdp pinned /sys/fs/bpf/xdp/v1"},
    {"prog attach /sys/fs/bpf/watch",
     "[ -d /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing"},
    {"prog log",
     "[ -d /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing"},
    {"prog detach",
     "ip link show eth0 | grep -q xdp || bpfmaps prog attach /sys/fs/bpf/xdp/v1 xdp dev eth0"},
    {"link update id 3", "bpfmaps link update /sys/fs/bpf/xdp/link prog /sys/fs/bpf/xdp/v1"},
    {"prog pin id 12", "rm /sys/fs/bpf/count"},
    {"prog run /sys/fs/bpf/cnt", "bpfmaps prog load xdp_pkt_cnt /sys/fs/bpf/cnt"},
    {"pin mount /sys/fs/bpf", "umount /sys/fs/bpf"},
    {"pin mount /run/bpf", "mkdir mount"},
};

constexpr const char* kShell = R"(set -e -o pipefail
number() { bpfmaps "$1" show "/sys/fs/bpf/$2" --json | jq .id; }
)";

/// The maps, programs and links that examples name, and a directory with the files.
class World {
 public:
  explicit World(Sandbox& sandbox) {
    sandbox.add_veth_pair("eth0", "far0");
    sandbox.add_veth_pair("eth1", "far1");
    for (const char* map : {"flows", "tenants", "seen", "waiting", "of_tasks", "jumps", "latency"})
      pin_fd(objects_.map(map), pin(map));
    pin_fd(objects_.map("examples.data"), pin("my_data"));
    pin_fd(objects_.map("tenant"), pin("tenant_one"));
    for (const char* prog : {"drop", "count", "gate", "watch"})
      pin_fd(objects_.prog(prog), pin(prog));
    callbacks_.attach_callbacks("still");  // fills it in, and registers nothing
    pin_fd(callbacks_.map("still"), pin("cc"));
    done(std::string("prog load ") + BPFMAPS_FIXTURES + "/iterators.bpf.o " + pin("tasks") +
         " name tasks autoattach");
    fill();
    fs::create_directory(cgroup_);
    write_files();
  }
  ~World() {
    umount2((folder_ + "/mount").c_str(), MNT_DETACH);
    fs::remove_all(folder_);
    rmdir(cgroup_.c_str());
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Ran shell(const std::string& script) const {
    const std::string path =
        fs::path(BPFMAPS_BINARY).parent_path().string() + ":" + std::getenv("PATH");
    return run({"bash", "-c", kShell + ("cd " + folder_ + "\n") + script},
               {.environment = {"PATH=" + path, "CGROUP=" + cgroup_,
                                std::string("FOR_A_WHILE=") + kForAWhile}});
  }

 private:
  static std::string pin(const std::string& name) { return std::string(kBpffs) + "/" + name; }

  void fill() {
    const std::uint32_t zero = 0;
    const std::uint64_t record[3] = {7, 700, 0};
    put(objects_.map("latency"), std::uint32_t{3}, std::uint64_t{12});
    put(objects_.map("tenant"), zero, record);
    for (const char* line : {
             "map update /sys/fs/bpf/flows key saddr=10.0.0.1 dport=443 value packets=2000",
             "map update /sys/fs/bpf/flows key saddr=10.0.0.1 value packets=1",
             "map push /sys/fs/bpf/seen value 10.0.0.1",
             "map push /sys/fs/bpf/waiting value 7 --value-type u64",
             "map update /sys/fs/bpf/of_tasks pid 1 value mark=1",
             "prog loadall xdp_stats_percpu /sys/fs/bpf/xdp pinmaps /sys/fs/bpf/xdp",
             "prog load xdp_policy /sys/fs/bpf/policy pinmaps /sys/fs/bpf/maps",
             "pin add map /sys/fs/bpf/maps/policy /sys/fs/bpf/xdp/policy",
             "map update /sys/fs/bpf/xdp/policy key 10.0.0.0/8 value action=XDP_DROP",
             "map update /sys/fs/bpf/xdp/policy key 192.0.2.0/24 value action=XDP_DROP",
             "pin add prog /sys/fs/bpf/xdp/xdp_stats_pass /sys/fs/bpf/xdp/v1",
             "pin add prog /sys/fs/bpf/xdp/xdp_stats_drop /sys/fs/bpf/xdp/v2",
             "prog attach /sys/fs/bpf/xdp/v1 xdp dev eth1 pin /sys/fs/bpf/xdp/link",
             "prog load xdp_events /sys/fs/bpf/events pinmaps /sys/fs/bpf/told var sample_every=1",
             "pin add map /sys/fs/bpf/told/events /sys/fs/bpf/xdp/events",
         })
      done(line);
  }

  void write_files() {
    char pattern[] = "/tmp/bpfmaps-test-XXXXXX";
    must(mkdtemp(pattern) != nullptr, "mkdtemp");
    folder_ = pattern;
    for (const char* object : {"my.o", "my.bpf.o", "v2.bpf.o"})
      fs::copy_file(BPFMAPS_FIXTURES "/examples.bpf.o", fs::path(folder_) / object);
    fs::copy_file(BPFMAPS_FIXTURES "/limit.bpf.o", fs::path(folder_) / "limit.bpf.o");
    std::ofstream(fs::path(folder_) / "metrics.conf")
        << "all\n/sys/fs/bpf/xdp/stats --labels action=key  # by verdict\n";
    const std::string packet(64, '\0');
    std::ofstream(fs::path(folder_) / "packet.bin") << packet;
    std::ofstream(fs::path(folder_) / "blocklist.batch")
        << "map update /sys/fs/bpf/xdp/policy key 203.0.113.0/24 value action=XDP_DROP\n";
    std::ofstream(fs::path(folder_) / "gone.txt") << "203.0.113.0/24\n192.0.2.0/24\n";
    // Version 2.4, Ethernet; one packet at second 0.
    const std::uint32_t head[] = {0xa1b2c3d4, 0x00040002, 0, 0, 65535, 1, 0, 0, 64, 64};
    std::ofstream(fs::path(folder_) / "web.pcap")
        << std::string(reinterpret_cast<const char*>(head), sizeof head) << packet;
  }

  const Fixture objects_{"examples"};
  const Fixture callbacks_{"callbacks", [](bpf_object* object) {
                             bpf_map* map = bpf_object__find_map_by_name(object, "still");
                             must(bpf_map__set_map_flags(map, 1U << 13) == 0, "set flags");
                           }};
  const std::string cgroup_ = kernel::cgroup_root() + "/bpfmaps-web-" + std::to_string(getpid());
  std::string folder_;
};

/// What of `example` is to be run: with the test's own ids, behind what it needs.
std::string script_of(const cli::Example& example) {
  std::string script(example.command);
  std::string before;
  for (const auto& [of, what] : kBefore)
    if (script.find(of) != script.npos) before = std::string(what) + " > /dev/null\n";
  for (const auto& [of, what] : kStandIns) {
    const std::size_t at = script.find(of);
    if (at != script.npos) script.replace(at, std::string_view(of).size(), what);
  }
  return before + script;
}

class Examples : public KernelTest, public testing::WithParamInterface<Case> {};

TEST_P(Examples, do_what_they_say) {
  const World world(*sandbox);
  for (const cli::Example& example : GetParam().examples) {
    const Ran ran = world.shell(script_of(example));
    EXPECT_EQ(ran.exit_code, 0) << example.command << "\n" << ran.err;
    EXPECT_NE(ran.out, "no entries\n") << example.command << ": nothing fits";
  }
}

INSTANTIATE_TEST_SUITE_P(, Examples, testing::ValuesIn(cases()),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace bpfmaps::test
