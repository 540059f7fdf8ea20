// SPDX-License-Identifier: BSD-2-Clause
// The committed files that tools/generate makes: no older than the table, and fit for their
// readers.
#include <gmock/gmock.h>

#include <filesystem>

#include "base/file.h"
#include "base/text.h"
#include "cli/man.h"
#include "cli/scripts.h"
#include "commands/table.h"
#include "support/paths.h"
#include "support/run.h"

namespace bpfmaps::cli {
namespace {

namespace fs = std::filesystem;
using test::run;

const fs::path kTop = BPFMAPS_SOURCE_DIR;

std::vector<std::string> man_pages() {
  std::vector<std::string> pages;
  for (const auto& entry : fs::directory_iterator(kTop / "man")) pages.push_back(entry.path());
  return pages;
}

void expect_fresh(const std::string& path, std::string_view content) {
  EXPECT_EQ(read_file(kTop / path).value_or(""), content) << "run tools/generate";
}

bool is_installed(const std::string& program) {
  return run({"sh", "-c", "command -v " + program}).exit_code == 0;
}

TEST(Generated, completions_are_fresh) {
  expect_fresh("completions/bpfmaps.bash", completion_script("bash"));
  expect_fresh("completions/_bpfmaps", completion_script("zsh"));
  expect_fresh("completions/bpfmaps.fish", completion_script("fish"));
}

TEST(Generated, man_pages_are_fresh) {
  expect_fresh("man/bpfmaps.8", man_page(commands::table(), ""));
  for (const Object& object : commands::table().objects)
    expect_fresh("man/bpfmaps-" + std::string(object.name) + ".8",
                 man_page(commands::table(), object.name));
  EXPECT_EQ(man_pages().size(), commands::table().objects.size() + 1);
}

TEST(Generated, man_pages_please_mandoc) {
  if (!is_installed("mandoc")) GTEST_SKIP() << "mandoc is not installed";
  for (const std::string& page : man_pages()) {
    const auto linted = run({"mandoc", "-T", "lint", page});
    const std::string said = linted.out + linted.err;
    for (const std::string_view line : split(said, '\n')) {
      // Whether the pages of others are installed here says nothing of ours.
      const bool of_others = line.find("referenced manual not found") != line.npos ||
                             line.find("outdated mandoc.db") != line.npos;
      EXPECT_TRUE(line.empty() || of_others) << line;
    }
  }
}

TEST(Generated, man_pages_please_groff) {
  if (!is_installed("groff")) GTEST_SKIP() << "groff is not installed";
  for (const std::string& page : man_pages()) {
    const auto set = run({"groff", "-mdoc", "-ww", "-z", "-Tutf8", page});
    EXPECT_EQ(set.out + set.err, "") << page;
  }
}

TEST(Generated, completions_please_their_shells) {
  const std::pair<const char*, const char*> kScripts[] = {
      {"bash", "bpfmaps.bash"}, {"zsh", "_bpfmaps"}, {"fish", "bpfmaps.fish"}};
  for (const auto& [shell, script] : kScripts) {
    if (!is_installed(shell)) continue;
    const auto checked = run({shell, "-n", kTop / "completions" / script});
    EXPECT_EQ(checked.err, "") << script;
    EXPECT_EQ(checked.exit_code, 0) << script;
  }
}

}  // namespace
}  // namespace bpfmaps::cli
