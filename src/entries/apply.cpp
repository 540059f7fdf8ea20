// SPDX-License-Identifier: BSD-2-Clause
#include "entries/apply.h"

#include <sys/random.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

#include "entries/snapshots.h"
#include "kernel/map/map_kind.h"
#include "kernel/names.h"

namespace bpfmaps::entries {
namespace {

// A place of an entry in blocks.
struct Place {
  std::uint32_t block = UINT32_MAX, index = 0;
};

std::uint64_t random_seed() {
  std::uint64_t seed = 0;
  if (getrandom(&seed, sizeof seed, 0) != sizeof seed) seed = 0x9e3779b97f4a7c15u;
  return seed;
}

std::uint64_t hash_of(const unsigned char* key, std::size_t size, std::uint64_t seed) {
  std::uint64_t hash = seed;
  __extension__ using Wide = unsigned __int128;
  const auto mix = [&hash](std::uint64_t word) {
    const Wide product = static_cast<Wide>(hash ^ word) * 0x9e3779b97f4a7c15u;
    hash = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  };
  std::uint64_t word = 0;
  for (; size >= 8; size -= 8, key += 8) {
    std::memcpy(&word, key, 8);
    mix(word);
  }
  word = 0;
  if (size != 0) std::memcpy(&word, key, size);
  mix(word + size);
  return hash;
}

// Keys that were seen; open addressing.
class KeyTable {
 public:
  KeyTable(const EntryBlocks& blocks, std::size_t key_size)
      : blocks_(blocks),
        key_size_(key_size),
        table_(std::bit_ceil(count_of(blocks) * 2 + 1)),
        seed_(random_seed()) {}

  /// The place of the entry with that key: `at` where it is the first one.
  Place& take(Place at) {
    const unsigned char* const key = blocks_[at.block].key(at.index);
    const std::size_t mask = table_.size() - 1;
    for (std::size_t i = hash_of(key, key_size_, seed_) & mask;; i = (i + 1) & mask) {
      Place& slot = table_[i];
      if (slot.block == UINT32_MAX) return slot = at;
      if (std::memcmp(blocks_[slot.block].key(slot.index), key, key_size_) == 0) return slot;
    }
  }

