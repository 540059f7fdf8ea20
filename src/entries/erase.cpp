// SPDX-License-Identifier: BSD-2-Clause
#include "entries/erase.h"

#include "entries/pipeline.h"
#include "kernel/map/writer.h"

namespace bpfmaps::entries {
namespace {

// One thread's keys.
struct Keys {
  std::size_t key_size;
  std::vector<unsigned char> bytes = {};

  void add(const Entries& entries, std::uint64_t) {
    for (std::uint32_t i = 0; i < entries.count; ++i)
      bytes.insert(bytes.end(), entries.key(i), entries.key(i) + key_size);
  }
};

Result<std::vector<unsigned char>> keys_of(const TypedMap& typed, const layout::Query* query,
                                           std::string& changed) {
  const kernel::MapInfo& info = typed.map.info();
  if (kernel::is_array(info.type))
    return fail(Error::refused(Kind::unsupported, "delete", "map id " + std::to_string(info.id),
                               "the entries of an array cannot be deleted",
                               "`bpfmaps map clear` writes zeros into all of them"));
  if (typed.resolver && typed.resolver->of_keys())
    return fail(Error::refused(Kind::unsupported, "delete", "map id " + std::to_string(info.id),
                               "the kernel deletes its entries itself, with what they belong to"));
  const auto source = TRY(open_source(typed));
  std::vector<unsigned char> keys;
  TRY(gather(
      *source, typed, query, [&] { return Keys{info.key_size}; },
      [&](const Keys& some) { keys.insert(keys.end(), some.bytes.begin(), some.bytes.end()); }));
  changed = change_text(*source);
  return keys;
}

}  // namespace

Result<Erased> erase_where(const TypedMap& typed, const layout::Query* query, bool dry) {
  Erased erased;
  const auto keys = TRY(keys_of(typed, query, erased.changed));
  if (query != nullptr) TRY(tell_gap(typed, true, {}));
  erased.matching = keys.size() / typed.map.info().key_size;
  if (!dry)
    erased.status = kernel::remove_all(typed.map, keys.data(), erased.matching, erased.deleted);
  return erased;
}

}  // namespace bpfmaps::entries
