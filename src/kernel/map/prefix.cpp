// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/map/prefix.h"

#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "kernel/map/map_kind.h"
#include "kernel/map/reader.h"

namespace bpfmaps::kernel {
namespace {

using Bytes = std::vector<unsigned char>;

constexpr std::size_t kLengthSize = sizeof(std::uint32_t);
// How often it looks again when the trie changes meanwhile.
constexpr int kMostTries = 64;

std::uint32_t length_of(const unsigned char* key) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, key, sizeof bits);
  return bits;
}

// Makes `key` the prefix of its first `bits` bits.
void shorten(Bytes& key, std::uint32_t bits) {
  std::memcpy(key.data(), &bits, sizeof bits);
  const std::size_t whole = kLengthSize + bits / 8;
  if (whole >= key.size()) return;
  key[whole] &= static_cast<unsigned char>(0xff00 >> bits % 8);
  std::fill(key.begin() + static_cast<std::ptrdiff_t>(whole) + 1, key.end(), 0);
}

bool covers(const unsigned char* prefix, const Bytes& key) {
  const std::uint32_t bits = length_of(prefix);
  if (bits > length_of(key.data())) return false;
  Bytes first(prefix, prefix + key.size()), same = key;
  shorten(first, bits);
  shorten(same, bits);
  return first == same;
}

Error refused(int code, const Map& map) {
  return Error::from_errno(code, "look up", "map id " + std::to_string(map.info().id));
}

Error changing(const Map& map) {
  return Error::refused(Kind::incomplete, "look up", "map id " + std::to_string(map.info().id),
                        "the map changes faster than it can be read",
                        "try again when less is written to it");
}

// BPF_MAP_GET_NEXT_KEY; ENOENT behind the last key and where there is none at all.
int next_key_of(const Map& map, const void* key, void* next) {
  return bpf_map_get_next_key(map.fd(), key, next) == 0 ? 0 : errno;
}

bool try_exactness() {
  struct Key {
    std::uint32_t length;
    unsigned char data[4];
  };
  const Key there{32, {128, 0, 0, 0}}, other{32, {0, 0, 0, 0}};
  const std::uint32_t value = 0;
  bpf_map_create_opts options{};
  options.sz = sizeof options;
  options.map_flags = BPF_F_NO_PREALLOC;
  const Fd trie(
      bpf_map_create(BPF_MAP_TYPE_LPM_TRIE, "exactness", sizeof(Key), sizeof value, 1, &options));
  if (!trie || bpf_map_update_elem(trie.get(), &there, &value, BPF_ANY) != 0) return false;
  // An older kernel takes one prefix for the other, since their lengths agree, and finds nothing
  // behind it.
  Key next{};
  return bpf_map_get_next_key(trie.get(), &other, &next) == 0;
}

// Which prefixes a trie has, asked one by one: the key behind one that is not there is the first
// of all, and no key that is there is followed by the first.
class Trie {
 public:
  explicit Trie(const Map& map) : map_(map), first_(map.info().key_size), next_(first_.size()) {}

  /// The longest prefix of `key` that is there, from its own length down to `least` bits; what is
  /// found is left in `key`. Nothing is found where the trie changed meanwhile: see changed().
  Result<bool> find(Bytes& key, std::uint32_t least) {
    changed_ = false;
    const int empty = next_key_of(map_, nullptr, first_.data());
    if (empty == ENOENT) return false;
    if (empty != 0) return fail(refused(empty, map_));
    bool found = false;
    for (std::uint32_t bits = length_of(key.data()) + 1; bits-- > least && !found;) {
      shorten(key, bits);
      const int last = next_key_of(map_, key.data(), next_.data());
      if (last != 0 && last != ENOENT) return fail(refused(last, map_));
      found = last == ENOENT || next_ != first_;
    }
    const int gone = next_key_of(map_, nullptr, next_.data());
    if (gone != 0 && gone != ENOENT) return fail(refused(gone, map_));
    changed_ = gone == ENOENT || next_ != first_;
    return found && !changed_;
  }
  bool changed() const { return changed_; }

 private:
  const Map& map_;
  Bytes first_, next_;
  bool changed_ = false;
};

Status find_prefix(const Map& map, Bytes& key, std::uint32_t least) {
  if (!tries_are_exact()) {
    Bytes prefix(key.size());
    TRY(find_prefix_by_reading(map, key.data(), prefix.data()));
    if (length_of(prefix.data()) < least) return fail(refused(ENOENT, map));
    key = prefix;
    return {};
  }
  Trie trie(map);
  const Bytes wanted = key;
  for (int tries = 0; tries < kMostTries; ++tries) {
    key = wanted;
    if (TRY(trie.find(key, least))) return {};
    if (!trie.changed()) return fail(refused(ENOENT, map));
  }
  return fail(changing(map));
}

// Until the prefix that is found is still there when its value has been read.
Status look_up(const Map& map, const void* key, std::uint32_t least, void* prefix, void* value) {
  const auto* const from = static_cast<const unsigned char*>(key);
  const Bytes wanted(from, from + map.info().key_size);
  for (int tries = 0; tries < kMostTries; ++tries) {
    Bytes found = wanted;
    TRY(find_prefix(map, found, least));
    const Status read = lookup(map, found.data(), value);
    if (!read && read.error().kind != Kind::not_found) return read;
    Bytes still = found;
    const Status there = find_prefix(map, still, length_of(found.data()));
    if (!there && there.error().kind != Kind::not_found) return there;
    if (!read || !there) continue;
    if (prefix != nullptr)
      std::copy(found.begin(), found.end(), static_cast<unsigned char*>(prefix));
    return {};
  }
  return fail(changing(map));
}

}  // namespace

bool tries_are_exact() {
  static const bool exact = try_exactness();
  return exact;
}

Status find_prefix_by_reading(const Map& map, const void* key, void* prefix) {
  const auto* const from = static_cast<const unsigned char*>(key);
  const Bytes wanted(from, from + map.info().key_size);
  Bytes best;
  const auto reader = TRY(open_reader(map));
  for (;;) {
    const Entries entries = TRY(reader->next());
    if (entries.count == 0) break;
    for (std::uint32_t i = 0; i < entries.count; ++i) {
      const unsigned char* const one = entries.key(i);
      if (!covers(one, wanted)) continue;
      if (best.empty() || length_of(one) > length_of(best.data()))
        best.assign(one, one + wanted.size());
    }
  }
  if (best.empty()) return fail(refused(ENOENT, map));
  shorten(best, length_of(best.data()));
  std::copy(best.begin(), best.end(), static_cast<unsigned char*>(prefix));
  return {};
}

Status lookup_prefix(const Map& map, const void* key, void* prefix, void* value) {
  return look_up(map, key, 0, prefix, value);
}

Status lookup_exact(const Map& map, const void* key, void* value) {
  if (kind_of(map.info().type).structure != Structure::prefixes) return lookup(map, key, value);
  return look_up(map, key, length_of(static_cast<const unsigned char*>(key)), nullptr, value);
}

}  // namespace bpfmaps::kernel
