// SPDX-License-Identifier: BSD-2-Clause
// What root does in a directory that somebody else may write to: nothing outside of it changes,
// whatever stands for what at any moment.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <stdio.h>

#include <atomic>
#include <thread>

#include "kernel/load_sandbox.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

/// While it lives, exchanges two names as fast as it can and puts back what is missing.
class Exchanger {
 public:
  Exchanger(std::string name, std::string planted, const std::string& victim)
      : worker_([this, name = std::move(name), planted = std::move(planted), victim] {
          std::error_code ignored;
          while (!done_) {
            fs::create_directories(name + "/e", ignored);
            fs::create_directory_symlink(victim, planted, ignored);
            for (int i = 0; i < 100; ++i)
              renameat2(AT_FDCWD, name.c_str(), AT_FDCWD, planted.c_str(), RENAME_EXCHANGE);
          }
        }) {}
  ~Exchanger() {
    done_ = true;
    worker_.join();
  }
  Exchanger(const Exchanger&) = delete;
  Exchanger& operator=(const Exchanger&) = delete;

 private:
  std::atomic<bool> done_ = false;
  std::thread worker_;
};

class PlantedTest : public LoadTest {
 protected:
  static std::vector<std::string> of_victim() {
    std::vector<std::string> paths;
    for (const auto& entry : fs::recursive_directory_iterator(pin("victim")))
      paths.push_back(entry.path());
    std::ranges::sort(paths);
    return paths;
  }
};

TEST_F(PlantedTest, nothing_behind_a_planted_link_is_removed_or_made) {
  fs::create_directories(pin("victim/e"));
  fs::create_directory(pin("d"));
  for (const char* map : {"victim/m", "victim/e/m"})
    done("map create " + pin(map) + " type array key 4 value 4 entries 1");
  const auto before = of_victim();
  const std::vector<std::vector<std::string>> all = {
      {"pin", "rm", "-r", pin("d/x")},
      {"pin", "rm", "-r", pin("d/x/e")},
      {"pin", "rm", "-r", pin("d/x"), "--maps-only"},
      {"prog", "loadall", "xdp_pkt_cnt", pin("d/x/p")},
      {"map", "create", pin("d/x/m"), "type", "array", "key", "4", "value", "4", "entries", "1"},
      {"pin", "mv", pin("d/x/e"), pin("d/x/g")}};
  {
    const Exchanger attacker(pin("d/x"), pin("d/l"), pin("victim"));
    for (int round = 0; round < 8; ++round) {
      for (const auto& words : all) {
        const Ran ran = run_bpfmaps(words);
        EXPECT_LE(ran.exit_code, 4) << words[1] << "\n" << ran.err;
      }
    }
  }
  EXPECT_EQ(of_victim(), before);
}

}  // namespace
}  // namespace bpfmaps::test
