// SPDX-License-Identifier: BSD-2-Clause
// pin list, show, add and mount, as they are typed. Removing is in pin_rm_test.cpp.
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "kernel/pin_sandbox.h"
#include "kernel/show.h"
#include "support/bpfmaps.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class PinVerbsTest : public PinTest {
 protected:
  static json list(std::vector<std::string> words) {
    words.insert(words.begin(), {"pin", "list", "--json"});
    return json::parse(run_bpfmaps(words).out);
  }
  /// One member of each element.
  static std::vector<std::string> all(const json& list, const char* member) {
    std::vector<std::string> values;
    for (const json& record : list) values.push_back(record.value(member, "-"));
    return values;
  }
};

TEST_F(PinVerbsTest, list_tells_every_kind) {
  pin_link(pin("d/link"));
  fs::create_directory(pin("d/empty"));
  fs::create_symlink("map", pin("d/symlink"));
  const json pins = list({pin("d")});
  EXPECT_THAT(all(pins, "path"),
              ElementsAre(pin("d/link"), pin("d/map"), pin("d/prog"), pin("d/symlink")));
  EXPECT_THAT(all(pins, "kind"), ElementsAre("link", "map", "prog", "symlink"));
  EXPECT_THAT(all(pins, "type"), ElementsAre("xdp", "array", "xdp", "-"));
  EXPECT_THAT(all(pins, "name"), ElementsAre("-", "packets", "count", "-"));
  EXPECT_EQ(pins[1]["id"], map_id(count->map("packets")));
  EXPECT_EQ(pins[1]["uid"], 0);
  EXPECT_EQ(pins[1]["gid"], 0);
  EXPECT_EQ(pins[1]["mode"], "0600");
  EXPECT_EQ(pins[3]["target"], "map");
}

TEST_F(PinVerbsTest, list_takes_one_kind_only) {
  pin_link(pin("d/link"));
  fs::create_symlink("map", pin("d/symlink"));
  EXPECT_THAT(all(list({"--maps-only"}), "path"), ElementsAre(pin("d/map")));
  EXPECT_THAT(all(list({"--programs-only"}), "path"), ElementsAre(pin("d/prog")));
  EXPECT_THAT(all(list({"--links-only"}), "path"), ElementsAre(pin("d/link")));
  EXPECT_EQ(run_bpfmaps({"pin", "list", "--maps-only", "--links-only"}).exit_code, 2);
}

TEST_F(PinVerbsTest, list_shows_directories_as_a_tree) {
  fs::create_directories(pin("d/sub/empty"));
  pin_fd(count->map("packets"), pin("d/sub/again"));
  const Ran ran = run_bpfmaps({"pin", "list", "--tree", pin("d")});
  EXPECT_THAT(ran.out, AllOf(HasSubstr("\n/sys/fs/bpf/d/ "), HasSubstr("\n├── map "),
                             HasSubstr("\n└── sub/ "), HasSubstr("\n    └── empty/ ")));
  EXPECT_THAT(run_bpfmaps({"pin", "list", "--tree", "--csv", pin("d")}).out,
              HasSubstr("\n/sys/fs/bpf/d/sub/empty,directory,"));
  EXPECT_THAT(all(list({"--tree", "--maps-only", pin("d")}), "path"),
              ElementsAre(pin("d"), pin("d/map"), pin("d/sub"), pin("d/sub/again")));
}

TEST_F(PinVerbsTest, list_finds_every_mount_and_those_below_a_directory) {
  const std::string other = sandbox->mount_another_bpffs();
  pin_fd(count->map("packets"), other + "/far");
  fs::create_directory(pin("d/inner"));
  must(mount("bpf", pin("d/inner").c_str(), "bpf", 0, nullptr) == 0, "mount inside");
  pin_fd(count->map("packets"), pin("d/inner/near"));
  EXPECT_THAT(all(list({"--maps-only"}), "path"),
              ElementsAre(pin("d/map"), pin("d/inner/near"), other + "/far"));
  EXPECT_THAT(all(list({"--maps-only", pin("d")}), "path"),
              ElementsAre(pin("d/map"), pin("d/inner/near")));
}

TEST_F(PinVerbsTest, a_name_cannot_command_the_terminal) {
  const std::string name = "a\x1b[31mb\nc\xff";
  pin_fd(count->map("packets"), pin("d/" + name));
  const Ran table = run_bpfmaps({"pin", "list", pin("d")});
  EXPECT_THAT(table.out, AllOf(HasSubstr("a\\x1b[31mb\\x0ac\\xff"), Not(HasSubstr("\x1b"))));
  EXPECT_THAT(all(list({pin("d")}), "path"),
              ElementsAre(pin("d/a\x1b[31mb\nc\uFFFD"), pin("d/map"), pin("d/prog")));
  const Ran missing = run_bpfmaps({"pin", "show", pin("d/\x1b[2J")});
  EXPECT_THAT(missing.err, AllOf(HasSubstr("d/\\x1b[2J"), Not(HasSubstr("\x1b"))));
}

