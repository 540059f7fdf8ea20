// SPDX-License-Identifier: BSD-2-Clause
// map diff: what differs between two maps, whatever their layouts.
#include <bpf/bpf.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "base/fd.h"
#include "kernel/fixture.h"
#include "kernel/map_zoo.h"
#include "support/bpfmaps.h"
#include "support/must.h"
#include "support/paths.h"
#include "support/run.h"
#include "support/sanitized.h"

namespace bpfmaps::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

struct KeyV1 {
  std::uint32_t host;
  std::uint16_t port, padding;
};
struct ValueV1 {
  std::uint64_t packets;
  std::uint32_t bytes, state;
  char name[8];
  std::uint8_t bits, padding[7];
};
struct KeyV2 {
  std::uint64_t port, host;
};
struct ValueV2 {
  std::uint32_t flags;
  char name[16];
  std::uint32_t padding;
  std::uint64_t bytes;
  std::uint32_t packets, bits;
};

class Diffs : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    objects.emplace("diffs");
    objects->pin_maps(kBpffs);
    for (const char* map : {"v1", "same"})
      for (std::uint32_t i = 1; i <= 3; ++i)
        put(objects->map(map), KeyV1{i, 80, 0}, ValueV1{i, 60 * i, i % 2, "abc", 3, {}});
  }
  static Ran diff(const std::string& a, const std::string& b, const std::string& option = "") {
    std::vector<std::string> words = {"map", "diff", pin(a), pin(b)};
    std::istringstream options(option);
    for (std::string word; options >> word;) words.push_back(word);
    return run_bpfmaps(words);
  }
  /// The differences, in the order of their keys.
  static json all(const Ran& ran) {
    EXPECT_EQ(ran.exit_code, 5) << ran.err;
    json found = json::parse(ran.out);
    std::sort(found.begin(), found.end(),
              [](const json& a, const json& b) { return a["key"] < b["key"]; });
    return found;
  }

  std::optional<Fixture> objects;
};

TEST_F(Diffs, find_none_between_equal_maps) {
  for (const char* form : {"", "--json", "--jsonl", "--csv"}) {
    const Ran ran = diff("v1", "same", form);
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    EXPECT_THAT(ran.err, IsEmpty());
  }
  EXPECT_EQ(diff("v1", "same").out, "no differences\n");
  EXPECT_EQ(diff("v1", "same", "--json").out, "[]\n");
  EXPECT_EQ(diff("v1", "v1", "--jsonl").out, "");
}

TEST_F(Diffs, tell_what_came_went_and_changed) {
  done("map delete " + pin("same") + " key host=1 port=80");
  done("map update " + pin("same") +
       " key host=2 port=80 value packets=9 bytes=120 name=xyz --merge");
  done("map update " + pin("same") + " key host=4 port=80 value packets=4");
  const json found = all(diff("v1", "same", "--json"));
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0]["change"], "removed");
  EXPECT_EQ(found[0]["key"], json::parse(R"({"host":1,"port":80})"));
  EXPECT_FALSE(found[0].contains("new"));
  EXPECT_EQ(found[1]["change"], "changed");
  EXPECT_EQ(found[1]["fields"], (json{"packets", "name"}));
  EXPECT_EQ(found[1]["old"]["packets"], 2);
  EXPECT_EQ(found[1]["new"]["packets"], 9);
  EXPECT_EQ(found[2]["change"], "added");
  EXPECT_EQ(found[2]["new"]["packets"], 4);
  EXPECT_FALSE(found[2].contains("old"));

  const Ran table = diff("v1", "same");
  EXPECT_EQ(table.exit_code, 5);
  EXPECT_THAT(table.err, IsEmpty());
  EXPECT_THAT(table.out, HasSubstr("2 → 9"));
  EXPECT_THAT(table.out, HasSubstr("abc → xyz"));
  const Ran csv = diff("v1", "same", "--csv");
  EXPECT_THAT(csv.out, HasSubstr("change,host,port,old.packets,new.packets,"));
  EXPECT_THAT(csv.out, HasSubstr("changed,2,80,2,9,120,120,"));
  EXPECT_THAT(csv.out, HasSubstr("added,4,80,,4,"));
  EXPECT_EQ(diff("v1", "same", "--where host==3").exit_code, 0);
}

