// SPDX-License-Identifier: BSD-2-Clause
// The pages: every command they show can be typed, and every file they point to is there.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "cli/parse.h"
#include "cli/table.h"
#include "commands/table.h"
#include "support/paths.h"

namespace bpfmaps {
namespace {

namespace fs = std::filesystem;

const fs::path kTop = BPFMAPS_SOURCE_DIR;

std::string text_of(const fs::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::vector<fs::path> pages() {
  std::vector<fs::path> found;
  for (const fs::path& folder : {kTop, kTop / "docs", kTop / "docs/tutorials"})
    for (const auto& entry : fs::directory_iterator(folder))
      if (entry.path().extension() == ".md") found.push_back(entry.path());
  return found;
}

/// What `pattern`'s first group finds, all over `text`.
std::vector<std::string> all(const std::string& text, const char* pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> found;
  for (auto match = std::sregex_iterator(text.begin(), text.end(), regex);
       match != std::sregex_iterator(); ++match)
    found.push_back((*match)[1]);
  return found;
}

/// A placeholder where a path may stand is taken for one.
std::vector<std::string> words_of(const std::string& command) {
  std::istringstream text(command);
  std::vector<std::string> words{std::istream_iterator<std::string>(text), {}};
  for (std::string& word : words)
    if (std::set<std::string>{"PATH", "MAP", "PROG", "LINK", "DIR"}.contains(word))
      word.insert(0, "/");
  return words;
}

bool is_verb(const std::vector<std::string>& words) {
  return words.size() == 2 && cli::find_command(commands::table(), words[0], words[1]) != nullptr;
}

TEST(Docs, every_command_can_be_typed) {
  std::size_t commands = 0;
  for (const fs::path& page : pages()) {
    if (page.parent_path().stem() == "tutorials") continue;  // a test types these
    // In backticks, or behind a prompt up to what the shell takes for itself.
    for (const std::string& command : all(text_of(page), "(?:`|\\$ )bpfmaps ([^`\\n|>#]+)")) {
      const auto words = words_of(command);
      const auto request = cli::parse(commands::table(), words);
      EXPECT_TRUE(request || is_verb(words))
          << page << ": bpfmaps " << command << ": " << request.error().message();
      ++commands;
    }
  }
  EXPECT_GT(commands, 10u);
}

TEST(Docs, every_file_that_is_named_is_there) {
  for (const fs::path& page : pages()) {
    const std::string text = text_of(page);
    for (const std::string& path : all(text, "\\]\\(([^)#]+)\\)"))
      EXPECT_TRUE(fs::exists(page.parent_path() / path)) << page << ": " << path;
    for (const std::string& path : all(text, "`((?:src|tests|tools|docs|bpf)/[\\w./-]+)`"))
      EXPECT_TRUE(fs::exists(kTop / path)) << page << ": " << path;
  }
}

TEST(Docs, nothing_points_out_of_the_tree) {
  for (const fs::path& page : pages())
    EXPECT_THAT(all(text_of(page), "(https?://[^\\s)]+)"), testing::IsEmpty()) << page;
}

}  // namespace
}  // namespace bpfmaps