TEST_F(PinVerbsTest, nobody_sees_what_is_there_and_what_could_not_be_opened) {
  chmod(pin("d/map").c_str(), 0644);
  const Ran ran = run_bpfmaps({"pin", "list", "--json", pin("d")}, {.as_nobody = true});
  EXPECT_EQ(ran.exit_code, 0);
  const json pins = json::parse(ran.out);
  EXPECT_THAT(all(pins, "name"), ElementsAre("packets", "-"));
  EXPECT_EQ(pins[1]["error"], "mode 0600, uid 0 does not let you read it (EACCES)");
  EXPECT_EQ(pins[1]["mode"], "0600");

  const Ran filtered = run_bpfmaps({"pin", "list", "--maps-only", pin("d")}, {.as_nobody = true});
  EXPECT_EQ(filtered.exit_code, 1);
  EXPECT_THAT(filtered.err, HasSubstr("could not be opened: 1, this one first: mode 0600"));
}

TEST_F(PinVerbsTest, a_directory_that_cannot_be_read_is_never_called_empty) {
  chmod(pin("d").c_str(), 0711);
  const Ran ran = run_bpfmaps({"pin", "list", "--jsonl", kBpffs}, {.as_nobody = true});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.out, HasSubstr(R"({"path":"/sys/fs/bpf/d","kind":"directory")"));
  EXPECT_THAT(ran.err, HasSubstr("mode 0711, uid 0) does not let you list it (EACCES)"));
}

TEST_F(PinVerbsTest, a_mount_that_cannot_be_reached_is_never_called_empty) {
  const fs::path other = sandbox->mount_another_bpffs();
  chmod(other.parent_path().c_str(), 0700);
  const Ran ran = run_bpfmaps({"pin", "list", "--jsonl"}, {.as_nobody = true});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.out, HasSubstr(R"({"path":")" + other.string() + R"(","kind":"directory")"));
}

TEST_F(PinVerbsTest, nobody_is_told_which_mode_denies) {
  const How as_nobody{.as_nobody = true};
  Ran ran = run_bpfmaps({"map", "show", pin("d/map")}, as_nobody);
  EXPECT_EQ(ran.exit_code, 4);
  EXPECT_THAT(ran.err, HasSubstr("/d/map: mode 0600, uid 0 does not let you read it (EACCES)"));

  chmod(pin("d/map").c_str(), 0644);
  EXPECT_EQ(run_bpfmaps({"map", "show", pin("d/map")}, as_nobody).exit_code, 0);
  ran = run_bpfmaps({"map", "freeze", pin("d/map")}, as_nobody);
  EXPECT_EQ(ran.exit_code, 4);
  EXPECT_THAT(ran.err, HasSubstr("mode 0644, uid 0 does not let you write it (EACCES)"));
  chmod(pin("d/prog").c_str(), 0644);
  EXPECT_EQ(run_bpfmaps({"pin", "show", pin("d/prog")}, as_nobody).exit_code, 0);

  chmod(pin("d").c_str(), 0700);
  ran = run_bpfmaps({"map", "show", pin("d/map")}, as_nobody);
  EXPECT_EQ(ran.exit_code, 4);
  EXPECT_THAT(ran.err, HasSubstr("directory /sys/fs/bpf/d (mode 0700, uid 0) does not let you "
                                 "search it (EACCES)"));
  EXPECT_THAT(ran.err, HasSubstr("run as root, or with CAP_DAC_READ_SEARCH\n"));

  ran = run_bpfmaps({"map", "show", "id", "1"}, as_nobody);
  EXPECT_EQ(ran.exit_code, 4);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("CAP_SYS_ADMIN (EPERM)"), HasSubstr("path of its pin")));
}

TEST_F(PinVerbsTest, show_needs_not_be_told_the_kind) {
  pin_link(pin("link"));
  pin_fd(count->map("packets"), pin("again"));
  const auto show = [](const std::string& path) {
    return json::parse(run_bpfmaps({"pin", "show", path, "--json"}).out);
  };
  const json map = show(pin("d/map"));
  EXPECT_EQ(map["path"], pin("d/map"));
  EXPECT_EQ(map["kind"], "map");
  EXPECT_EQ(map["bytes_value"], 8);
  EXPECT_EQ(map["pinned"], (json{pin("again"), pin("d/map")}));
  EXPECT_EQ(show(pin("d/prog"))["tag"].get<std::string>().size(), 16u);
  EXPECT_EQ(show(pin("link"))["kind"], "link");
  EXPECT_THAT(run_bpfmaps({"pin", "show", pin("d")}).err, HasSubstr("a directory, not a pin"));
}

