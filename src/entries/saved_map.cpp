// SPDX-License-Identifier: BSD-2-Clause
#include "entries/saved_map.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>

#include "entries/parse_chunks.h"
#include "entries/saved_header.h"
#include "entries/text_chunks.h"
#include "kernel/map/map_kind.h"
#include "kernel/pin/resolve.h"
#include "layout/entry_json.h"
#include "layout/join.h"

namespace bpfmaps::entries {
namespace {

constexpr const char* kOperation = "read a saved map";

// The lines behind the first one.
class LineReader {
 public:
  LineReader(TextChunks& chunks, const layout::RowSpec& spec) : chunks_(chunks), json_(spec) {}

  Result<EntryBlocks> run() {
    const auto refuse = [this](Kind kind, std::string why) {
      return fail(Error::refused(kind, kOperation, chunks_.subject(), std::move(why),
                                 "the file was cut short, or `map save` did not come to its end"));
    };
    EntryBlocks all =
        TRY(parse_chunks(chunks_, [this](const TextChunk& chunk) { return read(chunk); }));
    if (!promised_) return refuse(Kind::incomplete, "the last line is missing: it is not whole");
    if (last_order_ > end_order_)
      return refuse(Kind::invalid, "something stands behind the last line");
    if (count_of(all) == *promised_) return all;
    return refuse(Kind::incomplete, "it holds " + std::to_string(count_of(all)) +
                                        " entries, and its last line says " +
                                        std::to_string(*promised_));
  }

 private:
  Result<EntryBlock> read(const TextChunk& chunk) {
    EntryBlock block(json_.key_size(), json_.value_size());
    reserve_for(chunk, block);
    Status status;
    chunk.for_each([&](std::string_view line) {
      block.add();
      const std::size_t at = block.count() - 1u;
      Status one = json_.read(line, block.key(at), block.value(at));
      if (one) return true;
      block.drop_last();
      const auto ending = read_saved_end(line);
      if (ending && *ending) {
        note_end(chunk.order, **ending);
        const char* const behind = chunk.text.data() + chunk.text.size();
        const bool last = std::all_of(line.data() + line.size(), behind,
                                      [](char c) { return c == '\n' || c == '\r'; });
        if (last) return false;
        one = fail(Error::usage("something stands behind the last line"));
      } else if (!ending) {
        one = fail(ending.error());
      }
      const std::string where = "line " + std::to_string(chunk.line_of(line)) + ": ";
      status = fail(Error::refused(Kind::invalid, kOperation, chunks_.subject(),
                                   where + one.error().context, one.error().hint));
      return false;
    });
    TRY(std::move(status));
    const std::lock_guard lock(mutex_);
    last_order_ = std::max(last_order_, chunk.order);
    return block;
  }

  void note_end(std::uint64_t order, std::uint64_t entries) {
    const std::lock_guard lock(mutex_);
    end_order_ = order;
    promised_ = entries;
  }

  TextChunks& chunks_;
  const layout::EntryJson json_;
  std::mutex mutex_;
  std::uint64_t last_order_ = 0, end_order_ = 0;
  std::optional<std::uint64_t> promised_;
};

class BlockReader final : public kernel::PartReader {
 public:
  BlockReader(EntryBlocks& blocks, std::atomic<std::size_t>& next, Reading reading)
      : blocks_(blocks), next_(next), reading_(reading) {}
  Result<kernel::Part> next() override {
    const std::size_t at = next_++;
    if (at >= blocks_.size()) return kernel::Part{.order = at, .entries = {}, .end = true};
    if (reading_ == Reading::again)
      return kernel::Part{.order = at, .entries = blocks_[at].entries()};
    mine_.emplace(std::exchange(blocks_[at], EntryBlock(0, 0)));
    return kernel::Part{.order = at, .entries = mine_->entries()};
  }

 private:
  EntryBlocks& blocks_;
  std::atomic<std::size_t>& next_;
  const Reading reading_;
  std::optional<EntryBlock> mine_;
};

class BlockSource final : public kernel::Source {
 public:
  BlockSource(EntryBlocks& blocks, Reading reading) : blocks_(blocks), reading_(reading) {}
  unsigned most_readers() const override {
    const auto parts = static_cast<unsigned>(std::min<std::size_t>(blocks_.size() / 2 + 1, 16));
    return std::min(parts, std::max(1u, std::thread::hardware_concurrency()));
  }
  std::unique_ptr<kernel::PartReader> reader() override {
    return std::make_unique<BlockReader>(blocks_, next_, reading_);
  }

