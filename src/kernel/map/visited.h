// SPDX-License-Identifier: BSD-2-Clause
// Visited: which keys a walk has met. Where the kernel goes on from a key (BPF_MAP_GET_NEXT_KEY,
// and batches of an LPM trie), it starts over when that key is gone meanwhile, and says nothing.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "kernel/handle.h"

namespace bpfmaps::kernel {

/// Whether `one` stands before `other` in the order that an LPM trie hands keys out in: bit by bit,
/// and a prefix behind those it covers (trie_get_next_key(), kernel/bpf/lpm_trie.c). Both have
/// `size` bytes.
bool stands_before(const unsigned char* one, const unsigned char* other, std::size_t size);

class Visited {
 public:
  explicit Visited(const MapInfo& info);

  /// Of the next key of the walk: true the first time it is met. A trie has an order, so that the
  /// last key tells; of all other maps every key is kept.
  bool is_new(const unsigned char* key);

  /// How often the kernel started over, as far as keys that were met before tell.
  std::uint64_t restarts() const { return restarts_; }

  /// False once the walk should end: the map loses the keys that the kernel stands on, or gains new
  /// ones, faster than it can be read.
  bool gets_on() const;

 private:
  bool was_met(const unsigned char* key);

  const bool ordered_;  // a trie
  const std::uint32_t key_size_;
  const std::uint64_t most_;
  std::vector<unsigned char> last_;  // of a trie: the furthest key
  std::unordered_set<std::string> keys_;
  bool again_ = false;
  std::uint64_t met_ = 0, restarts_ = 0, repeats_ = 0;
};

/// The error for a walk that does not get on.
Error changing_too_fast(const Map& map);

}  // namespace bpfmaps::kernel