 private:
  const EntryBlocks& blocks_;
  const std::size_t key_size_;
  std::vector<Place> table_;
  const std::uint64_t seed_;
};

std::uint64_t number_of(const EntryBlocks& blocks, Place at) {
  std::uint64_t number = at.index + 1u;
  for (std::uint32_t i = 0; i < at.block; ++i) number += blocks[i].count();
  return number;
}

void make_canonical_key(unsigned char* key, std::size_t size) {
  std::uint32_t length = 0;
  std::memcpy(&length, key, sizeof length);
  unsigned char* const data = key + sizeof length;
  const std::size_t bytes = size - sizeof length;
  for (std::size_t i = length / 8; i < bytes; ++i) {
    const unsigned kept = i == length / 8 ? length % 8 : 0;
    data[i] &= static_cast<unsigned char>(0xff00u >> kept);
  }
}

bool is_trie(const TypedMap& typed) {
  return kernel::kind_of(typed.map.info().type).structure == kernel::Structure::prefixes;
}

// What a map had before.
Result<layout::Snapshot> before(const TypedMap& to) {
  layout::Snapshot all(to.map.info().key_size, to.shape.size);
  const auto reader = TRY(kernel::open_reader(to.map));
  std::vector<unsigned char> keys;
  std::uint64_t part = 0;
  for (Entries some = TRY(reader->next()); some.count != 0; some = TRY(reader->next())) {
    if (is_trie(to)) {
      keys.assign(some.keys, some.keys + some.count * some.key_stride);
      for (std::uint32_t i = 0; i < some.count; ++i)
        make_canonical_key(keys.data() + i * some.key_stride, some.key_stride);
      some.keys = keys.data();
    }
    all.add(some, part++, 0);
  }
  all.settle();
  return all;
}

struct Compared {
  std::uint64_t added = 0, changed = 0, unchanged = 0;
  std::vector<unsigned char> gone;  // keys
  std::uint64_t gone_count = 0;
};

Compared compare(const layout::Snapshot& old, const EntryBlocks& blocks) {
  Compared result;
  layout::EntryFinder finder(old);
  for (const EntryBlock& block : blocks) {
    for (std::uint32_t i = 0; i < block.count(); ++i) {
      const auto found = finder.find(block.key(i));
      if (!found)
        ++result.added;
      else if (std::memcmp(old.value(*found), block.value(i), old.value_size()) == 0)
        ++result.unchanged;
      else
        ++result.changed;
    }
  }
  finder.for_each_left([&](layout::EntryRef at) {
    result.gone.insert(result.gone.end(), old.key(at), old.key(at) + old.key_size());
    ++result.gone_count;
  });
  return result;
}

// The entries of an array are always there: zeros are as empty as they get.
Result<std::uint64_t> zero_out(const TypedMap& to, const Compared& compared) {
  const std::vector<unsigned char> zeros(to.shape.size);
  for (std::uint64_t i = 0; i < compared.gone_count; ++i)
    TRY(kernel::update(to.map, compared.gone.data() + i * to.map.info().key_size, zeros.data()));
  return compared.gone_count;
}

Result<std::uint64_t> remove(const TypedMap& to, const Compared& compared) {
  if (kernel::is_array(to.map.info().type)) return zero_out(to, compared);
  std::uint64_t removed = 0;
  TRY(kernel::remove_all(to.map, compared.gone.data(), compared.gone_count, removed));
  return removed;
}

Error with_count(Error error, std::uint64_t written) {
  const std::string done =
      std::to_string(written) + (written == 1 ? " entry was written" : " entries were written");
  error.hint = error.hint.empty() ? done : done + "; " + error.hint;
  return error;
}

}  // namespace

EntryBlocks with_plain_prefixes(const TypedMap& typed, EntryBlocks blocks) {
  if (!is_trie(typed)) return blocks;
  for (EntryBlock& block : blocks)
    for (std::uint32_t i = 0; i < block.count(); ++i)
      make_canonical_key(block.key(i), block.key_size());
  return blocks;
}

namespace {

// Entries, with keys that are the same bytes where the kernel takes them for the same: a copy of
// those of a trie, and the entries themselves otherwise.
class ComparableKeys {
 public:
  ComparableKeys(const TypedMap& typed, const EntryBlocks& blocks) : blocks_(&blocks) {
    if (!is_trie(typed)) return;
    copy_ = with_plain_prefixes(typed, blocks);
    blocks_ = &copy_;
  }
  ComparableKeys(const ComparableKeys&) = delete;
  ComparableKeys& operator=(const ComparableKeys&) = delete;
  ~ComparableKeys() = default;
  const EntryBlocks& operator*() const { return *blocks_; }