TEST_F(Diffs, go_by_the_names_of_fields_where_layouts_differ) {
  for (std::uint32_t i = 1; i <= 3; ++i)
    put(objects->map("v2"), KeyV2{80, i}, ValueV2{5, "abc", 0, 60 * i, i, 3u << 5});
  const Ran same = diff("v1", "v2");
  EXPECT_EQ(same.exit_code, 0) << same.out << same.err;
  EXPECT_THAT(same.err, HasSubstr("only " + pin("v1") + " has them: value.state"));
  EXPECT_THAT(same.err, HasSubstr("only " + pin("v2") + " has them: value.flags"));
  done("map update " + pin("v2") + " key host=2 port=80 value packets=7 low=1 --merge");
  done("map update " + pin("v2") + " key host=3 port=65616 value packets=7");  // 80 in 16 bits
  const json found = all(diff("v1", "v2", "--json"));
  ASSERT_EQ(found.size(), 2u) << found;
  EXPECT_EQ(found[0]["fields"], (json{"packets", "low"}));
  EXPECT_EQ(found[1]["change"], "added");
  EXPECT_EQ(found[1]["key"]["port"], 65616);
  EXPECT_EQ(all(diff("v2", "v1", "--json")).size(), 2u);
}

TEST_F(Diffs, leave_out_bytes_that_are_not_shown) {
  ValueV1 value{1, 60, 1, "abc", 3, {}};
  value.padding[2] = 9;
  value.name[5] = 'x';
  put(objects->map("same"), KeyV1{1, 80, 0}, value);
  EXPECT_EQ(diff("v1", "same").exit_code, 0);
  EXPECT_EQ(diff("v1", "same", "--raw").exit_code, 5);
}

TEST_F(Diffs, compare_the_values_of_each_cpu) {
  const KeyV1 key{1, 80, 0};
  put_per_cpu<KeyV1, std::uint64_t>(objects->map("per_cpu"), key, {3, 4});
  put_per_cpu<KeyV1, std::uint64_t>(objects->map("per_cpu_same"), key, {4, 3});
  const json found = all(diff("per_cpu", "per_cpu_same", "--json"));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0]["cpu"], 0);
  EXPECT_EQ(found[0]["old"], 3);
  EXPECT_EQ(diff("per_cpu", "per_cpu_same", "--cpu sum").exit_code, 0);
  EXPECT_THAT(diff("v1", "per_cpu").err, HasSubstr("--cpu sum"));
}

// A map as it was once, in a file: of the same layout, and of another one.
TEST_F(Diffs, compare_a_map_with_a_saved_one) {
  char name[] = "/tmp/bpfmaps_diff_XXXXXX";
  must(static_cast<bool>(Fd(mkstemp(name))), "mkstemp");
  const std::string file = name;
  done("map save " + pin("v1") + " " + file);
  EXPECT_EQ(run_bpfmaps({"map", "diff", pin("v1"), file}).exit_code, 0);
  EXPECT_EQ(run_bpfmaps({"map", "diff", file, file}).exit_code, 0);
  put(objects->map("v1"), KeyV1{1, 80, 0}, ValueV1{9, 60, 1, "abc", 3, {}});
  done("map delete " + pin("v1") + " key host=2 port=80");
  put(objects->map("v1"), KeyV1{4, 80, 0}, ValueV1{4, 60, 1, "abc", 3, {}});
  const json found = all(run_bpfmaps({"map", "diff", file, pin("v1"), "--json"}));
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0]["change"], "changed");
  EXPECT_EQ(found[0]["old"]["packets"], 1);
  EXPECT_EQ(found[0]["new"]["packets"], 9);
  EXPECT_EQ(found[1]["change"], "removed");
  EXPECT_EQ(found[2]["change"], "added");
  const json back = all(run_bpfmaps({"map", "diff", pin("v1"), file, "--json"}));
  EXPECT_EQ(back[0]["old"]["packets"], 9);
  EXPECT_EQ(back[1]["change"], "added");

  done("map copy " + file + " " + pin("v2") + " --drop state");
  const Ran other = run_bpfmaps({"map", "diff", file, pin("v2")});
  EXPECT_EQ(other.exit_code, 0) << other.out;
  EXPECT_THAT(other.err, HasSubstr("has them: value.state"));
  unlink(name);
}

