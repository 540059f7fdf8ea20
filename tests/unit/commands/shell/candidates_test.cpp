// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shell/candidates.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace bpfmaps::commands {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::vector<std::string> texts(const std::vector<Found>& found) {
  std::vector<std::string> all;
  for (const Found& one : found) all.push_back(one.text);
  return all;
}

TEST(Candidates, of_a_list_are_what_it_does_not_have_yet) {
  const std::vector<std::string_view> names = {"packets", "bytes", "mark"};
  EXPECT_THAT(texts(list_candidates(names, "")), ElementsAre("packets", "bytes", "mark"));
  EXPECT_THAT(texts(list_candidates(names, "bytes,")), ElementsAre("bytes,packets", "bytes,mark"));
  EXPECT_THAT(texts(list_candidates(names, "bytes,pac")),
              ElementsAre("bytes,packets", "bytes,mark"));
  EXPECT_THAT(texts(list_candidates(names, "mark,bytes,packets,")), IsEmpty());
}

class FileCandidates : public testing::Test {
 protected:
  FileCandidates() {
    fs::create_directories(folder_ / "below");
    for (const char* name : {"one.o", "two.txt", ".hidden.o"}) std::ofstream(folder_ / name) << "x";
  }
  ~FileCandidates() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  const fs::path folder_ = testing::TempDir() + "bpfmaps_candidates" + std::to_string(getpid());
};

TEST_F(FileCandidates, are_files_with_the_ending_and_directories_to_go_on_from) {
  EXPECT_THAT(texts(file_candidates(path(""), true, ".o")),
              UnorderedElementsAre(path("one.o"), path("below/")));
  EXPECT_THAT(texts(file_candidates(path("t"), true, "")), ElementsAre(path("two.txt")));
  EXPECT_THAT(texts(file_candidates(path(""), false, "")), ElementsAre(path("below/")));
}

TEST_F(FileCandidates, of_a_directory_that_is_not_there_are_none) {
  EXPECT_THAT(file_candidates(path("nowhere/"), true, ""), IsEmpty());
}

TEST_F(FileCandidates, are_paths_and_stay_open_behind_a_directory) {
  for (const Found& one : file_candidates(path(""), true, "")) EXPECT_TRUE(one.is_path) << one.text;
}

}  // namespace
}  // namespace bpfmaps::commands
