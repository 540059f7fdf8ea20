// SPDX-License-Identifier: BSD-2-Clause
// Writing global variables while programs use those beside them.
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <atomic>
#include <thread>

#include "kernel/fixture.h"
#include "kernel/map/mapped_value.h"
#include "kernel/pin/pin.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"

namespace bpfmaps::test {
namespace {

class Variables : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    const bpf_map_create_opts options{.sz = sizeof(bpf_map_create_opts),
                                      .map_flags = BPF_F_MMAPABLE};
    map_ = Fd(must(bpf_map_create(BPF_MAP_TYPE_ARRAY, "x.bss", 4, 24, 3, &options), "create"));
    pin_fd(map_.get(), path);
  }
  /// Where the value at `index` lies.
  std::uint64_t* mapped(std::uint32_t index) {
    if (memory_ == nullptr)
      memory_ = static_cast<std::uint64_t*>(
          must(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, map_.get(), 0), "mmap"));
    return memory_ + index * 3;
  }
  void TearDown() override {
    if (memory_ != nullptr) munmap(memory_, 4096);
  }

  const std::string path = pin("variables");

 private:
  Fd map_;
  std::uint64_t* memory_ = nullptr;
};

TEST_F(Variables, lose_no_count_while_others_are_written) {
  auto* const counter = reinterpret_cast<std::atomic<std::uint64_t>*>(mapped(1));
  std::atomic<bool> stop = false;
  std::uint64_t counted = 0;
  std::thread program([&] {
    for (; !stop; ++counted) counter->fetch_add(1, std::memory_order_relaxed);
  });
  for (int i = 1; i <= 20; ++i)
    done("map update " + path + " key 1 value [1]=" + std::to_string(i) +
         " --value-type u64[3] --merge");
  stop = true;
  program.join();
  EXPECT_EQ(*counter, counted);
  EXPECT_EQ(mapped(1)[1], 20U);
}

TEST_F(Variables, are_written_bit_by_bit) {
  const auto map = kernel::map_at(path, kernel::Access::write);
  ASSERT_TRUE(map);
  ASSERT_TRUE(kernel::can_write_part(map->info()));
  std::vector<unsigned char> value(24, 0xff), mask(24);
  mask[0] = 0x0f;
  for (std::size_t at : {3, 4, 5, 8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23}) mask[at] = 0xff;
  mapped(0)[2] = mapped(2)[0] = 7;
  ASSERT_TRUE(kernel::write_part(*map, 1, value, mask));
  EXPECT_EQ(mapped(1)[0], 0x0000ffffff00000fU);
  EXPECT_EQ(mapped(1)[1], 0x00000000ffffffffU);
  EXPECT_EQ(mapped(1)[2], 0xffffffffffffffffU);
  EXPECT_EQ(mapped(0)[2], 7U);
  EXPECT_EQ(mapped(2)[0], 7U);
}

TEST_F(Variables, of_a_frozen_map_are_refused) {
  done("map freeze " + path);
  const std::string line = "map update " + path + " key 1 value [1]=1 --value-type u64[3] --merge";
  EXPECT_NE(refused(line, 4).find("is frozen"), std::string::npos);
}

}  // namespace
}  // namespace bpfmaps::test
