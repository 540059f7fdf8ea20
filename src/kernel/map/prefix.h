// SPDX-License-Identifier: BSD-2-Clause
// Prefixes: which entry of an LPM trie a lookup finds. The kernel returns the value of the longest
// prefix that covers the key, and does not say which prefix that is. Knows bytes, not types.
#pragma once

#include "base/result.h"
#include "kernel/handle.h"

namespace bpfmaps::kernel {

/// Looks `key` up in an LPM trie. `prefix` (key_size bytes) becomes the key of the entry that was
/// found, with zeros behind its length; `value` is that of this entry.
/// Kind::not_found where no prefix covers the key.
Status lookup_prefix(const Map& map, const void* key, void* prefix, void* value);

/// The value of the entry that update() and remove() work on for `key`, in a map of any type: in an
/// LPM trie the one of just that prefix. Kind::not_found where there is none, although a shorter
/// prefix may cover it.
Status lookup_exact(const Map& map, const void* key, void* value);

/// Whether an LPM trie of this kernel tells what it has: since Linux 6.13 (and the stable releases
/// that took over the same series) BPF_MAP_GET_NEXT_KEY starts over exactly where there is no such
/// key, and BPF_EXIST and BPF_NOEXIST are not ignored. Tried once, on a trie of its own.
bool tries_are_exact();

/// What lookup_prefix() and lookup_exact() do on older kernels: read all entries. `prefix` becomes
/// the longest that covers `key`. Slow in a large trie.
Status find_prefix_by_reading(const Map& map, const void* key, void* prefix);

}  // namespace bpfmaps::kernel
