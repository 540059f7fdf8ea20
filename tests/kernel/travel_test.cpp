// SPDX-License-Identifier: BSD-2-Clause
// Contents that travel: saved, restored, imported, copied, and nothing of them lost on the way.
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "golden/maps.h"
#include "kernel/fixture.h"
#include "kernel/map_zoo.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"
#include "support/run.h"
#include "support/running.h"

namespace bpfmaps::test {
namespace {

using ::testing::HasSubstr;

// A folder of the test's own.
class Folder {
 public:
  Folder() {
    char name[] = "/tmp/bpfmaps_travel_XXXXXX";
    must(mkdtemp(name) == nullptr ? -1 : 0, "mkdtemp");
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::string sorted(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  std::ranges::sort(lines);
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  return all;
}

class TravelZoo : public ZooTest {};

TEST_F(TravelZoo, what_can_be_read_can_be_saved_and_is_printed_the_same) {
  const Folder folder;
  int saved_maps = 0;
  for (const std::string& name : zoo->names()) {
    const std::string pin = MapZoo::pin(name), file = folder.file(name + ".jsonl");
    const Ran dumped = run_bpfmaps({"map", "dump", pin, "--jsonl"});
    const Ran saved = run_bpfmaps({"map", "save", pin, file});
    EXPECT_EQ(saved.exit_code, dumped.exit_code) << name << ": " << saved.err;
    if (dumped.exit_code != 0) continue;
    ++saved_maps;
    const Ran again = run_bpfmaps({"map", "dump", file, "--jsonl"}, {.as_nobody = false});
    EXPECT_EQ(again.out, dumped.out) << name << ": " << again.err;
    const Ran table = run_bpfmaps({"map", "dump", pin});
    EXPECT_EQ(run_bpfmaps({"map", "dump", file}).out, table.out) << name;
  }
  EXPECT_GT(saved_maps, 10);
}

class Travel : public KernelTest {};

TEST_F(Travel, nobody_reads_a_saved_map_without_privilege) {
  make_golden_maps();
  const std::string saved = done("map save " + pin("golden/flows"));
  const Ran read =
      run_bpfmaps({"map", "dump", "-", "--jsonl"}, {.as_nobody = true, .input = saved});
  EXPECT_EQ(read.exit_code, 0) << read.err;
  EXPECT_EQ(read.out, done("map dump " + pin("golden/flows") + " --jsonl"));
}

TEST_F(Travel, a_file_that_is_damaged_anywhere_is_refused_or_read) {
  make_golden_maps();
  const std::string saved = done("map save " + pin("golden/stats"));
  std::mt19937 random(5);
  for (int i = 0; i < 60; ++i) {
    std::string damaged = saved;
    const std::size_t at = random() % damaged.size();
    if (i % 3 == 0)
      damaged.resize(at);
    else
      damaged[at] = static_cast<char>(random());
    const Ran read = run_bpfmaps({"map", "dump", "-"}, {.input = damaged});
    EXPECT_TRUE(read.exit_code == 0 || read.exit_code == 1) << read.exit_code << damaged;
    if (i % 3 == 0 && at + 1 < saved.size()) EXPECT_EQ(read.exit_code, 1) << at;
  }
}

TEST_F(Travel, import_replace_that_is_killed_is_healed_by_another) {
  const Folder folder;
  constexpr int kEntries = 100000;
  const std::string map = pin("killed");
  done("map create " + map + " type hash key u32 value u64 entries 250000");
  const auto list = [&](const std::string& name, int first, int value) {
    std::ofstream file(folder.file(name));
    for (int i = 0; i < kEntries; ++i)
      file << "{\"key\":" << first + i << ",\"value\":" << value << "}\n";
    return folder.file(name);
  };
  const std::string old_list = list("old", 0, 1), new_list = list("new", kEntries / 2, 2);
  std::mt19937 random(3);
  for (int i = 0; i < 6; ++i) {
    done("map import " + map + " " + old_list + " --replace");
    {
      Running killed("map import " + map + " " + new_list + " --replace", On::pipe);
      usleep(static_cast<useconds_t>(random() % 60000));
      try {
        killed.signal(SIGKILL);
      } catch (const std::exception&) {
        // It was quicker, and is done.
      }
      killed.end();
    }
    // Every entry is an old or a new one, whole.
    const std::string torn = done("map count " + map + " --where value!=1&&value!=2 --json");
    EXPECT_THAT(torn, HasSubstr("\"matching\":0")) << torn;
    done("map import " + map + " " + new_list + " --replace");
    const std::string after = done("map count " + map + " --where value==2 --json");
    EXPECT_THAT(after, HasSubstr("\"matching\":" + std::to_string(kEntries)));
    EXPECT_THAT(after, HasSubstr("\"entries\":" + std::to_string(kEntries)));
  }
}

TEST_F(Travel, a_full_disk_leaves_no_half_file) {
  make_golden_maps();
  const Folder folder;
  const std::string file = folder.file("flows.jsonl");
  done("map save " + pin("golden/flows") + " " + file);
  std::stringstream before;
  before << std::ifstream(file).rdbuf();
  const Ran full = run({"sh", "-c",
                        "mkdir " + folder.file("small") + " && mount -t tmpfs -o size=4k none " +
                            folder.file("small") + " && cp " + file + " " + folder.file("small") +
                            "/a || true"});
  const Ran saved = run_bpfmaps({"map", "save", pin("golden/flows"), folder.file("small/b")});
  EXPECT_EQ(saved.exit_code, 1);
  const Ran listed = run({"ls", folder.file("small")});
  EXPECT_EQ(listed.out.find("b"), std::string::npos) << listed.out << full.err;
  run({"umount", folder.file("small")});
}

TEST_F(Travel, counts_go_over_to_a_wider_struct_while_packets_flow) {
  // An array of __u64 counts becomes a hash of structs; packets are counted meanwhile.
  const Fixture counter("count");
  counter.pin_maps(std::string(kBpffs));
  sandbox->add_veth_pair("left", "right");
  counter.attach_xdp("count", "right");
  sandbox->send("left", 500);
  done("map create " + pin("wide") + " type hash key u32 value u64 entries 9");
  done("map copy " + pin("packets") + " " + pin("wide"));
  sandbox->send("left", 250);
  EXPECT_THAT(done("map copy " + pin("packets") + " " + pin("wide") + " --twice --jsonl"),
              HasSubstr("carried_again"));
  // The program counts without locks, so that two CPUs may count fewer packets than were sent.
  EXPECT_EQ(done("map lookup " + pin("wide") + " key 0 --json"),
            done("map lookup " + pin("packets") + " key 0 --json"));
}

TEST_F(Travel, a_set_of_random_entries_comes_back_sorted_the_same) {
  make_golden_maps();
  const std::string flows = pin("golden/flows");
  std::ostringstream lines;
  std::mt19937 random(11);
  for (int i = 0; i < 60; ++i)
    lines << "{\"key\":{\"saddr\":\"10.0." << i << "." << random() % 256
          << "\",\"dport\":" << random() % 65536 << "},\"value\":{\"packets\":" << random()
          << ",\"name\":\"n" << random() % 100 << "\"}}\n";
  const Ran imported = run_bpfmaps({"map", "import", flows, "-"}, {.input = lines.str()});
  ASSERT_EQ(imported.exit_code, 0) << imported.err;
  const std::string before = done("map dump " + flows + " --jsonl");
  const std::string saved = done("map save " + flows);
  done("map clear " + flows);
  const Ran restored = run_bpfmaps({"map", "restore", "-", flows}, {.input = saved});
  ASSERT_EQ(restored.exit_code, 0) << restored.err;
  EXPECT_EQ(sorted(done("map dump " + flows + " --jsonl")), sorted(before));
}

}  // namespace
}  // namespace bpfmaps::test
