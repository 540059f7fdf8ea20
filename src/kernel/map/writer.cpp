// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/map/writer.h"

#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>

#include "base/kernel_errno.h"
#include "kernel/map/map_kind.h"
#include "kernel/map/prefix.h"
#include "kernel/map/reader.h"
#include "kernel/names.h"

namespace bpfmaps::kernel {
namespace {

Error refused(int code, const char* operation, const Map& map) {
  Error error = Error::from_errno(code, operation, "map id " + std::to_string(map.info().id));
  if (code == EPERM && map.fd_info().value_or(MapFdInfo{}).frozen)
    return std::move(error)
        .because("the map is frozen: user space cannot write to it any more")
        .advise("programs still can; to change it, load its object anew");
  if (code == EPERM) return std::move(error).because("the map forbids user space to write to it");
  if (code == EBUSY)
    return std::move(error)
        .because("the kernel is busy with the entry or with the whole map")
        .advise("try again; a map that is mapped into memory for writing cannot be frozen");
  return error;
}

Error no_such_index(Error error, const MapInfo& info) {
  return std::move(error)
      .as(Kind::not_found)
      .because("the map has no such index")
      .advise("its keys are 0 to " + std::to_string(info.max_entries - 1));
}

// Where the kernel only says that it will not: the key, or the room for one more entry.
Error update_refused(int code, const Map& map, Want want) {
  Error error = refused(code, "update", map);
  const MapInfo& info = map.info();
  const std::string entries = std::to_string(info.max_entries);
  switch (code) {
    case E2BIG:
      if (!is_indexed(info.type)) break;
      return no_such_index(std::move(error), info);
    case EEXIST:
      return std::move(error)
          .because(is_array(info.type) ? "the entries of an array are always there"
                                       : "the map has an entry with that key")
          .advise("leave `noexist` out to replace it");
    case ENOENT:
      if (want != Want::exist) return error;
      return std::move(error)
          .because("the map has no such key")
          .advise("leave `exist` out to add it");
    case EINVAL:
      if (kind_of(info.type).holds == Holds::maps)
        return std::move(error)
            .because("that map is not like the ones that this map was made for")
            .advise("type, sizes and flags must be those of its inner_map");
      if (kind_of(info.type).holds == Holds::programs)
        return std::move(error)
            .because("the program is not of the kind that this map takes")
            .advise("its type must be that of the programs that use the map");
      if (kind_of(info.type).holds == Holds::devices)
        return std::move(error).because(
            "there is no such interface here, or the program is none for it");
      return error;
    case ENODEV:
      if (kind_of(info.type).holds != Holds::cpus) return error;
      return std::move(error).as(Kind::not_found).because("this machine has no such CPU");
    case ENOSPC: break;
    default: return error;
  }
  return std::move(error)
      .as(Kind::system)
      .because("the map is full: it holds at most " + entries + " entries")
      .advise("delete some, or create a larger map; an lru_hash makes room by itself");
}

// Whether an LPM trie of a kernel that ignores `want` has the key that must, or must not, be there.
// 0, or what a newer kernel would answer.
int check_want(const Map& map, const void* key, Want want) {
  if (want == Want::any || kind_of(map.info().type).structure != Structure::prefixes ||
      tries_are_exact())
    return 0;
  std::vector<unsigned char> value(map.info().value_size);
  const Status found = lookup_exact(map, key, value.data());
  if (!found && found.error().kind != Kind::not_found) return found.error().code;
  if (found.has_value() == (want == Want::exist)) return 0;
  return found ? EEXIST : ENOENT;
}

}  // namespace

Status update(const Map& map, const void* key, const void* value, Want want) {
  if (const int code = check_want(map, key, want); code != 0)
    return fail(update_refused(code, map, want));
  if (bpf_map_update_elem(map.fd(), key, value, static_cast<std::uint64_t>(want)) == 0) return {};
  const int code = errno;
  return fail(update_refused(code, map, want));
}

namespace {

constexpr std::size_t kEntriesABatch = 4096;
constexpr int kMostTries = 64;

// The kernel may say that it is busy with a bucket, or that no element is free just now.
Status update_patiently(const Map& map, const void* key, const void* value, Want want) {
  for (int tries = 1;; ++tries) {
    Status done = update(map, key, value, want);
    if (done || tries == kMostTries) return done;
    const int code = done.error().code;
    if (code != EBUSY && code != EAGAIN && code != EINTR) return done;
  }
}

// Batches want keys and values without gaps. Programs, perf events and the like are one by one:
// the kernel has no batches for them, and an LPM trie of some kernels takes no other flag.
bool takes_batches(const Map& map, const Entries& entries, Want want) {
  return want == Want::any && entries.keys != nullptr && entries.count > 1 &&
         entries.key_stride == map.info().key_size;
}

}  // namespace

Written update_all(const Map& map, const Entries& entries, Want want) {
  Written written;
  bool batches = takes_batches(map, entries, want);
  while (written.count < entries.count) {
    if (batches) {
      auto some = static_cast<__u32>(
          std::min<std::uint64_t>(entries.count - written.count, kEntriesABatch));
      const __u32 asked = some;
      const int code = -bpf_map_update_batch(map.fd(), entries.key(written.count),
                                             entries.value(written.count), &some, nullptr);
      // A kernel without batches for that type leaves `some` as it was.
      if (code == 0) {
        written.count += some;
        continue;
      }
      const bool never = code == EINVAL || code == EOPNOTSUPP || code == kEnotsupp;
      if (never && (written.count == 0 || some >= asked)) batches = false;
      if (some < asked) written.count += some;
    }
    const unsigned char* key = entries.keys == nullptr ? nullptr : entries.key(written.count);
    written.status = update_patiently(map, key, entries.value(written.count), want);
    if (!written.status) break;
    ++written.count;
  }
  return written;
}

Status take(const Map& map, void* value) {
  if (bpf_map_lookup_and_delete_elem(map.fd(), nullptr, value) == 0) return {};
  const int code = errno;
  return fail(refused(code, "take", map));
}

Status remove(const Map& map, const void* key) {
  if (bpf_map_delete_elem(map.fd(), key) == 0) return {};
  const int code = errno;
  Error error = refused(code, "delete", map);
  if (code == EINVAL && is_array(map.info().type))
    return fail(std::move(error)
                    .as(Kind::unsupported)
                    .because("the entries of an array cannot be deleted")
                    .advise("update it with zeros"));
  if (code == EINVAL && kind_of(map.info().type).holds == Holds::cgroups)
    return fail(std::move(error)
                    .as(Kind::unsupported)
                    .because("the kernel deletes its entries itself, with what they belong to"));
  // Maps of devices and CPUs say EINVAL, others E2BIG.
  if ((code == EINVAL || code == E2BIG) && is_indexed(map.info().type))
    return fail(no_such_index(std::move(error), map.info()));
  return fail(std::move(error));
}

Status remove_all(const Map& map, const unsigned char* keys, std::size_t count,
                  std::uint64_t& removed) {
  constexpr std::size_t kKeysABatch = 4096;
  const std::size_t key_size = map.info().key_size;
  bool batches = true;
  for (std::size_t done = 0; done < count;) {
    auto some = static_cast<std::uint32_t>(std::min(count - done, kKeysABatch));
    const int code =
        batches ? -bpf_map_delete_batch(map.fd(), keys + done * key_size, &some, nullptr) : 0;
    if (batches && (code == 0 || code == ENOENT)) {
      // The first key that is not there ends a batch: `some` tells how many were before it.
      removed += some;
      done += some + (code == ENOENT ? 1 : 0);
      continue;
    }
    batches = false;
    const Status one = remove(map, keys + done++ * key_size);
    if (!one && one.error().kind != Kind::not_found) return one;
    if (one) ++removed;
  }
  return {};
}

Status next_key(const Map& map, const void* key, void* next) {
  if (bpf_map_get_next_key(map.fd(), key, next) == 0) return {};
  const int code = errno;
  Error error =
      Error::from_errno(code, "get the next key", "map id " + std::to_string(map.info().id));
  if (code == ENOENT)
    return fail(
        std::move(error).because(key == nullptr ? "the map is empty" : "that was the last key"));
  const auto why = why_unreadable(map.info());
  if (why && (error.kind == Kind::unsupported || code == EINVAL))
    return fail(std::move(error).as(Kind::unsupported).because(why->context).advise(why->hint));
  return fail(std::move(error));
}

Status freeze(const Map& map) {
  if (bpf_map_freeze(map.fd()) == 0) return {};
  const int code = errno;
  return fail(refused(code, "freeze", map));
}

}  // namespace bpfmaps::kernel
