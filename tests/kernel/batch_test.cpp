// SPDX-License-Identifier: BSD-2-Clause
// batch: what its lines do together on the real kernel, and what is left when one of them fails.
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/fd.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"
#include "support/must.h"
#include "support/paths.h"
#include "support/run.h"
#include "support/running.h"

namespace bpfmaps::test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class Batches : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    must(static_cast<bool>(Fd(mkstemp(path_))), "mkstemp");
    done("map create " + pin("ours") + " type hash key 4 value 8 entries 1000 name ours");
  }
  void TearDown() override { unlink(path_); }

  /// `lines` in a file.
  std::string file(const std::string& lines) const {
    std::ofstream(path_) << lines;
    return path_;
  }
  std::string file_beside(const std::string& name) const { return path_ + ("." + name); }
  Ran batch(const std::string& lines, std::vector<std::string> options = {}) const {
    options.insert(options.begin(), {"batch", file(lines)});
    return run_bpfmaps(options);
  }
  static std::string key(const std::string& word) {
    return "map lookup " + pin("ours") + " key " + word + " 0 0 0";
  }
  static std::string update(const std::string& word) {
    return "map update " + pin("ours") + " key " + word + " 0 0 0 value 1 2 3 4 5 6 7 8\n";
  }
  static std::uint64_t entries(const std::string& map) {
    return json::parse(done("map count " + pin(map) + " --json"))["entries"];
  }

 private:
  char path_[32] = "/tmp/bpfmaps-batch-XXXXXX";
};

TEST_F(Batches, of_bpftool_do_the_same) {
  done("map create " + pin("theirs") + " type hash key 4 value 8 entries 1000 name theirs");
  const auto lines = [](const char* map) {
    std::string text = "# what bpftool takes\n\n";
    const std::string update = "map update pinned " + pin(map) + " key hex ";
    for (int i = 0; i < 300; ++i) {
      char key[16];
      snprintf(key, sizeof key, "%02x %02x", i % 256, i / 256);
      text += update + key + " 00 00 value hex 01 02 03 04 05 06 07 " + (i % 2 != 0 ? "fd" : "08") +
              (i == 7 ? " # a comment\n" : "\n");
    }
    return text + "\tmap delete pinned '" + pin(map) + "' key \\\n 5 0 0 0\n" + update +
           "ff ff 00 00 value hex 01 00 00 00 00 00 00 00 noexist";
  };
  const Ran ours = run_bpfmaps({"batch", "file", file(lines("ours"))});
  EXPECT_EQ(ours.exit_code, 0) << ours.err;
  EXPECT_THAT(ours.out + ours.err, IsEmpty());
  const Ran theirs = run({"bpftool", "batch", "file", file(lines("theirs"))});
  EXPECT_EQ(theirs.exit_code, 0) << theirs.out << theirs.err;
  EXPECT_EQ(entries("ours"), 300u);
  const auto sorted = [](const char* map) {
    json all = json::parse(done("map dump " + pin(map) + " --json"));
    std::sort(all.begin(), all.end());
    return all;
  };
  EXPECT_EQ(sorted("ours"), sorted("theirs"));
}

TEST_F(Batches, print_what_each_command_prints) {
  const Ran ran = batch(update("1") + key("1") + "\nbpfmaps map count " + pin("ours") + "\n");
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(ran.out, done(key("1")) + done("map count " + pin("ours")));
  const Ran lines = batch(key("1") + "\n" + key("1") + " --csv\n", {"--jsonl"});
  EXPECT_EQ(lines.out, done(key("1") + " --jsonl") + done(key("1") + " --csv"));
}

TEST_F(Batches, are_one_array_with_json) {
  const std::string lines = update("1") + key("1") + "\nmap dump '" + pin("ours") + "'\n";
  for (const char* form : {"--json", "--pretty"}) {
    const Ran ran = batch(lines, {form});
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    const json all = json::parse(ran.out);
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0]["command"][1], "update");
    EXPECT_EQ(all[0]["output"]["updated"], 1);
    EXPECT_EQ(all[1]["output"], json::parse(done(key("1") + " --json")));
    EXPECT_EQ(all[2]["command"], (json{"map", "dump", pin("ours")}));
    EXPECT_EQ(all[2]["output"], json::parse(done("map dump " + pin("ours") + " --json")));
  }
  EXPECT_EQ(batch("# nothing\n", {"--json"}).out, "[]\n");
}