TEST_F(PinVerbsTest, add_pins_each_kind) {
  pin_link(pin("d/link"));
  const std::pair<const char*, const char*> kinds[] = {
      {"map", "d/map"}, {"prog", "d/prog"}, {"link", "d/link"}};
  for (const auto& [noun, path] : kinds) {
    const std::string first = pin(std::string(noun) + "1"), second = pin(std::string(noun) + "2");
    EXPECT_EQ(run_bpfmaps({"pin", "add", noun, "pinned", pin(path), first}).exit_code, 0) << noun;
    EXPECT_EQ(run_bpfmaps({noun, "pin", first, second}).exit_code, 0) << noun;
    EXPECT_EQ(list({second})[0]["kind"], noun);
  }
  const Ran again = run_bpfmaps({"map", "pin", pin("map1"), pin("map2")});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.err, HasSubstr("something is there already (EEXIST)"));
  EXPECT_EQ(run_bpfmaps({"map", "pin", pin("map1"), pin("no/map")}).exit_code, 3);
}

TEST_F(PinVerbsTest, two_thousand_pins_are_listed) {
  fs::create_directory(pin("many"));
  for (int i = 0; i < 2000; ++i) {
    const Fd map(must(bpf_map_create(BPF_MAP_TYPE_ARRAY, "one", 4, 4, 1, nullptr), "create"));
    pin_fd(map.get(), pin("many/map" + std::to_string(i)));
  }
  EXPECT_EQ(list({"--maps-only", pin("many")}).size(), 2000u);
}

TEST_F(PinVerbsTest, show_tells_who_uses_it) {
  pin_link(pin("d/link"));
  const json link = ask({"link", "show", pin("d/link")});
  const json prog = ask({"prog", "show", pin("d/prog")});
  EXPECT_EQ(ask({"pin", "show", pin("d/map")})["used_by"],
            (json{{{"kind", "prog"}, {"id", prog["id"]}, {"type", "xdp"}, {"name", "count"}}}));
  EXPECT_EQ(ask({"pin", "show", pin("d/prog")})["used_by"],
            (json{{{"kind", "link"}, {"id", link["id"]}, {"type", "xdp"}}}));
  EXPECT_FALSE(ask({"pin", "show", pin("d/link")}).contains("used_by"));

  chmod(pin("d/map").c_str(), 0644);
  const Ran ran = run_bpfmaps({"pin", "show", pin("d/map"), "--json"}, {.as_nobody = true});
  EXPECT_EQ(ran.exit_code, 0);
  const json shown = json::parse(ran.out);
  EXPECT_EQ(shown["used_by"], nullptr);
  EXPECT_THAT(shown["unknown"]["used_by"].get<std::string>(), HasSubstr("CAP_SYS_ADMIN"));
}

TEST_F(PinVerbsTest, mount_makes_a_bpffs) {
  const std::string folder = sandbox->mount_another_bpffs();
  umount2(folder.c_str(), MNT_DETACH);
  EXPECT_EQ(run_bpfmaps({"pin", "list", folder}).exit_code, 1);
  EXPECT_EQ(run_bpfmaps({"pin", "mount", folder}, {.as_nobody = true}).exit_code, 4);
  EXPECT_EQ(run_bpfmaps({"pin", "mount", folder}).exit_code, 0);
  EXPECT_EQ(run_bpfmaps({"pin", "list", folder}).exit_code, 0);
}

TEST_F(PinVerbsTest, mount_takes_a_mode_and_delegations) {
  const std::string folder = sandbox->mount_another_bpffs();
  umount2(folder.c_str(), MNT_DETACH);
  const std::string mount = "pin mount " + folder;
  EXPECT_THAT(refused(mount + " mode 0789", 2), HasSubstr("no mode"));
  EXPECT_THAT(refused(mount + " delegate_cmds prog_lode", 2),
              HasSubstr("did you mean `prog_load`"));
  EXPECT_THAT(refused(mount + " delegate_maps hash,", 2), HasSubstr("no name"));
  EXPECT_EQ(run_bpfmaps({"pin", "list", folder}).exit_code, 1) << "nothing is mounted yet";

  done(mount +
       " mode 0755 delegate_cmds map_create,prog_load delegate_maps hash:array"
       " delegate_progs xdp delegate_attachs any");
  std::ifstream mounts("/proc/self/mountinfo");
  std::string line;
  while (std::getline(mounts, line) && line.find(folder) == line.npos) continue;
  EXPECT_THAT(line, AllOf(HasSubstr(",mode=755"), HasSubstr("delegate_cmds=map_create:prog_load"),
                          HasSubstr("delegate_maps=hash:array"), HasSubstr("delegate_progs=xdp"),
                          HasSubstr("delegate_attachs=any")));
}

}  // namespace
}  // namespace bpfmaps::test
