// SPDX-License-Identifier: BSD-2-Clause
// What could not be looked at is said: it is never taken for nothing, and nothing is done on the
// strength of it.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "kernel/cgroup_dir.h"
#include "kernel/pin_sandbox.h"
#include "kernel/show.h"
#include "kernel/tiny.h"
#include "support/bpfmaps.h"
#include "support/paths.h"
#include "support/run.h"
#include "support/sanitized.h"

namespace bpfmaps::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

const How kNobody{.as_nobody = true};
constexpr const char* kMounts = "/proc/self/mountinfo";

Fd make_map(bpf_map_type type, std::uint32_t value, std::uint32_t entries) {
  return Fd(must(bpf_map_create(type, "made", 4, value, entries, nullptr), "create map"));
}

class UnseenTest : public PinTest {
 protected:
  void give_to_nobody(const std::string& path, mode_t mode) {
    must(chown(path.c_str(), 65534, 65534) == 0, "chown");
    must(chmod(path.c_str(), mode) == 0, "chmod");
  }
  /// The answer where the list of mounts cannot be read, and with it no pin can be found.
  static Json ask_without_mounts(std::vector<std::string> words) {
    words.emplace_back("--json");
    const Ran ran = run_injected("openat:error=EMFILE", words, {kMounts});
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    EXPECT_EQ(ran.err, "");
    return Json::parse(ran.out);
  }
  static std::string this_process() { return "/proc/" + std::to_string(getpid()); }
};

// This process has the map open, which /proc does not show here.
TEST_F(UnseenTest, what_a_process_holds_is_no_orphan_where_proc_does_not_tell) {
  const Fd map = make_map(BPF_MAP_TYPE_ARRAY, 8, 1);
  pin_fd(map.get(), pin("d/held"));
  const Ran ran = run_injected("openat:error=EACCES", {"pin", "list", "--orphans", pin("d")},
                               {this_process() + "/fd"});
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "bpfmaps: no such pins\n");
  const Ran shown =
      run_injected("openat:error=EACCES", {"pin", "show", "--pids", pin("d/held"), "--json"},
                   {this_process() + "/fd"});
  EXPECT_EQ(Json::parse(shown.out)["pids"][0]["pid"], getpid()) << shown.out;
}

TEST_F(UnseenTest, nothing_is_an_orphan_where_neither_proc_nor_the_kernel_tells) {
  const Fd map = make_map(BPF_MAP_TYPE_ARRAY, 8, 1);
  pin_fd(map.get(), pin("d/held"));
  const std::vector<std::string> closed = {this_process() + "/fd", "/proc/kallsyms"};
  for (const char* error : {"EMFILE", "EACCES", "EIO"}) {
    const std::string inject = std::string("openat:error=") + error;
    const Ran listed = run_injected(inject, {"pin", "list", "--orphans", pin("d")}, closed);
    EXPECT_NE(listed.exit_code, 0) << error;
    EXPECT_EQ(listed.out, "") << error;
    EXPECT_THAT(listed.err, HasSubstr("could be seen")) << error;
    const Ran removed = run_injected(inject, {"pin", "rm", "-r", "--orphans", pin("d")}, closed);
    EXPECT_NE(removed.exit_code, 0) << error;
    EXPECT_TRUE(fs::exists(pin("d/held"))) << error;
  }
  const Json shown = Json::parse(
      run_injected("openat:error=EACCES", {"pin", "show", "--pids", pin("d/map"), "--json"}, closed)
          .out);
  EXPECT_EQ(shown["pids"], nullptr);
  EXPECT_TRUE(shown["unknown"].contains("pids")) << shown;
}

TEST_F(UnseenTest, a_pin_that_cannot_be_opened_is_not_one_that_a_filter_leaves_alone) {
  give_to_nobody(pin("d"), 0755);
  must(chmod(kBpffs, 0755) == 0, "chmod");
  const Ran removed = run_bpfmaps({"pin", "rm", "-r", "--maps-only", pin("d")}, kNobody);
  EXPECT_EQ(removed.exit_code, 4);
  EXPECT_THAT(removed.out, AllOf(HasSubstr(pin("d/map")), HasSubstr("EACCES")));
  EXPECT_TRUE(fs::exists(pin("d/map")));
  const Ran listed = run_bpfmaps({"pin", "list", "--maps-only", pin("d")}, kNobody);
  EXPECT_EQ(listed.exit_code, 1);
  EXPECT_THAT(listed.err, AllOf(HasSubstr("left out"), HasSubstr(": 2,")));
}