// KiB of memory that the program needed at most.
long peak_of(const std::vector<std::string>& words) {
  const pid_t child = must(fork(), "fork");
  if (child == 0) {
    std::vector<char*> arguments;
    std::string program = BPFMAPS_BINARY;
    arguments.push_back(program.data());
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
    execv(program.c_str(), arguments.data());
    _exit(127);
  }
  int status = 0;
  rusage used{};
  must(wait4(child, &status, 0, &used), "wait");
  EXPECT_EQ(status, 0);
  return used.ru_maxrss;
}

// The entries of a saved map were in memory twice.
TEST_F(Diffs, take_no_more_memory_than_one_and_a_half_times_the_entries) {
  if (kSanitized) return;  // sanitizers need memory of their own
  constexpr std::uint32_t kEntries = 60000;
  std::array<unsigned char, 256> value{};
  const std::string map = pin("large"), file = "/tmp/bpfmaps_diff_" + std::to_string(getpid());
  done("map create " + map + " type hash key 4 value 256 entries 60000 name large");
  const Fd large(must(bpf_obj_get(map.c_str()), "open"));
  for (std::uint32_t i = 0; i < kEntries; ++i) {
    std::memcpy(value.data() + 8, &i, sizeof i);
    put(large.get(), i, value);
  }
  done("map save " + map + " " + file);
  const long alone = peak_of({"--version"});
  const long entries = 2 * kEntries * 260l / 1024;
  EXPECT_LT(peak_of({"map", "diff", file, file}) - alone, entries * 3 / 2);
  EXPECT_LT(peak_of({"map", "diff", map, file}) - alone, entries * 3 / 2);
  EXPECT_LT(peak_of({"map", "diff", map, map}) - alone, entries * 3 / 2);
  unlink(file.c_str());
}

TEST_F(Diffs, are_indented_like_all_pretty_json) {
  done("map delete " + pin("same") + " key host=1 port=80");
  done("map update " + pin("same") + " key host=2 port=80 value packets=7 bytes=7 --merge");
  put_per_cpu<KeyV1, std::uint64_t>(objects->map("per_cpu"), KeyV1{1, 80, 0}, {3, 4});
  put_per_cpu<KeyV1, std::uint64_t>(objects->map("per_cpu_same"), KeyV1{1, 80, 0}, {4, 3});
  for (const auto& [a, b] : {std::pair("v1", "same"), std::pair("per_cpu", "per_cpu_same")}) {
    const Ran pretty = diff(a, b, "--pretty");
    const nlohmann::ordered_json found = nlohmann::ordered_json::parse(pretty.out);
    EXPECT_EQ(found, nlohmann::ordered_json::parse(diff(a, b, "--json").out));
    // Lists of names stand on one line, as arrays of numbers do in `map dump --pretty`.
    std::string expected = found.dump(2) + "\n";
    for (std::size_t at = 0; (at = expected.find("\"fields\": [", at)) != expected.npos; ++at) {
      const std::size_t end = expected.find(']', at);
      std::string line = std::regex_replace(expected.substr(at, end - at), std::regex("\n +"), "");
      line = std::regex_replace(line, std::regex(","), ", ");
      expected.replace(at, end - at, line);
    }
    EXPECT_EQ(pretty.out, expected);
  }
}

TEST_F(Diffs, refuse_what_cannot_be_paired) {
  EXPECT_THAT(diff("v1", "slots").err, HasSubstr("their keys are not alike"));
  EXPECT_EQ(diff("v1", "slots").exit_code, 1);
  EXPECT_EQ(diff("v1", "nosuch").exit_code, 3);
  const MapZoo zoo(*sandbox);
  EXPECT_THAT(diff("zoo/queue", "zoo/queue").err, HasSubstr("entries without keys"));
}

TEST_F(Diffs, end_a_batch_with_their_exit_code) {
  done("map delete " + pin("same") + " key host=1 port=80");
  const Ran ran = run_bpfmaps(
      {"batch", "-", "--json"},
      {.input = "map diff " + pin("v1") + " " + pin("same") + "\nmap count " + pin("v1") + "\n"});
  EXPECT_EQ(ran.exit_code, 5) << ran.err;
  EXPECT_EQ(json::parse(ran.out)[1]["output"]["entries"], 3);
}

}  // namespace
}  // namespace bpfmaps::test
