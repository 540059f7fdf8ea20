// SPDX-License-Identifier: BSD-2-Clause
// TypedMap: an open map with the layouts of its keys and values, from the kernel's BTF or raw.
#pragma once

#include <memory>
#include <optional>

#include "entries/options.h"
#include "entries/resolver.h"
#include "kernel/handle.h"
#include "kernel/map/reader.h"
#include "kernel/map/source.h"
#include "layout/layout.h"
#include "layout/reduce.h"
#include "layout/rows.h"

namespace bpfmaps::entries {

struct InnerMaps;  // entries/inner_maps.h
struct SavedMap;   // entries/saved_map.h

/// Not movable: rows and programs point into its layouts.
struct TypedMap {
  TypedMap(kernel::Map open, kernel::ValueShape with, layout::Layout of_key,
           layout::Layout of_value)
      : map(std::move(open)),
        shape(std::move(with)),
        key(std::move(of_key)),
        value(std::move(of_value)) {}
  TypedMap(const TypedMap&) = delete;
  TypedMap& operator=(const TypedMap&) = delete;

  kernel::Map map;
  kernel::ValueShape shape;
  layout::Layout key, value;
  /// With --cpu sum and the like on a per-CPU map.
  std::unique_ptr<layout::Reduction> reduction;
  /// Where entries hold ids or addresses, unless bytes were asked for.
  std::unique_ptr<Resolver> resolver;
  /// With --recursive on a map of maps: `map` is the outer one, all else the inner ones'.
  std::shared_ptr<const InnerMaps> inner;
  /// Of a saved map: what its file holds. `map` has no descriptor then.
  std::shared_ptr<const SavedMap> saved;
  kernel::ReadRate rate = kernel::ReadRate::fast;
  /// Why its types are not known, where this process has not the right to them.
  std::optional<Error> types_denied;

  /// How rows of this map look: keys, values, CPUs; resolved, and reduced if they are to be.
  layout::RowSpec row_spec() const;
};

/// The source of all entries of `typed`, which must outlive it; resolved, not yet reduced.
Result<std::unique_ptr<kernel::Source>> open_source(const TypedMap& typed);

/// What to remark of a map that changed while all of `source` was read; "" mostly.
std::string change_text(const kernel::Source& source);

/// What of the entries that were read could not be looked up, in a sentence; "" mostly.
std::string gap_text(const TypedMap& typed);
/// That as a remark or, where the answer depends on it, as an error of Kind::incomplete.
Status tell_gap(const TypedMap& typed, bool depends, const Remark& remark);

/// `error`, about words that were typed for this map. One of Kind::usage is of Kind::permission
/// where the map has types and this process has not the right to them: the words may be right.
Error explain_denied(const TypedMap& typed, Error error);

/// Compiles the types of `map`. Types that the kernel does not give (no CAP_SYS_ADMIN) make raw
/// layouts and one remark; types that contradict the map's sizes are an error.
Result<std::unique_ptr<TypedMap>> make_typed_map(kernel::Map map, const MapOptions& options);

/// The same without looking at more than `map.info()` and `options`: for what is no map of this
/// kernel. Ids are not resolved, and CPUs are not added up.
Result<std::unique_ptr<TypedMap>> make_typed_map(kernel::Map map, kernel::ValueShape shape,
                                                 const MapOptions& options);

/// Sets `typed.reduction` where `options.cpu` asks for one; an error where there are no types to
/// add up.
Status add_reduction(TypedMap& typed, const MapOptions& options);

}  // namespace bpfmaps::entries
