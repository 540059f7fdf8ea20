// SPDX-License-Identifier: BSD-2-Clause
// DumpQuery: what --where and its kin ask of a map's entries, checked before anything is read.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "entries/options.h"
#include "entries/typed_map.h"
#include "layout/projection.h"
#include "layout/query.h"
#include "layout/sort_key.h"
#include "layout/times.h"

namespace bpfmaps::entries {

struct DumpQuery {
  std::optional<layout::Query> query;          ///< --where
  std::optional<layout::SortKey> order;        ///< --sort, with --top the other way round
  std::uint64_t limit = UINT64_MAX;            ///< --limit and --top
  std::unique_ptr<layout::Projection> fields;  ///< --fields
  std::unique_ptr<layout::Times> times;        ///< --time

  /// The rows of `typed` that are asked for.
  layout::RowSpec shown(const TypedMap& typed) const;
  const layout::Query* filter() const { return query ? &*query : nullptr; }
};

/// `result`, or its error with the option that it is about in front: "--where: ...".
template <class T>
Result<T> about(std::string_view option, Result<T> result) {
  if (!result) result.error().context.insert(0, "--" + std::string(option) + ": ");
  return result;
}

/// The same for an option that is about the fields of `typed`; see explain_denied().
template <class T>
Result<T> about(std::string_view option, const TypedMap& typed, Result<T> result) {
  if (!result) result.error() = explain_denied(typed, std::move(result).error());
  return about(option, std::move(result));
}

/// What `where` asks of rows of `typed`; nothing where it is none.
Result<std::optional<layout::Query>> make_query(const std::optional<std::string>& where,
                                                const TypedMap& typed);

/// Which fields of `typed` are `words`, FIELD or FIELD=CLOCK each: ages are those of this moment.
/// Null for none. `fields` may be null.
Result<std::unique_ptr<layout::Times>> make_times(const std::vector<std::string>& words,
                                                  const TypedMap& typed,
                                                  const layout::Projection* fields);

/// `options`, checked against the fields of `typed`. Errors are of Kind::usage and name the option;
/// of Kind::permission where this process has not the right to the types.
Result<DumpQuery> make_dump_query(const QueryOptions& options, const TypedMap& typed);

}  // namespace bpfmaps::entries
