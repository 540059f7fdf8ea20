// SPDX-License-Identifier: BSD-2-Clause
// MapSnapshots: a map, what it held at the last two looks, and which of its fields count.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "entries/typed_map.h"
#include "layout/change.h"
#include "layout/query.h"
#include "layout/snapshot.h"
#include "layout/times.h"

namespace bpfmaps::entries {

/// What `typed` holds now, a map or a saved one: the entries that `query` (may be null) keeps, one
/// value each where --cpu made it so. Settled.
Result<layout::Snapshot> take_snapshot(const TypedMap& typed, const layout::Query* query = nullptr);
/// The same where nothing reads `typed` any more: the entries of a saved map are gone from it, so
/// that they are in memory once.
Result<layout::Snapshot> take_last_snapshot(const TypedMap& typed, const layout::Query* query);

/// What changed between two looks, counted in entries.
struct Tally {
  std::uint64_t entries = 0;  ///< at the later look
  std::uint64_t changed = 0;  ///< those new and gone too
  std::uint64_t came = 0, gone = 0;
  std::uint64_t rows = 0;   ///< what the query keeps of both looks, of each CPU
                            ///< where it has its own
  std::uint64_t moved = 0;  ///< those of them that changed
};

/// Not movable: its spec points into its map.
class MapSnapshots {
 public:
  MapSnapshots(const MapSnapshots&) = delete;
  MapSnapshots& operator=(const MapSnapshots&) = delete;

  /// The values of a per-CPU map are added up unless `options.cpu` says otherwise. Nothing is read
  /// yet.
  static Result<std::unique_ptr<MapSnapshots>> make(kernel::Map map, const MapOptions& options,
                                                    const CounterOptions& counters);

  /// Keeps other entries from now on; all where it is nothing. After an error all is as it was.
  Status set_where(const std::optional<std::string>& where);

  /// Looks at the map. What it held at the look before the last is forgotten; after an error
  /// everything is as it was.
  Status read();
  /// True once there are two looks to compare.
  bool can_compare() const { return before_.has_value(); }
  const Tally& tally() const { return tally_; }
  /// How many keys of the last look their printed form does not tell, as a remark; "" for none.
  std::string untold_keys() const;

  /// The fields that have grown so far, or that were named.
  std::vector<layout::Counter> counters() const;
  /// Those that grow, or may yet.
  const std::vector<layout::Counter>& possible_counters() const { return possible_; }

  /// The first `most` changes in `standing`, or in the order they were read where it is null.
  /// `all`: entries that did not change, too. Borrowed until the next read().
  std::vector<layout::Change> select(const layout::ChangeOrder* standing, std::uint64_t most,
                                     bool all) const;

  const TypedMap& typed() const { return *typed_; }
  const kernel::Map& map() const { return typed_->map; }
  /// One row's key and value: of one CPU where each has its own.
  const layout::RowSpec& row_spec() const { return row_spec_; }
  /// The CPUs that have a value each; empty where there is one.
  const std::vector<std::uint32_t>& cpus() const { return cpus_; }

 private:
  explicit MapSnapshots(std::unique_ptr<TypedMap> typed);
  Status choose_counters(const CounterOptions& options);
  void count_changes();

  std::unique_ptr<TypedMap> typed_;
  layout::RowSpec row_spec_;
  std::vector<std::uint32_t> cpus_;
  std::unique_ptr<layout::Times> times_;  // of row_spec_; null where none are named
  std::optional<layout::Query> query_;
  std::vector<layout::Counter> possible_;
  std::vector<bool> grew_;  // of each of them
  std::optional<layout::Snapshot> before_, now_;
  Tally tally_;
};

}  // namespace bpfmaps::entries
