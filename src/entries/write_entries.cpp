// SPDX-License-Identifier: BSD-2-Clause
#include "entries/write_entries.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "base/caught.h"
#include "entries/pipeline.h"
#include "kernel/map/map_kind.h"
#include "kernel/map/reader.h"
#include "layout/program.h"

namespace bpfmaps::entries {

using layout::Conversion;
using layout::ConversionOptions;

namespace {

std::string list_of(const std::vector<std::uint32_t>& cpus) {
  std::string text;
  for (const std::uint32_t cpu : cpus) text += (text.empty() ? "" : ",") + std::to_string(cpu);
  return text;
}

Status check_used(const ConversionOptions& options, const Conversion& key,
                  const Conversion& value) {
  const auto is_used = [&](const std::string& what) {
    return std::ranges::count(key.used(), what) + std::ranges::count(value.used(), what) != 0;
  };
  for (const auto& [path, text] : options.defaults)
    if (!is_used("default " + path))
      return fail(Error::usage("--default: there is no new field `" + path + "`"));
  for (const std::string& path : options.drops)
    if (!is_used("drop " + path))
      return fail(Error::usage("--drop: there is no field `" + path + "` to leave behind"));
  for (const auto& [path, renamed] : options.renames)
    if (!is_used("rename " + path))
      return fail(Error::usage("--rename: there is no field `" + renamed + "` to fill"));
  return {};
}

}  // namespace

Result<EntryConverter> EntryConverter::make(const TypedMap& from, const TypedMap& to,
                                            const ConversionOptions& options) {
  const layout::RowSpec source = from.row_spec();
  const layout::Layout& from_key = source.key != nullptr ? *source.key : from.key;
  if ((source.key == nullptr) != (to.map.info().key_size == 0))
    return fail(Error::refused(Kind::invalid, "convert", "",
                               source.key == nullptr ? "the entries have no keys, and the map does"
                                                     : "the map has no keys, and the entries do"));
  Conversion key = TRY(Conversion::make(from_key, to.key, "key", options));
  Conversion value = TRY(Conversion::make(*source.value, to.value, "value", options));
  TRY(check_used(options, key, value));
  EntryConverter made(from, std::move(key), std::move(value));
  const std::vector<std::uint32_t>& targets = to.shape.cpus;
  made.to_slots_ = std::max<std::size_t>(targets.size(), 1);
  made.to_slot_ = to.shape.slot;
  made.from_slot_ = source.cpus.empty() ? 0 : source.slot;
  if (!source.cpus.empty() && targets.empty())
    return fail(Error::refused(Kind::invalid, "convert", "",
                               "each CPU has a value of its own, and the map takes one value",
                               "--cpu sum adds them up"));
  for (const std::uint32_t cpu : source.cpus) {
    const auto at = std::ranges::find(targets, cpu);
    if (at == targets.end())
      return fail(Error::refused(Kind::invalid, "convert", "",
                                 "the values are those of CPUs " + list_of(source.cpus) +
                                     ", and this machine has " + list_of(targets),
                                 "--cpu sum puts the sum of all into the first"));
    made.slots_.push_back(static_cast<std::size_t>(at - targets.begin()));
  }
  if (source.cpus.empty()) made.slots_.push_back(0);
  made.same_cpus_ = source.cpus == targets && source.slot == to.shape.slot;
  return made;
}

std::vector<std::string> EntryConverter::added() const {
  std::vector<std::string> all = key_.added();
  all.insert(all.end(), value_.added().begin(), value_.added().end());
  return all;
}

std::string EntryConverter::added_text(const ConversionOptions& options) const {
  std::string names;
  for (const std::string& field : added()) names += (names.empty() ? "" : ", ") + field;
  if (names.empty()) return names;
  const bool has_defaults = !options.defaults.empty();
  return "new fields, " + std::string(has_defaults ? "zero unless --default says more" : "zero") +
         ": " + names;
}

Status EntryConverter::value(const unsigned char* from, unsigned char* to) const {
  for (std::size_t i = 0; i < slots_.size(); ++i)
    TRY(value_.run(from + i * from_slot_, to + slots_[i] * to_slot_));
  return {};
}

Status EntryConverter::run(const Entries& entries, EntryBlock& block) const {
  if (is_copy()) return block.append(entries), Status();
  for (std::uint32_t i = 0; i < entries.count; ++i) {
    block.add();
    const std::size_t at = block.count() - 1u;
    Status done;
    if (entries.keys != nullptr) done = key_.run(entries.key(i), block.key(at));
    if (done) done = value(entries.value(i), block.value(at));
    if (done) continue;
    block.drop_last();
    if (entries.keys != nullptr) done.error().subject = "key " + key_text(*from_, entries.key(i));
    return done;
  }
  return {};
}

EntryBlock block_for(const TypedMap& typed) {
  return {typed.map.info().key_size, typed.shape.size};
}

std::string key_text(const TypedMap& typed, const unsigned char* key) {
  const layout::RowSpec spec = typed.row_spec();
  if (spec.key == nullptr) return {};
  return layout::text_of(*spec.key, spec.key->root(), key, {.meanings = true});
}

namespace {

// Whether several threads write faster than one: where each entry has a lock of its own, and order
// means nothing.
unsigned threads_for(const kernel::MapInfo& info, std::uint64_t count) {
  constexpr std::uint64_t kWorthDividing = 32768;
  constexpr unsigned kMostThreads = 8;
  const kernel::MapKind& kind = kernel::kind_of(info.type);
  const bool locks_entries = kernel::is_array(info.type) || (kind.buckets && !kind.lru);
  if (!locks_entries) return 1;
  if (count < kWorthDividing) return 1;
  return std::clamp(std::thread::hardware_concurrency(), 1u, kMostThreads);
}

class Writing {
 public:
  Writing(const TypedMap& to, const EntryBlocks& blocks, kernel::Want want,
          const Progress& progress)
      : to_(to), blocks_(blocks), want_(want), progress_(progress) {}