TEST_F(Batches, leave_the_array_open_where_a_command_fails) {
  const Ran ran = batch(update("1") + key("1") + "\n" + key("2") + "\n" + update("3"), {"--json"});
  EXPECT_EQ(ran.exit_code, 3);
  EXPECT_FALSE(json::accept(ran.out));
  const json error = json::parse(ran.err)["error"];
  EXPECT_EQ(error["kind"], "not_found");
  EXPECT_THAT(error["subject"], HasSubstr(":3: map lookup: " + pin("ours") + ": key 2 0 0 0"));
}

TEST_F(Batches, end_where_a_command_fails_and_tell_its_line) {
  const Ran ran = batch("\n" + update("1") + "# two \\\n" + key("2") + "\n" + update("3"));
  EXPECT_EQ(ran.exit_code, 3);
  EXPECT_THAT(ran.err, StartsWith("bpfmaps: batch: /tmp/bpfmaps-batch-"));
  EXPECT_THAT(ran.err, HasSubstr(":4: map lookup: " + pin("ours") + ": key 2 0 0 0: the map has"));
  EXPECT_THAT(ran.err, HasSubstr("; the command before it has been run\n"));
  EXPECT_EQ(entries("ours"), 1u);
}

TEST_F(Batches, go_on_where_they_are_told_to) {
  const Ran ran =
      batch(key("1") + "\n" + update("1") + key("2") + "\n" + key("1"), {"--keep-going"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_EQ(ran.out, done(key("1")));
  EXPECT_THAT(ran.err, HasSubstr(":1: map lookup: "));
  EXPECT_THAT(ran.err, HasSubstr(":3: map lookup: "));
  EXPECT_THAT(ran.err, HasSubstr(": 2 of 4 commands failed\n"));
  EXPECT_EQ(batch(update("4"), {"--keep-going"}).exit_code, 0);
  EXPECT_EQ(batch(update("4"), {"--keep-going", "--json"}).exit_code, 2);
}

TEST_F(Batches, of_a_file_change_nothing_where_a_word_is_wrong) {
  for (const std::string& wrong :
       {std::string("map lokup x"), std::string("map update 'x"), std::string("map list \\"),
        std::string("batch " + pin("x")), std::string("map help"), std::string("map list --nosuch"),
        std::string("bpftool map list"), std::string("map list\0", 9)}) {
    const Ran ran = batch(update("1") + wrong);
    EXPECT_EQ(ran.exit_code, wrong.back() == '\0' ? 1 : 2) << wrong;
    EXPECT_THAT(ran.err, HasSubstr(":2: ")) << wrong;
    EXPECT_THAT(ran.err, HasSubstr("no command of the file has been run\n")) << wrong;
  }
  EXPECT_EQ(entries("ours"), 0u);
  EXPECT_THAT(batch("map list --csv\n", {"--json"}).err, HasSubstr("a form that cannot stand in"));
}

TEST_F(Batches, can_be_looked_at_first) {
  EXPECT_EQ(batch(update("1") + update("2"), {"--dry-run", "--json"}).out, "{\"commands\":2}\n");
  EXPECT_EQ(batch("map lokup x\n", {"--dry-run"}).exit_code, 2);
  EXPECT_EQ(entries("ours"), 0u);
}

TEST_F(Batches, of_standard_input_run_as_they_come) {
  const Ran ran = run_bpfmaps({"batch", "-"}, {.input = update("1") + "map lokup x\n"});
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_THAT(ran.err, HasSubstr("bpfmaps: batch: line 2: map has no verb `lokup`"));
  EXPECT_EQ(entries("ours"), 1u);
  const Ran reads = run_bpfmaps({"batch", "-"}, {.input = "map update /x key 1 value -\n"});
  EXPECT_EQ(reads.exit_code, 2);
  EXPECT_THAT(reads.err, HasSubstr("standard input holds the commands"));
}

TEST_F(Batches, answer_before_they_wait_for_the_next_line) {
  done("batch " + file(update("1")));
  Running running("batch -", On::terminal);
  running.type(key("1") + "\n");
  const auto gets = [&running](const char* text) {
    return running.wait_for([text](const std::string& out) { return out.find(text) != out.npos; });
  };
  EXPECT_TRUE(gets("01 02 03 04"));
  running.type("map count " + pin("ours") + "\n");
  EXPECT_TRUE(gets("max_entries"));
  running.type("\x04");
  EXPECT_EQ(running.end(), 0);
}

// Neither a map nor its types are those that another pin had before.
TEST_F(Batches, find_the_map_of_each_line_anew) {
  const std::string path = pin("ours");
  const Ran ran =
      batch(update("1") + "pin rm " + path + "\nmap create " + path +
            " type hash key 2 value 4 entries 5 name ours\nmap update " + path +
            " key 1 0 value 1 2 3 4\nmap dump " + path + " --jsonl\npin rm " + path +
            "\nprog load xdp_policy " + pin("policy") + " pinmaps " + pin("maps") +
            "\nmap update " + pin("maps/policy") +
            " key 10.0.0.0/8 value action=XDP_DROP\nmap dump " + pin("maps/policy") + " --jsonl\n");
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("{\"key\":\"01 00\",\"value\":\"01 02 03 04\"}\n"));
  EXPECT_THAT(ran.out, HasSubstr("\"action\":\"XDP_DROP\""));
}

TEST_F(Batches, read_the_types_of_a_map_once) {
  done("prog load xdp_policy " + pin("policy") + " pinmaps " + pin("maps"));
  std::string lines;
  for (int i = 0; i < 50; ++i)
    lines += "map update " + pin("maps/policy") + " key 10.0.0." + std::to_string(i) +
             "/32 value action=XDP_DROP\n";
  // Where a sanitizer watches, it cannot look for leaks in a process that is traced.
  const Ran ran = run({"strace", "-E", "ASAN_OPTIONS=detect_leaks=0", "-e", "trace=bpf",
                       BPFMAPS_BINARY, "batch", file(lines)});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const auto calls = [&](const std::string& call) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = ran.err.find(call, at)) != ran.err.npos; ++at) ++count;
    return count;
  };
  EXPECT_EQ(calls("BPF_MAP_UPDATE_ELEM"), 50u);
  EXPECT_EQ(calls("BPF_BTF_GET_FD_BY_ID"), 1u);
  EXPECT_EQ(entries("maps/policy"), 50u);
}