// Names can be read, but not what they stand for: a directory may be among them.
TEST_F(UnseenTest, a_list_without_what_may_be_a_directory_is_not_whole) {
  fs::create_directory(pin("d/sub"));
  pin_fd(count->map("packets"), pin("d/sub/below"));
  must(chmod(kBpffs, 0755) == 0, "chmod");
  must(chmod(pin("d").c_str(), 0744) == 0, "chmod");
  const Ran listed = run_bpfmaps({"pin", "list", pin("d")}, kNobody);
  EXPECT_EQ(listed.exit_code, 1);
  EXPECT_THAT(listed.err, HasSubstr("EACCES"));
}

TEST_F(UnseenTest, pins_that_could_not_be_looked_for_are_null) {
  pin_link(pin("d/link"));
  for (const char* noun : {"map", "prog", "link"}) {
    const std::string path = pin(std::string("d/") + noun);
    const Json shown = ask_without_mounts({noun, "show", path});
    EXPECT_EQ(shown["pinned"], nullptr) << noun;
    EXPECT_THAT(shown["unknown"]["pinned"].get<std::string>(), HasSubstr("EMFILE")) << noun;
    EXPECT_EQ(ask_without_mounts({"pin", "show", path})["pinned"], nullptr) << noun;
    EXPECT_EQ(ask_without_mounts({noun, "list"})[0]["pinned"], nullptr) << noun;
  }
  EXPECT_EQ(ask_without_mounts({"prog", "maps", pin("d/prog")})[0]["pinned"], nullptr);
  const Ran table = run_injected("openat:error=EMFILE", {"map", "list"}, {kMounts});
  EXPECT_THAT(table.err, AllOf(HasSubstr("pinned"), HasSubstr("EMFILE")));
}

TEST_F(UnseenTest, rings_whose_users_could_not_be_looked_for_are_told) {
  done("map create " + pin("d/ring") + " type ringbuf entries 4096");
  const std::string noted = "\"note\":\"no loaded program writes to it\"";
  const std::vector<std::string> words = {"pin", "list", pin("d"), "--json"};
  EXPECT_THAT(run_bpfmaps(words).out, HasSubstr(noted));
  int told = 0;
  for (int call = 1; call < 40; ++call) {  // one of them asks for the first id of a program
    const Ran ran = run_injected("bpf:error=EPERM:when=" + std::to_string(call), words);
    if (ran.out.find(noted) != ran.out.npos) continue;
    const bool is_told =
        ran.out.find("\"unknown\":{") != ran.out.npos || ran.out.find("\"error\":") != ran.out.npos;
    EXPECT_TRUE(is_told || ran.exit_code != 0) << call << ran.out;
    told += ran.out.find("\"unknown\":{\"note\"") != ran.out.npos ? 1 : 0;
  }
  EXPECT_GT(told, 0);
}

TEST_F(UnseenTest, a_list_of_pins_without_the_list_of_mounts_is_no_empty_one) {
  const Ran ran = run_injected("openat:error=EMFILE", {"pin", "list"}, {kMounts});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_EQ(ran.out, "");
}

TEST_F(UnseenTest, what_fdinfo_could_not_tell_is_null) {
  std::vector<std::string> files;  // of whatever descriptor the object gets
  for (int fd = 3; fd < 12; ++fd) files.push_back("/proc/self/fdinfo/" + std::to_string(fd));
  const auto shown = [&](const std::string& noun, const std::string& path) {
    return Json::parse(run_injected("openat:error=EIO", {noun, "show", path, "--json"}, files).out);
  };
  const Json map = shown("map", pin("d/map"));
  EXPECT_EQ(map["frozen"], nullptr);
  EXPECT_EQ(map["bytes_memlock"], nullptr);
  EXPECT_EQ(map["unknown"].size(), 2u);
  EXPECT_EQ(shown("prog", pin("d/prog"))["bytes_memlock"], nullptr);
}

