// SPDX-License-Identifier: BSD-2-Clause
#include "entries/resize.h"

#include <algorithm>

#include "entries/create_like.h"
#include "entries/write_entries.h"
#include "kernel/btf.h"
#include "kernel/map/map_kind.h"
#include "kernel/map/reader.h"
#include "kernel/names.h"

namespace bpfmaps::entries {
namespace {

using kernel::Holds;
using kernel::Structure;

constexpr const char* kOperation = "resize";

Error cannot(const kernel::MapInfo& info, std::string why, std::string hint = {}) {
  return Error::refused(Kind::unsupported, kOperation, "map id " + std::to_string(info.id),
                        std::move(why), std::move(hint));
}

// Whether programs reach into it by addresses: its one value holds their global variables.
bool holds_variables(const kernel::MapInfo& info) {
  return kernel::is_plain_array(info.type) && info.max_entries == 1 && info.btf_key_type_id == 0 &&
         info.btf_value_type_id != 0;
}

Status check_kind(const kernel::MapInfo& info) {
  const kernel::MapKind& kind = kernel::kind_of(info.type);
  const std::string type = kernel::map_type_name(info.type);
  const std::string anew = "make a new one with `bpfmaps map create`, and load its programs anew";
  switch (kind.structure) {
    case Structure::queue:
      return fail(cannot(info,
                         "the elements of a " + type +
                             " can only be taken out, and programs may add some meanwhile",
                         "make a new one and move them with `map pop` and `map push`"));
    case Structure::bloom_filter:
      return fail(cannot(info, "a bloom filter does not tell what was put into it", anew));
    case Structure::ring:
    case Structure::user_ring:
    case Structure::memory:
      return fail(cannot(info, "a " + type + " has no entries to carry over", anew));
    case Structure::entries:
    case Structure::prefixes: break;
  }
  switch (kind.holds) {
    case Holds::data: break;
    case Holds::maps:
      return fail(cannot(info,
                         "the maps in it would have to be put into the new one, and programs "
                         "that use this one would not find it",
                         anew));
    case Holds::programs:
      return fail(cannot(info,
                         "the kernel ties a prog_array to the programs that call its "
                         "programs, and empties it when it has no pin",
                         anew));
    default:
      return fail(cannot(info, "what a map of type " + type + " holds is no plain data", anew));
  }
  if (kind.keys == kernel::Keys::objects)
    return fail(cannot(info, "local storage has no size: it grows with what it is stored in"));
  if (kind.reach == kernel::ReadMethod::never)
    return fail(cannot(info, "the map cannot be read: " + std::string(kind.reason)));
  if (holds_variables(info))
    return fail(cannot(info, "it holds the global variables of programs, which know their place",
                       "`var NAME=VALUE` of `bpfmaps prog load` sets them beforehand"));
  return {};
}

Status check_state(const kernel::Map& old, std::uint32_t max_entries) {
  const kernel::MapInfo& info = old.info();
  if (const auto more = old.fd_info(); more && more->frozen)
    return fail(
        cannot(info, "the map is frozen: user space cannot write to it, nor to one like it"));
  if ((info.flags & BPF_F_RDONLY) != 0)
    return fail(cannot(info, "user space may not write to such a map, so not into a new one"));
  if (max_entries == info.max_entries)
    return fail(
        Error::refused(Kind::invalid, kOperation, "map id " + std::to_string(info.id),
                       "it has room for " + std::to_string(max_entries) + " entries already"));
  return {};
}

// Entries of a smaller array that are left out must hold nothing.
Status drop_behind(const kernel::MapInfo& info, std::uint32_t max_entries, EntryBlocks& blocks) {
  EntryBlocks kept;
  for (const EntryBlock& block : blocks) {
    const Entries all = block.entries();
    EntryBlock rest(info.key_size, all.value_stride);
    for (std::uint32_t i = 0; i < all.count; ++i) {
      std::uint32_t index = 0;
      std::copy_n(all.key(i), sizeof index, reinterpret_cast<unsigned char*>(&index));
      if (index < max_entries) {
        rest.append(all.some(i, 1));
        continue;
      }
      const unsigned char* value = all.value(i);
      if (std::any_of(value, value + all.value_stride, [](unsigned char c) { return c != 0; }))
        return fail(Error::refused(
            Kind::invalid, kOperation, "map id " + std::to_string(info.id),
            "the entry at " + std::to_string(index) + " is not zero, and would be lost",
            "`bpfmaps map update` sets it to zero"));
    }
    if (rest.count() != 0) kept.push_back(std::move(rest));
  }
  blocks = std::move(kept);
  return {};
}

}  // namespace

Result<Resized> resize(kernel::Map old, std::uint32_t max_entries, const MapOptions& options) {
  const kernel::MapInfo info = old.info();
  TRY(check_kind(info));
  TRY(check_state(old, max_entries));
  MapOptions raw = options;
  raw.raw = true;  // bytes are carried over, and none is read
  const auto from = TRY(make_typed_map(std::move(old), raw));
  EntryBlocks blocks = TRY(read_entries(*from));
  if (kernel::is_array(info.type) && max_entries < info.max_entries)
    TRY(drop_behind(info, max_entries, blocks));
  const std::uint64_t count = count_of(blocks);
  if (count > max_entries)
    return fail(Error::refused(Kind::invalid, kOperation, "map id " + std::to_string(info.id),
                               "it holds " + std::to_string(count) + " entries, which do not fit",
                               "`bpfmaps map delete` with --where makes room"));
  auto made = TRY(create_like(info, nullptr, {.max_entries = max_entries}, options.remark));
  const auto to = TRY(make_typed_map(std::move(made), raw));
  kernel::Written written = write_entries(*to, blocks, kernel::Want::any);
  if (!written.status) return fail(std::move(written.status).error());
  if (kernel::kind_of(info.type).lru)
    options.remark("the kernel makes room in an LRU map as it likes: some of the " +
                   std::to_string(count) + " entries may be gone again");
  return Resized{std::move(to->map), written.count};
}

}  // namespace bpfmaps::entries
