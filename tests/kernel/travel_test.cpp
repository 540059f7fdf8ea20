// SPDX-License-Identifier: BSD-2-Clause
// Contents that travel: saved, restored, imported, copied, and nothing of them lost on the way.
#include "kernel/travel.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "base/fd.h"
#include "golden/maps.h"
#include "kernel/fixture.h"
#include "kernel/map_zoo.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"
#include "support/must.h"
#include "support/run.h"
#include "support/running.h"

namespace bpfmaps::test {
namespace {

using ::testing::HasSubstr;

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

// A file of 2 MB: what is read at once ends between the rows of one key.
TEST_F(Travel, rows_of_cpus_stay_together_however_long_the_file_is) {
  const Folder folder;
  const std::string rows = folder.file("rows.csv");
  const std::string from = pin("from"), to = pin("to");
  for (const std::string& map : {from, to})
    done("map create " + map + " type percpu_hash key 4 value 8 entries 60000 name rows");
  {
    const Fd map(must(bpf_obj_get(from.c_str()), "open the map"));
    for (std::uint32_t i = 0; i < 60000; ++i)
      put_per_cpu<std::uint32_t, std::uint64_t>(map.get(), i, {i * 1'000'000'000ull, i + 1});
  }
  const std::string csv = done("map dump " + from + " --csv --key-type u32 --value-type u64");
  ASSERT_GT(csv.size(), 2u << 20);
  for (const std::string& text : {csv, csv.substr(0, csv.size() - 1)}) {
    std::ofstream(rows) << text;
    const std::string types = " --key-type u32 --value-type u64";
    done("map import " + to + " " + rows + types + " --replace");
    EXPECT_EQ(done("map dump " + to + " --csv --sort key" + types),
              done("map dump " + from + " --csv --sort key" + types));
  }
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
