// SPDX-License-Identifier: BSD-2-Clause
// map watch on counters that lie in arrays.
#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "kernel/fixture.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"

namespace bpfmaps::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class WatchArrays : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    done("map create " + path + " type array key u32 value u64[3] entries 1");
    map_ = Fd(must(bpf_obj_get(path.c_str()), "open"));
    count(1);
    // Counts all the time: the first look is as good as any.
    counting_ = std::thread([this] {
      for (std::uint64_t n = 2; !stop_; ++n) {
        count(n);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    });
  }
  void TearDown() override {
    stop_ = true;
    if (counting_.joinable()) counting_.join();
  }
  void count(std::uint64_t n) {
    const std::uint32_t key = 0;
    const std::uint64_t value[3] = {n, 7, n * 2};
    bpf_map_update_elem(map_.get(), &key, value, BPF_ANY);
  }
  std::string watched(const std::string& options) const {
    return done("map watch " + path + " --once --interval 0.2 " + options);
  }

  const std::string path = pin("per_action");

 private:
  Fd map_;
  std::thread counting_;
  std::atomic<bool> stop_ = false;
};

TEST_F(WatchArrays, those_that_grow_have_rates) {
  const json line = json::parse(watched("--jsonl"));
  ASSERT_TRUE(line["delta"].contains("value[0]")) << line;
  EXPECT_FALSE(line["delta"].contains("value[1]")) << line;
  const std::uint64_t first = line["delta"]["value[0]"];
  EXPECT_GT(first, 0U);
  EXPECT_EQ(line["delta"]["value[2]"], first * 2);
  EXPECT_NEAR(line["rate"]["value[2]"].get<double>(), line["rate"]["value[0]"].get<double>() * 2,
              1e-6);
}

TEST_F(WatchArrays, an_array_that_is_named_stands_for_its_elements) {
  const json line = json::parse(watched("--jsonl --counters value"));
  EXPECT_EQ(line["delta"].size(), 3U) << line;
  EXPECT_EQ(line["delta"]["value[1]"], 0);
  EXPECT_EQ(json::parse(watched("--jsonl --gauges value"))["delta"].size(), 0U);
}

TEST_F(WatchArrays, tables_show_a_change_and_a_rate_for_each) {
  EXPECT_THAT(watched("--top 5"), HasSubstr("value[0]/s"));
  EXPECT_THAT(watched("--counters value[2]"), HasSubstr("value[2]/s"));
}

}  // namespace
}  // namespace bpfmaps::test