// The types of the first file were taken for those of the second: their maps look the same.
TEST_F(Batches, read_the_types_of_each_saved_map) {
  std::string lines;
  for (const char* type : {"u64", "s64"}) {
    const std::string map = pin(type), saved = file_beside(type);
    done("map create " + map + " type hash key u32 value " + type + " entries 4 name same");
    done("map update " + map + " key 1 value " + (*type == 's' ? "-1" : "1"));
    done("map save " + map + " " + saved);
    lines += "map dump " + saved + " --jsonl\n";
  }
  const Ran ran = batch(lines);
  for (const char* type : {"u64", "s64"}) unlink(file_beside(type).c_str());
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(ran.out, "{\"key\":1,\"value\":1}\n{\"key\":1,\"value\":-1}\n");
}

// Nothing of a line stays for the next one: neither where remarks stand nor what differs.
TEST_F(Batches, tell_the_line_of_each_remark) {
  const std::string rings = pin("rings");
  done("map create " + rings + " type ringbuf entries 4096 name rings");
  const Ran ran = batch("map show " + rings + "\n" + update("1") + "map show " + rings + "\n");
  EXPECT_THAT(ran.err, HasSubstr(":1: `bpfmaps map tail id "));
  EXPECT_THAT(ran.err, HasSubstr(":3: `bpfmaps map tail id "));
}

// More lines than are kept from when they are checked until they run.
TEST_F(Batches, of_many_lines_run_each_of_them_once) {
  constexpr int kLines = 8200;
  done("map create " + pin("queue") + " type queue value 4 entries 9000 name queue");
  std::string lines = "# a remark is no command\n\n", elements;
  for (unsigned i = 0; i < kLines; ++i) {
    char bytes[16];
    std::snprintf(bytes, sizeof bytes, "%02x %02x", i % 256u, i / 256u);
    lines += "map push " + pin("queue") + " value hex " + bytes + " 00 00\n";
    elements += std::string("{\"value\":\"") + bytes + " 00 00\"}\n";
  }
  const Ran wrong = batch(lines + "map push\n");
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.err, HasSubstr(":" + std::to_string(kLines + 3) + ": "));
  const Ran ran = batch(lines);
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  const std::string saved = done("map save " + pin("queue") + " --consume");
  const std::size_t first = saved.find('\n') + 1;
  EXPECT_TRUE(saved.substr(first, elements.size()) == elements);
  EXPECT_THAT(saved, HasSubstr("{\"end\":{\"entries\":" + std::to_string(kLines) + ","));
}

TEST_F(Batches, say_what_is_no_file_of_commands) {
  EXPECT_THAT(refused("batch /nosuch/file", 3), HasSubstr("/nosuch/file: no such file"));
  EXPECT_THAT(refused("batch /sys", 1), HasSubstr("is a directory"));
  EXPECT_THAT(refused("batch /dev/zero", 1), HasSubstr("longer than"));
}

}  // namespace
}  // namespace bpfmaps::test