 private:
  EntryBlocks& blocks_;
  const Reading reading_;
  std::atomic<std::size_t> next_ = 0;
};

kernel::ValueShape shape_of(const SavedMap& saved) {
  kernel::ValueShape shape{
      .cpus = {}, .slot = saved.info.value_size, .size = saved.info.value_size};
  if (saved.cpus.empty()) return shape;
  shape.cpus = saved.cpus;
  shape.slot = (saved.info.value_size + 7) & ~7u;
  shape.size = std::size_t{shape.slot} * shape.cpus.size();
  return shape;
}

// The entries of inner maps under one key each, as open_inner_maps() has them.
Result<std::unique_ptr<TypedMap>> joined(std::unique_ptr<TypedMap> outer, const SavedMap& saved,
                                         const MapOptions& options) {
  saved.inner->cpus = saved.cpus;
  const auto inner = TRY(inner_types_of(saved, options));
  const layout::Layout id = layout::Layout::index();
  return std::make_unique<TypedMap>(
      kernel::Map(Fd(), saved.info), inner->shape,
      layout::join({{"outer", &outer->key}, {"inner_map_id", &id}, {"inner", &inner->key}}),
      std::move(inner->value));
}

}  // namespace

Result<std::unique_ptr<TypedMap>> inner_types_of(const SavedMap& saved, const MapOptions& options) {
  MapOptions own = options;
  own.types.own = saved.inner->types.get();
  return make_typed_map(kernel::Map(Fd(), saved.inner->info), shape_of(*saved.inner), own);
}

Result<std::unique_ptr<kernel::Source>> open_saved_source(const SavedMap& saved, Reading reading) {
  return std::make_unique<BlockSource>(saved.blocks, reading);
}

namespace {

// Whether the first `bits` bits are the same.
bool share_bits(const unsigned char* a, const unsigned char* b, std::uint32_t bits) {
  if (std::memcmp(a, b, bits / 8) != 0) return false;
  const unsigned rest = bits % 8;
  return rest == 0 || ((a[bits / 8] ^ b[bits / 8]) >> (8 - rest)) == 0;
}

const unsigned char* find_prefix(const SavedMap& saved, unsigned char* key) {
  std::uint32_t wanted = 0, best = 0;
  std::memcpy(&wanted, key, sizeof wanted);
  const unsigned char *found = nullptr, *found_key = nullptr;
  for (const EntryBlock& block : saved.blocks) {
    for (std::uint32_t i = 0; i < block.count(); ++i) {
      std::uint32_t length = 0;
      std::memcpy(&length, block.key(i), sizeof length);
      if (length > wanted || (found != nullptr && length <= best)) continue;
      if (!share_bits(block.key(i) + 4, key + 4, length)) continue;
      best = length;
      found = block.value(i);
      found_key = block.key(i);
    }
  }
  if (found != nullptr) std::memcpy(key, found_key, saved.info.key_size);
  return found;
}

}  // namespace

const unsigned char* find_saved(const TypedMap& typed, unsigned char* key) {
  const SavedMap& saved = *typed.saved;
  if (kernel::kind_of(saved.info.type).structure == kernel::Structure::prefixes)
    return find_prefix(saved, key);
  for (const EntryBlock& block : saved.blocks)
    for (std::uint32_t i = 0; i < block.count(); ++i)
      if (std::memcmp(block.key(i), key, block.key_size()) == 0) return block.value(i);
  return nullptr;
}

Result<const unsigned char*> next_saved(const TypedMap& typed, const unsigned char* key) {
  bool found = key == nullptr;
  for (const EntryBlock& block : typed.saved->blocks) {
    for (std::uint32_t i = 0; i < block.count() && block.key_size() != 0; ++i) {
      if (found) return block.key(i);
      found = std::memcmp(block.key(i), key, block.key_size()) == 0;
    }
  }
  if (found) return nullptr;
  return fail(Error::refused(Kind::not_found, "get the next key", "", ""));
}

bool is_saved_map(const std::string& path) {
  if (path == "-") return true;
  const Fd place(open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat status {};
  if (!place || fstat(place.get(), &status) != 0 || S_ISDIR(status.st_mode)) return false;
  if (kernel::lies_in_bpffs(place.get()).value_or(true)) return false;
  if (!S_ISREG(status.st_mode)) return S_ISFIFO(status.st_mode);
  auto chunks = TextChunks::open(path, kOperation);
  if (!chunks) return chunks.error().kind == Kind::permission;
  const auto start = chunks->peek(32);
  return start && is_saved_header(*start);
}

namespace {

struct Opened {
  std::unique_ptr<TypedMap> typed;
  std::shared_ptr<SavedMap> saved;
};

// By the first line of `chunks`.
Result<Opened> open_header(TextChunks& chunks, const MapOptions& options) {
  const std::string first = TRY(chunks.take_first(TextChunks::Unit::line));
  SavedHeader header = TRY(read_saved_header(first, chunks.subject()));
  auto saved = std::make_shared<SavedMap>(std::move(header.map));
  MapOptions own = options;
  own.types.own = saved->types.get();
  if (header.stands_for && options.raw)
    return fail(Error::refused(Kind::unsupported, kOperation, chunks.subject(),
                               "its entries stand for something, and have no bytes to show",
                               "leave --raw out"));
  auto typed = TRY(make_typed_map(kernel::Map(Fd(), saved->info), shape_of(*saved), own));
  if (header.stands_for) {
    (header.of_key ? typed->key : typed->value) = *std::move(header.stands_for);
    typed->shape.slot = typed->value.root().size;
    typed->shape.size = typed->value.root().size;
    if (header.of_key && !saved->cpus.empty()) typed->shape = shape_of(*saved);
  }
  if (saved->inner) typed = TRY(joined(std::move(typed), *saved, own));
  return Opened{std::move(typed), std::move(saved)};
}

}  // namespace

Result<std::unique_ptr<TypedMap>> open_saved_types(const std::string& path,
                                                   const MapOptions& options) {
  TextChunks chunks = TRY(TextChunks::open(path, kOperation));
  Opened opened = TRY(open_header(chunks, options));
  opened.typed->saved = std::move(opened.saved);
  return {std::move(opened.typed)};
}

Result<std::unique_ptr<TypedMap>> open_saved_map(const std::string& path,
                                                 const MapOptions& options) {
  TextChunks chunks = TRY(TextChunks::open(path, kOperation));
  auto [typed, saved] = TRY(open_header(chunks, options));
  const layout::RowSpec spec = typed->row_spec();
  saved->blocks = TRY(LineReader(chunks, spec).run());
  saved->count = count_of(saved->blocks);
  typed->saved = std::move(saved);
  TRY(add_reduction(*typed, options));
  return {std::move(typed)};
}

}  // namespace bpfmaps::entries
