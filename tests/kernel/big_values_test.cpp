// SPDX-License-Identifier: BSD-2-Clause
// Values of hundreds of kilobytes: how much of them is held at once, and how one is written.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "kernel/fixture.h"
#include "kernel/map/reader.h"
#include "kernel/map/source.h"
#include "kernel/pin/pin.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"

namespace bpfmaps::test {
namespace {

constexpr std::uint32_t kSize = 256 << 10, kEntries = 16;

class BigValues : public KernelTest {
 protected:
  Fd make(bpf_map_type type) {
    struct bpf_map_create_opts options {};
    options.sz = sizeof options;
    options.map_flags = type == BPF_MAP_TYPE_HASH ? BPF_F_NO_PREALLOC : 0;
    Fd map(must(bpf_map_create(type, "big", 4, kSize, kEntries, &options), "create"));
    std::vector<unsigned char> value(kSize);
    for (std::uint32_t i = 0; i < kEntries; ++i) {
      value[0] = static_cast<unsigned char>(i);
      must(bpf_map_update_elem(map.get(), &i, value.data(), BPF_ANY), "update");
    }
    pin_fd(map.get(), path);
    return map;
  }

  const std::string path = pin("big");
};

TEST_F(BigValues, are_read_a_few_at_a_time) {
  for (const bpf_map_type type : {BPF_MAP_TYPE_HASH, BPF_MAP_TYPE_ARRAY}) {
    SCOPED_TRACE(type);
    make(type);
    const auto map = kernel::map_at(path, kernel::Access::read);
    const auto reader = kernel::open_reader(*map);
    ASSERT_TRUE(reader);
    std::uint32_t all = 0;
    for (;;) {
      const auto entries = (*reader)->next();
      ASSERT_TRUE(entries) << entries.error().message();
      if (entries->count == 0) break;
      all += entries->count;
      EXPECT_LE(entries->count, kEntries / 2) << "one bucket of a hash may hold some";
    }
    EXPECT_EQ(all, kEntries);
    unlink(path.c_str());
  }
}

TEST_F(BigValues, are_written_from_a_file) {
  const Fd map = make(BPF_MAP_TYPE_HASH);
  std::string value(kSize, '\0');
  for (std::uint32_t i = 0; i < kSize; ++i) value[i] = static_cast<char>(i * 7 >> 3);
  const std::string file = "/tmp/bpfmaps-big-" + std::to_string(getpid());
  std::ofstream(file, std::ios::binary) << value;
  done("map update " + path + " key 3 0 0 0 value @" + file);
  const std::uint32_t three = 3;
  std::string back(kSize, '\0');
  must(bpf_map_lookup_elem(map.get(), &three, back.data()), "look up");
  EXPECT_TRUE(back == value);

  // The same as an array in JSON, far longer than a command line can be.
  std::string text = "[";
  for (const char byte : value)
    text += std::to_string(static_cast<unsigned char>(byte)) + (text.size() % 80 < 4 ? ",\n" : ",");
  text.back() = ' ';
  std::ofstream(file, std::ios::binary | std::ios::trunc) << text << "]\n";
  done("map update " + path + " key 4 0 0 0 --value-type u8[262144] value @" + file);
  unlink(file.c_str());
  const std::uint32_t four = 4;
  must(bpf_map_lookup_elem(map.get(), &four, back.data()), "look up");
  EXPECT_TRUE(back == value);
}

}  // namespace
}  // namespace bpfmaps::test