TEST_F(UnseenTest, an_interrupted_read_is_taken_up_again) {
  const Ran ran =
      run_injected("read:error=EINTR:when=1", {"pin", "list", pin("d"), "--json"}, {kMounts});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(Json::parse(ran.out).size(), 2u);
}

TEST_F(UnseenTest, detaching_says_which_pins_it_could_not_look_for) {
  pin_link(pin("d/link"));
  const Ran ran = run_injected("openat:error=EMFILE",
                               {"prog", "detach", pin("d/prog"), "xdp", "dev", "lo"}, {kMounts});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("is detached"), HasSubstr("may have pins")));
}

TEST_F(UnseenTest, replacing_a_program_is_done_although_the_link_cannot_be_asked_again) {
  pin_link(pin("d/link"));
  const Fd other = load({BPF_PROG_TYPE_XDP, BPF_XDP, XDP_PASS});
  pin_fd(other.get(), pin("d/other"));
  for (int call = 1; call < 60; ++call) {
    done("link update " + pin("d/link") + " prog " + pin("d/prog"));
    const Ran ran = run_injected(
        "bpf:error=ENOMEM:when=" + std::to_string(call),
        {"prog", "attach", pin("d/other"), "xdp", "dev", "lo", "old", "pinned", pin("d/prog")});
    const bool replaced = ask({"link", "show", pin("d/link")})["prog_id"] ==
                          ask({"prog", "show", pin("d/other")})["id"];
    EXPECT_EQ(ran.exit_code == 0, replaced) << "call " << call << ": " << ran.err;
    if (ran.exit_code == 0 && ran.out.find("unknown") == ran.out.npos) break;
  }
}

TEST_F(UnseenTest, network_namespaces_that_could_not_be_listed_or_entered_are_told) {
  const std::vector<std::string> words = {"prog", "show", pin("d/prog"), "--json"};
  const Ran unlisted = run_injected("getdents64:error=EIO", words, {"/proc"});
  EXPECT_THAT(unlisted.out, AllOf(HasSubstr("other network namespaces"), HasSubstr("EIO")));
  // A thread looks into each of the others, if there are any.
  const Ran closed = run_injected("clone3,clone:error=EAGAIN", words);
  EXPECT_EQ(closed.exit_code, 0) << closed.err;
  if (ask(words)["attached_unseen"] == Json::array() &&
      closed.out.find("thread") == closed.out.npos)
    EXPECT_EQ(Json::parse(closed.out)["attached_unseen"], Json::array());
}

TEST_F(UnseenTest, a_cgroup_that_could_not_be_read_is_told) {
  const CgroupDir cgroup;
  const CgroupDir below(cgroup.path() + "/below");
  const std::vector<std::string> words = {"cgroup", "list", cgroup.path(), "--tree", "--json"};
  EXPECT_EQ(run_bpfmaps(words).exit_code, 0);
  for (const char* inject : {"getdents64:error=EIO", "fcntl:error=EMFILE:when=4+"}) {
    const Ran ran = run_injected(inject, words);
    EXPECT_EQ(ran.exit_code, 1) << inject;
    EXPECT_THAT(ran.err, HasSubstr("may not be read")) << inject;
  }
}

// It once said "there is no such pin in ", and nothing behind that.
TEST_F(UnseenTest, a_missing_proc_is_no_missing_pin) {
  if (kSanitized) return;  // a sanitizer reads its own /proc/self
  const Ran ran = run({"unshare", "--mount", "sh", "-c", "umount -l /proc && exec \"$@\"", "sh",
                       BPFMAPS_BINARY, "prog", "loadall", "xdp_stats_array", pin("d/all")});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("/proc/self/fd, which is not there (ENOENT)\n"),
                             HasSubstr("hint: mount -t proc proc /proc\n")));
}

}  // namespace
}  // namespace bpfmaps::test
