// SPDX-License-Identifier: BSD-2-Clause
// The tutorials, typed as they stand: what stands between ```console and ``` on a page runs in one
// shell in tools/playground, and prints what the page shows. Where the kernel chooses a number the
// page says so in a comment: <!-- ~ PATTERN => REPLACEMENT --> is done to both before they are
// compared.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

#include "golden/session.h"
#include "kernel/sandbox.h"
#include "support/paths.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(BPFMAPS_SOURCE_DIR) / "docs/tutorials";
constexpr char kBetween = '\036';  // what the outputs of two commands are told apart by

std::string text_of(const fs::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// A page: text and sessions in turns.
struct Page {
  std::vector<std::string> texts;  // one more than there are sessions
  std::vector<Session> sessions;
  std::vector<Rule> rules;

  std::vector<Step*> steps() {
    std::vector<Step*> found;
    for (Session& session : sessions)
      for (Part& part : session)
        if (auto* step = std::get_if<Step>(&part)) found.push_back(step);
    return found;
  }
};

constexpr std::string_view kOpen = "```console\n", kClose = "```\n";

Page parse_page(const std::string& text) {
  Page page;
  std::size_t at = 0;
  for (std::size_t open; (open = text.find(kOpen, at)) != text.npos;) {
    const std::size_t begin = open + kOpen.size();
    const std::size_t end = text.find(kClose, begin);
    page.texts.push_back(text.substr(at, begin - at));
    page.sessions.push_back(parse_session(text.substr(begin, end - begin)));
    at = end;
  }
  page.texts.push_back(text.substr(at));
  const std::regex comment("<!-- (~ .*) -->");
  for (auto match = std::sregex_iterator(text.begin(), text.end(), comment);
       match != std::sregex_iterator(); ++match) {
    Session rule = parse_session((*match)[1].str() + "\n");
    page.rules.push_back(std::get<Rule>(std::move(rule.front())));
  }
  return page;
}

std::string write_page(const Page& page) {
  std::string text = page.texts.front();
  for (std::size_t i = 0; i < page.sessions.size(); ++i)
    text += write_session(page.sessions[i]) + page.texts[i + 1];
  return text;
}

/// What each of the commands prints, standard output and error as a terminal shows them.
std::vector<std::string> type(const std::vector<Step*>& steps) {
  std::string script = "exec 2>&1\n";
  for (const Step* step : steps) {
    script += step->command + "\nprintf '";
    script += kBetween;
    script += "'\n";
  }
  const Ran ran = run({"unshare", "--mount", "--net", "--propagation", "private",
                       BPFMAPS_SOURCE_DIR "/tools/playground", "--in-namespaces", BPFMAPS_BINARY,
                       "bash", "-c", script},
                      {.environment = {"TZ=UTC", "FIXTURES=" BPFMAPS_FIXTURES}});
  EXPECT_EQ(ran.err, "");
  std::vector<std::string> outputs;
  std::istringstream text(ran.out);
  for (std::string output; std::getline(text, output, kBetween);) outputs.push_back(output);
  outputs.resize(steps.size());
  return outputs;
}

class Tutorial : public KernelTest, public testing::WithParamInterface<std::string> {};

TEST_P(Tutorial, prints_what_the_page_shows) {
  const fs::path path = kFolder / (GetParam() + ".md");
  Page page = parse_page(text_of(path));
  const std::vector<Step*> steps = page.steps();
  ASSERT_FALSE(steps.empty());
  const std::vector<std::string> outputs = type(steps);
  const auto comparable = [&](std::string text) {
    for (const Rule& rule : page.rules)
      text = std::regex_replace(text, rule.pattern, rule.replacement);
    // How wide a column is depends on how many digits the ids of this machine have.
    text = std::regex_replace(text, std::regex(" +"), " ");
    while (text.ends_with('\n')) text.pop_back();  // a page shows no empty lines at the end
    return text;
  };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (comparable(outputs[i]) == comparable(steps[i]->expected)) continue;
    ADD_FAILURE() << "of: " << steps[i]->command << "\nthe page shows:\n"
                  << steps[i]->expected << "it prints:\n"
                  << outputs[i];
    steps[i]->expected = outputs[i];
  }
  if (std::getenv("BPFMAPS_GOLDEN_UPDATE") != nullptr) std::ofstream(path) << write_page(page);
}

std::vector<std::string> pages() {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(kFolder))
    if (entry.path().stem() != "README") found.push_back(entry.path().stem());
  std::sort(found.begin(), found.end());
  return found;
}

std::string test_name(const testing::TestParamInfo<std::string>& page) {
  std::string name = page.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(, Tutorial, testing::ValuesIn(pages()), test_name);

}  // namespace
}  // namespace bpfmaps::test
