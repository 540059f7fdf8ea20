// SPDX-License-Identifier: BSD-2-Clause
// Golden cases: each *.golden beside this file is a session on a fresh set of maps, commands with
// what they must print. README.md here tells how to write one.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "golden/maps.h"
#include "golden/session.h"
#include "kernel/sandbox.h"
#include "support/paths.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(BPFMAPS_SOURCE_DIR) / "tests/golden";

std::string text_of(const std::filesystem::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// What the kernel or the compiler chooses anew, wherever JSON shows it.
const Rule kVolatile = {
    std::regex("\"((?:id|btf_id|prog_id|inner_map_id|ifindex|loaded_at|run_time_ns|run_cnt|"
               "bytes_memlock|bytes_xlated|bytes_jited)\":) ?\\d+"),
    "\"$1 <varies>"};

std::string lines_with_prefix(const std::string& text, const std::string& prefix) {
  std::string result, line;
  std::istringstream lines(text);
  while (std::getline(lines, line)) result += prefix + line + "\n";
  return result;
}

/// Standard output, then standard error marked with "! ", then the exit code unless it is 0.
std::string transcript(const std::string& command, const std::vector<Rule>& rules) {
  const std::string path =
      std::filesystem::path(BPFMAPS_BINARY).parent_path().string() + ":" + std::getenv("PATH");
  const Ran ran = run({"sh", "-c", command},
                      {.environment = {"PATH=" + path, "TZ=UTC", "FIXTURES=" BPFMAPS_FIXTURES}});
  std::string text = ran.out;
  if (!text.empty() && !text.ends_with('\n')) text += "(no newline at the end)\n";
  text += lines_with_prefix(ran.err, "! ");
  if (ran.exit_code != 0) text += "exit " + std::to_string(ran.exit_code) + "\n";
  text = std::regex_replace(text, kVolatile.pattern, kVolatile.replacement);
  for (const Rule& rule : rules) text = std::regex_replace(text, rule.pattern, rule.replacement);
  return text;
}

class Golden : public KernelTest, public testing::WithParamInterface<std::string> {};

TEST_P(Golden, prints_what_it_must) {
  const auto path = kFolder / (GetParam() + ".golden");
  Session session = parse_session(text_of(path));
  make_golden_maps();
  std::vector<Rule> rules;
  for (Part& part : session) {
    if (auto* rule = std::get_if<Rule>(&part)) rules.push_back(*rule);
    auto* step = std::get_if<Step>(&part);
    if (step == nullptr) continue;
    const std::string actual = transcript(step->command, rules);
    EXPECT_EQ(actual, step->expected) << "of: " << step->command;
    step->expected = actual;
  }
  if (std::getenv("BPFMAPS_GOLDEN_UPDATE") != nullptr)
    std::ofstream(path) << write_session(session);
}

std::vector<std::string> names() {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder))
    if (entry.path().extension() == ".golden") found.push_back(entry.path().stem());
  std::sort(found.begin(), found.end());
  return found;
}

INSTANTIATE_TEST_SUITE_P(, Golden, testing::ValuesIn(names()),
                         [](const auto& name) { return name.param; });

TEST(GoldenSession, is_written_as_it_was_read) {
  for (const std::string& name : names()) {
    const std::string text = text_of(kFolder / (name + ".golden"));
    EXPECT_EQ(write_session(parse_session(text)), text) << name;
  }
}

}  // namespace
}  // namespace bpfmaps::test
