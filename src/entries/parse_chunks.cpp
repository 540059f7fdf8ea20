// SPDX-License-Identifier: BSD-2-Clause
#include "entries/parse_chunks.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>

#include "base/caught.h"

namespace bpfmaps::entries {
namespace {

class Parsing {
 public:
  Parsing(TextChunks& chunks, const ParseChunk& parse) : chunks_(chunks), parse_(parse) {}

  Result<EntryBlocks> run() {
    std::vector<std::thread> threads;
    try {
      for (unsigned i = 1; i < chunks_.most_readers(); ++i)
        threads.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
      // The threads there are read all chunks.
    }
    work();
    for (std::thread& thread : threads) thread.join();
    if (failed_) return fail(std::move(status_).error());
    std::ranges::sort(blocks_, {}, [](const auto& one) { return one.first; });
    EntryBlocks all;
    for (auto& [order, block] : blocks_) all.push_back(std::move(block));
    return all;
  }

 private:
  void work() {
    std::uint64_t order = UINT64_MAX;
    Status worked = caught([&]() -> Status {
      while (!failed_) {
        order = UINT64_MAX;
        const TextChunk chunk = TRY(chunks_.next());
        if (chunk.end) break;
        order = chunk.order;
        EntryBlock block = TRY(parse_(chunk));
        const std::lock_guard lock(mutex_);
        if (block.count() != 0) blocks_.emplace_back(chunk.order, std::move(block));
      }
      return {};
    });
    if (worked) return;
    const std::lock_guard lock(mutex_);
    if (failed_ && order >= failed_order_) return;
    failed_order_ = order;
    status_ = std::move(worked);
    failed_ = true;
  }

  TextChunks& chunks_;
  const ParseChunk& parse_;
  std::mutex mutex_;
  std::vector<std::pair<std::uint64_t, EntryBlock>> blocks_;
  std::atomic<bool> failed_ = false;
  std::uint64_t failed_order_ = 0;
  Status status_;
};

}  // namespace

void reserve_for(const TextChunk& chunk, EntryBlock& block) {
  constexpr std::size_t kMostBytesACharacter = 4;
  const std::size_t size = std::max<std::size_t>(block.key_size() + block.value_size(), 1);
  block.reserve(std::min(chunk.most_units(), chunk.text.size() * kMostBytesACharacter / size));
}

Result<EntryBlocks> parse_chunks(TextChunks& chunks, const ParseChunk& parse) {
  return Parsing(chunks, parse).run();
}

}  // namespace bpfmaps::entries
