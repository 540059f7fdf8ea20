// SPDX-License-Identifier: BSD-2-Clause
// Readers on maps large enough to be divided: every way to read gives the same entries, and what
// others write meanwhile makes no entry come twice or go missing.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>

#include "kernel/fixture.h"
#include "kernel/map/reader_kinds.h"
#include "kernel/map/source_kinds.h"
#include "kernel/sandbox.h"
#include "support/sanitized.h"

namespace bpfmaps::test {
namespace {

using kernel::Map;
using Numbers = std::map<std::uint32_t, std::uint64_t>;

constexpr std::uint32_t kEntries = 100'000;

struct MadeMap {
  Map map;
  int fd() const { return map.fd(); }
};

MadeMap make(bpf_map_type type, std::uint32_t entries, std::uint32_t flags = 0) {
  struct bpf_map_create_opts options {};
  options.sz = sizeof options;
  options.map_flags = flags;
  Fd fd(must(bpf_map_create(type, "readers", 4, 8, entries, &options), "create"));
  auto map = kernel::adopt_map(std::move(fd), "readers");
  must(map.has_value(), "adopt");
  return {*std::move(map)};
}

void fill(const MadeMap& made, std::uint32_t entries) {
  std::vector<std::uint32_t> keys(entries);
  std::vector<std::uint64_t> values(entries);
  for (std::uint32_t i = 0; i < entries; ++i) keys[i] = i, values[i] = i * 3ull;
  std::uint32_t count = entries;
  must(bpf_map_update_batch(made.fd(), keys.data(), values.data(), &count, nullptr), "fill");
}

/// Counts the keys that come twice.
void collect(const Entries& entries, Numbers& into, unsigned& twice) {
  for (std::uint32_t i = 0; i < entries.count; ++i) {
    std::uint32_t key = 0;
    std::uint64_t value = 0;
    std::memcpy(&key, entries.key(i), sizeof key);
    std::memcpy(&value, entries.value(i), sizeof value);
    if (!into.emplace(key, value).second) ++twice;
  }
}

/// Reads `source` on as many threads as it feeds; fails where a key comes twice.
Numbers all_of(kernel::Source& source, unsigned readers) {
  std::mutex mutex;
  Numbers numbers;
  unsigned twice = 0;
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < readers; ++i) {
    threads.emplace_back([&] {
      const auto reader = source.reader();
      for (;;) {
        const auto part = reader->next();
        if (!part || part->end) {
          EXPECT_TRUE(part) << part.error().message();
          return;
        }
        const std::lock_guard lock(mutex);
        collect(part->entries, numbers, twice);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(twice, 0u);
  return numbers;
}

Numbers all_of(std::unique_ptr<kernel::Reader> reader) {
  const auto source = kernel::make_single_source(std::move(reader));
  return all_of(*source, 1);
}

Numbers expected(std::uint32_t entries) {
  Numbers numbers;
  for (std::uint32_t i = 0; i < entries; ++i) numbers[i] = i * 3ull;
  return numbers;
}

class Readers : public KernelTest {};

TEST_F(Readers, this_kernels_batch_tokens_are_bucket_numbers) {
  EXPECT_TRUE(kernel::tokens_are_buckets());
}

TEST_F(Readers, every_way_to_read_a_hash_gives_the_same_entries) {
  const MadeMap made = make(BPF_MAP_TYPE_HASH, kEntries);
  fill(made, kEntries);
  const Numbers wanted = expected(kEntries);
  for (const unsigned readers : {1u, 2u, 5u}) {
    const auto source = kernel::make_bucket_source(made.map, 8);
    ASSERT_NE(source, nullptr);
    EXPECT_EQ(all_of(*source, readers), wanted);
  }
  EXPECT_EQ(all_of(kernel::make_batch_reader(made.map, 8)), wanted);
  EXPECT_EQ(all_of(kernel::make_next_key_reader(made.map, 8)), wanted);
}

TEST_F(Readers, every_way_to_read_an_array_gives_the_same_entries) {
  const MadeMap made = make(BPF_MAP_TYPE_ARRAY, kEntries, BPF_F_MMAPABLE);
  fill(made, kEntries);
  const Numbers wanted = expected(kEntries);
  for (const unsigned readers : {1u, 3u}) {
    const auto by_index = kernel::make_index_source(made.map, 8);
    ASSERT_NE(by_index, nullptr);
    EXPECT_EQ(all_of(*by_index, readers), wanted);
    const auto mapped = kernel::make_mapped_source(made.map);
    ASSERT_NE(mapped, nullptr);
    EXPECT_EQ(all_of(*mapped, readers), wanted);
  }
  EXPECT_EQ(all_of(kernel::make_batch_reader(made.map, 8)), wanted);
}

TEST_F(Readers, the_mapped_reader_hands_out_copies) {
  const MadeMap made = make(BPF_MAP_TYPE_ARRAY, kEntries, BPF_F_MMAPABLE);
  const auto source = kernel::make_mapped_source(made.map);
  ASSERT_NE(source, nullptr);
  const auto reader = source->reader();
  const auto part = reader->next();
  ASSERT_TRUE(part);
  const std::uint32_t key = 0;
  const std::uint64_t written = 7;
  must(bpf_map_update_elem(made.fd(), &key, &written, BPF_ANY), "update");
  Numbers numbers;
  unsigned twice = 0;
  collect(part->entries, numbers, twice);
  EXPECT_EQ(numbers.at(key), 0u);
}

TEST_F(Readers, a_gentle_reader_gives_the_same_entries_to_one_thread) {
  for (const bpf_map_type type : {BPF_MAP_TYPE_HASH, BPF_MAP_TYPE_ARRAY}) {
    const MadeMap made = make(type, kEntries);
    fill(made, kEntries);
    const auto source = kernel::open_source(made.map, kernel::ReadRate::gentle);
    ASSERT_TRUE(source);
    EXPECT_EQ((*source)->most_readers(), 1u);
    EXPECT_EQ(all_of(**source, 1), expected(kEntries));
  }
}

TEST_F(Readers, a_sparse_hash_is_read_whole) {
  const MadeMap made = make(BPF_MAP_TYPE_HASH, 1'000'000, BPF_F_NO_PREALLOC);
  for (const std::uint32_t entries : {0u, 1u, 40'000u}) {
    if (entries != 0) fill(made, entries);
    const auto source = kernel::open_source(made.map);
    ASSERT_TRUE(source);
    EXPECT_EQ(all_of(**source, (*source)->most_readers()), expected(entries));
  }
}

TEST_F(Readers, stable_entries_come_once_while_others_write) {
  constexpr std::uint32_t kStable = 20'000, kChurning = 40'000;
  const MadeMap made = make(BPF_MAP_TYPE_HASH, kEntries);
  fill(made, kStable + kChurning);
  std::atomic<bool> stop = false;
  std::vector<std::thread> writers;
  for (std::uint32_t writer = 0; writer < 2; ++writer) {
    writers.emplace_back([&, writer] {
      for (std::uint32_t i = writer; !stop; i += 2) {
        const std::uint32_t gone = kStable + i * 7919 % kChurning,
                            back = kStable + i * 104'729 % kChurning;
        const std::uint64_t value = 1;
        bpf_map_delete_elem(made.fd(), &gone);
        bpf_map_update_elem(made.fd(), &back, &value, BPF_ANY);
      }
    });
  }
  const Numbers wanted = expected(kStable);
  const auto enough = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  for (int round = 0; round < 200 && !HasFailure(); ++round) {
    if (round >= 4 && std::chrono::steady_clock::now() > enough) break;
    const auto source = kernel::make_bucket_source(made.map, 8);
    EXPECT_NE(source, nullptr);
    if (source == nullptr) break;
    Numbers numbers = all_of(*source, 2);
    numbers.erase(numbers.lower_bound(kStable), numbers.end());
    EXPECT_TRUE(numbers == wanted)
        << "round " << round << ": " << numbers.size() << " of " << kStable;
  }
  stop = true;
  for (std::thread& writer : writers) writer.join();
}

// Reads all; deletes the key that the reader stands on after each of the first `times` chunks.
Status read_and_pull(const MadeMap& made, kernel::Reader& reader, unsigned times, Numbers& numbers,
                     Numbers& gone) {
  unsigned twice = 0;
  for (unsigned chunk = 0;; ++chunk) {
    const Entries entries = TRY(reader.next());
    if (entries.count == 0) break;
    collect(entries, numbers, twice);
    if (chunk >= times) continue;
    const unsigned char* const last = entries.key(entries.count - 1);
    Numbers pulled;
    collect(entries.some(entries.count - 1, 1), pulled, twice);
    gone.merge(pulled);
    must(bpf_map_delete_elem(made.fd(), last), "delete");
  }
  EXPECT_EQ(twice, 0u);
  return {};
}

TEST_F(Readers, next_keys_come_once_when_the_kernel_starts_over) {
  const MadeMap made = make(BPF_MAP_TYPE_HASH, kEntries);
  fill(made, 10'000);
  const auto reader = kernel::make_next_key_reader(made.map, 8);
  Numbers numbers, gone;
  EXPECT_TRUE(read_and_pull(made, *reader, 8, numbers, gone));
  EXPECT_EQ(gone.size(), 8u);
  EXPECT_EQ(numbers, expected(10'000));
  EXPECT_EQ(reader->restarts(), 8u);
}

TEST_F(Readers, next_keys_end_and_say_so_when_the_kernel_starts_over_again_and_again) {
  const MadeMap made = make(BPF_MAP_TYPE_HASH, kEntries);
  fill(made, 20'000);
  const auto reader = kernel::make_next_key_reader(made.map, 8);
  Numbers numbers, gone;
  const Status status = read_and_pull(made, *reader, UINT32_MAX, numbers, gone);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, Kind::incomplete);
}

}  // namespace
}  // namespace bpfmaps::test
