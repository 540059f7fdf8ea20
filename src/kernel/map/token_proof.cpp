// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "kernel/map/source_kinds.h"

namespace bpfmaps::kernel {
namespace {

constexpr std::uint32_t kBuckets = 64, kKeys = 48;

// The keys that a batch hands out from `bucket` on; none where the kernel refuses.
std::vector<std::uint32_t> keys_from(int fd, std::uint32_t bucket) {
  std::uint32_t keys[kBuckets], values[kBuckets], count = kBuckets, next = 0;
  const int status = bpf_map_lookup_batch(fd, &bucket, &next, keys, values, &count, nullptr);
  if (status != 0 && status != -ENOENT) return {};
  return {keys, keys + count};
}

bool prove() {
  const Fd fd(bpf_map_create(BPF_MAP_TYPE_HASH, "token_proof", sizeof(std::uint32_t),
                             sizeof(std::uint32_t), kBuckets, nullptr));
  if (!fd) return false;
  for (std::uint32_t key = 0; key < kKeys; ++key)
    if (bpf_map_update_elem(fd.get(), &key, &key, BPF_ANY) != 0) return false;
  const std::vector<std::uint32_t> all = keys_from(fd.get(), 0);
  if (all.size() != kKeys) return false;
  // From each bucket on there must be the rest of the same sequence, shorter and shorter.
  std::size_t last = all.size();
  for (std::uint32_t bucket = 1; bucket <= kBuckets; ++bucket) {
    const std::vector<std::uint32_t> rest = keys_from(fd.get(), bucket);
    if (rest.size() > last || !std::equal(rest.rbegin(), rest.rend(), all.rbegin())) return false;
    last = rest.size();
  }
  return last == 0;
}

}  // namespace

bool tokens_are_buckets() {
  static const bool proven = prove();
  return proven;
}

}  // namespace bpfmaps::kernel
