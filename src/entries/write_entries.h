// SPDX-License-Identifier: BSD-2-Clause
// Writing many entries: from those of one map or saved file to what another map takes, and into
// that map, on as many threads as pay. Reads no text.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "entries/entry_block.h"
#include "entries/typed_map.h"
#include "kernel/map/writer.h"
#include "layout/conversion.h"
#include "layout/query.h"

namespace bpfmaps::entries {

/// Makes entries of one layout of keys and values those of another, by the names of fields; the
/// values of CPUs go by the numbers of the CPUs. Several threads may use one.
class EntryConverter {
 public:
  /// Both maps outlive it. Kind::invalid where they do not go together: it says which field, and
  /// what of `options` helps. Kind::usage where an option names no field.
  static Result<EntryConverter> make(const TypedMap& from, const TypedMap& to,
                                     const layout::ConversionOptions& options);

  /// Fields of `to` that are zero, or what was given as their default: "value.flags".
  std::vector<std::string> added() const;
  /// That as a remark; "" where there are none.
  std::string added_text(const layout::ConversionOptions& options) const;
  /// Whether entries are the same bytes in both.
  bool is_copy() const { return key_.is_copy() && value_.is_copy() && same_cpus_; }
  bool keeps_keys() const { return key_.is_copy(); }

  /// Appends `entries` of `from` to `block`, as those of `to`. Kind::invalid where a value does not
  /// fit: the error's subject is the key, as text.
  Status run(const Entries& entries, EntryBlock& block) const;

 private:
  EntryConverter(const TypedMap& from, layout::Conversion key, layout::Conversion value)
      : from_(&from), key_(std::move(key)), value_(std::move(value)) {}
  Status value(const unsigned char* from, unsigned char* to) const;

  const TypedMap* from_;
  layout::Conversion key_, value_;
  std::vector<std::size_t> slots_;  // of `to`, for each CPU of `from`
  std::size_t from_slot_ = 0, to_slot_ = 0, to_slots_ = 1;
  bool same_cpus_ = true;
};

/// A block that holds entries of `typed` as its map takes them.
EntryBlock block_for(const TypedMap& typed);

/// Takes how many entries have been written so far; called by one thread at a time.
using Progress = std::function<void(std::uint64_t written)>;

/// Writes `blocks` into `to`. Where an entry is refused, `status` says which: its subject is the
/// key as text; `count` entries were written all the same.
kernel::Written write_entries(const TypedMap& to, const EntryBlocks& blocks, kernel::Want want,
                              const Progress& progress = {});

/// The key as one word of JSON, for errors.
std::string key_text(const TypedMap& typed, const unsigned char* key);

/// All entries of `typed`, of a map or a saved file, that `query` (may be null) keeps, in its own
/// layout. Kind::incomplete where they could not all be read. `changed` becomes what there is to
/// remark of a map that changed meanwhile (change_text()).
Result<EntryBlocks> read_entries(const TypedMap& typed, const layout::Query* query = nullptr,
                                 std::string* changed = nullptr);

}  // namespace bpfmaps::entries