 private:
  EntryBlocks copy_;
  const EntryBlocks* blocks_;
};

}  // namespace

Status check_writable(const TypedMap& to) {
  const kernel::MapInfo& info = to.map.info();
  const auto refuse = [&](Kind kind, std::string why, std::string hint) {
    return fail(Error::refused(kind, "write", "map id " + std::to_string(info.id), std::move(why),
                               std::move(hint)));
  };
  if (to.map.fd_info().value_or(kernel::MapFdInfo{}).frozen)
    return refuse(Kind::permission, "the map is frozen: user space cannot write to it any more",
                  "programs still can; to change it, load its object anew");
  if ((info.flags & BPF_F_RDONLY) != 0)
    return refuse(Kind::permission, "the map was made read-only for user space",
                  "programs still can write to it");
  using kernel::Holds;
  const Holds holds = kernel::kind_of(info.type).holds;
  if (kernel::kind_of(info.type).keys == kernel::Keys::objects || holds == Holds::cgroups ||
      holds == Holds::callbacks || holds == Holds::stacks)
    return refuse(Kind::unsupported,
                  "the entries of a map of type " + kernel::map_type_name(info.type) +
                      " are not made by writing them",
                  "`bpfmaps map update --help` says what can be written");
  return {};
}

Status settle_duplicates(const TypedMap& typed, EntryBlocks& blocks, bool last_wins) {
  const std::size_t key_size = typed.map.info().key_size;
  if (key_size == 0) return {};
  const ComparableKeys keys(typed, blocks);
  KeyTable table(*keys, key_size);
  for (std::uint32_t b = 0; b < blocks.size(); ++b) {
    for (std::uint32_t i = 0; i < blocks[b].count(); ++i) {
      const Place at{b, i};
      Place& first = table.take(at);
      if (first.block == b && first.index == i) continue;
      if (!last_wins)
        return fail(Error::refused(
            Kind::invalid, "check", "key " + key_text(typed, blocks[b].key(i)),
            "entries " + std::to_string(number_of(blocks, first)) + " and " +
                std::to_string(number_of(blocks, at)) + " of the input have this key",
            "--last-wins takes the last one"));
      // The later entry stands where the first one was, and goes from its own place below. The
      // bits behind the prefix of a trie's key may be other ones.
      std::memcpy(blocks[first.block].key(first.index), blocks[b].key(i), key_size);
      std::memcpy(blocks[first.block].value(first.index), blocks[b].value(i),
                  blocks[b].value_size());
    }
  }
  if (!last_wins) return {};
  EntryBlocks kept;
  KeyTable again(*keys, key_size);
  for (std::uint32_t b = 0; b < blocks.size(); ++b) {
    EntryBlock block(blocks[b].key_size(), blocks[b].value_size());
    const Entries all = blocks[b].entries();
    for (std::uint32_t i = 0; i < blocks[b].count(); ++i) {
      const Place& first = again.take({b, i});
      if (first.block == b && first.index == i) block.append(all.some(i, 1));
    }
    if (block.count() != 0) kept.push_back(std::move(block));
  }
  blocks = std::move(kept);
  return {};
}

Result<Applied> apply(const TypedMap& to, const EntryBlocks& blocks, const ApplyOptions& options,
                      const Progress& progress) {
  Applied applied;
  const std::uint32_t type = to.map.info().type;
  if (kernel::kind_of(type).lru)
    applied.remark = "the map is an LRU: the kernel may evict entries, those written now too";
  const bool has_keys = to.map.info().key_size != 0;
  const bool plain = kernel::kind_of(type).holds == kernel::Holds::data;
  const bool compares = (options.replace || options.dry) && has_keys;
  std::optional<layout::Snapshot> old;
  Compared compared;
  if (compares) {
    old.emplace(TRY(before(to)));
    compared = compare(*old, *ComparableKeys(to, blocks));
    applied.added = compared.added;
    if (plain) applied.changed = compared.changed, applied.unchanged = compared.unchanged;
    if (options.replace) applied.removed = compared.gone_count;
  }
  if (options.dry) {
    if (!has_keys) applied.added = count_of(blocks);
    return applied;
  }
  kernel::Written written = write_entries(to, blocks, options.want, progress);
  const bool full = !written.status &&
                    (written.status.error().code == E2BIG || written.status.error().code == ENOSPC);
  bool deleted = false;
  if (full && options.replace && compared.gone_count != 0) {
    // There is no room for both: what goes makes room for what comes.
    applied.removed = TRY(remove(to, compared));
    applied.remark = "the map was too full to hold both: what is gone was deleted first";
    deleted = true;
    written = write_entries(to, blocks, options.want, progress);
  }
  applied.written = written.count;
  if (!written.status) return fail(with_count(std::move(written.status).error(), written.count));
  if (options.replace && has_keys && !deleted) {
    auto removed = remove(to, compared);
    if (!removed) return fail(with_count(std::move(removed).error(), written.count));
    applied.removed = *removed;
  }
  return applied;
}

}  // namespace bpfmaps::entries
