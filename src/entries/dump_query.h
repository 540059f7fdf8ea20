// SPDX-License-Identifier: BSD-2-Clause
// DumpQuery: what --where and its kin ask of a map's entries, checked before anything is read.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "cli/request.h"
#include "entries/typed_map.h"
#include "layout/projection.h"
#include "layout/query.h"
#include "layout/sort_key.h"

namespace bpfmaps::commands {

struct DumpQuery {
  std::optional<layout::Query> query;          ///< --where
  std::optional<layout::SortKey> order;        ///< --sort, with --top the other way round
  std::uint64_t limit = UINT64_MAX;            ///< --limit and --top
  std::unique_ptr<layout::Projection> fields;  ///< --fields

  const layout::Query* filter() const { return query ? &*query : nullptr; }
};

/// `result`, or its error with the option that it is about in front.
template <class T>
Result<T> about(cli::Option option, Result<T> result) {
  if (!result) result.error().context.insert(0, "--" + std::string(cli::spec(option).name) + ": ");
  return result;
}

/// What --where asks; nothing where it is not given.
Result<std::optional<layout::Query>> query_from(const cli::Request& request,
                                                const layout::RowSpec& spec);

/// What `request` asks of the entries of `typed`. Errors are of Kind::usage and name the option.
Result<DumpQuery> dump_query_from(const cli::Request& request, const TypedMap& typed);

}  // namespace bpfmaps::commands