  kernel::Written run() {
    const unsigned count = threads_for(to_.map.info(), count_of(blocks_));
    std::vector<std::thread> threads;
    threads.reserve(count);
    try {
      for (unsigned i = 1; i < count; ++i) threads.emplace_back([this] { work(); });
    } catch (const std::exception&) {
      // The kernel, or memory, gives no more: the threads there are write all blocks.
    }
    work();
    for (std::thread& thread : threads) thread.join();
    return {written_, std::move(status_)};
  }

 private:
  void work() {
    const Status worked = caught([&] {
      for (;;) {
        const std::size_t at = next_++;
        if (at >= blocks_.size() || failed_) return;
        write(blocks_[at].entries());
      }
    });
    if (!worked) end(worked);
  }

  void write(const Entries& all) {
    constexpr std::uint32_t kAtOnce = 8192;  // between two looks at the progress
    for (std::uint32_t first = 0; first < all.count && !failed_; first += kAtOnce) {
      const Entries some = all.some(first, kAtOnce);
      kernel::Written done = kernel::update_all(to_.map, some, want_);
      written_ += done.count;
      if (!done.status) {
        if (some.keys != nullptr)
          done.status.error().subject = "key " + key_text(to_, some.key(done.count));
        return end(std::move(done.status));
      }
      if (progress_) {
        const std::lock_guard lock(mutex_);
        progress_(written_);
      }
    }
  }

  void end(Status status) {
    const std::lock_guard lock(mutex_);
    if (!failed_) status_ = std::move(status);
    failed_ = true;
  }

  const TypedMap& to_;
  const EntryBlocks& blocks_;
  const kernel::Want want_;
  const Progress& progress_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::uint64_t> written_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  Status status_;
};

// One thread's entries, with the place of each block in the order of parts.
struct BlockGatherer {
  EntrySizes sizes;
  std::vector<std::pair<std::uint64_t, EntryBlock>> blocks = {};

  void add(const Entries& entries, std::uint64_t part) {
    if (entries.count == 0) return;
    EntryBlock block(entries.keys == nullptr ? 0 : sizes.key, sizes.value);
    block.append(entries);
    blocks.emplace_back(part, std::move(block));
  }
};

}  // namespace

kernel::Written write_entries(const TypedMap& to, const EntryBlocks& blocks, kernel::Want want,
                              const Progress& progress) {
  return Writing(to, blocks, want, progress).run();
}

Result<EntryBlocks> read_entries(const TypedMap& typed, const layout::Query* query,
                                 std::string* changed) {
  const EntrySizes sizes = entry_sizes(typed);
  const auto source = TRY(open_source(typed));
  std::vector<std::pair<std::uint64_t, EntryBlock>> all;
  TRY(gather(
      *source, typed, query, [&] { return BlockGatherer{sizes}; },
      [&](BlockGatherer some) { std::ranges::move(some.blocks, std::back_inserter(all)); }));
  if (changed != nullptr) *changed = change_text(*source);
  std::ranges::sort(all, {}, [](const auto& one) { return one.first; });
  EntryBlocks blocks;
  blocks.reserve(all.size());
  for (auto& [part, block] : all) blocks.push_back(std::move(block));
  return blocks;
}

}  // namespace bpfmaps::entries
