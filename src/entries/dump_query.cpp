// SPDX-License-Identifier: BSD-2-Clause
#include "entries/dump_query.h"

namespace bpfmaps::entries {

using layout::SortKey;

Result<std::optional<layout::Query>> make_query(const std::optional<std::string>& where,
                                                const TypedMap& typed) {
  if (!where) return std::nullopt;
  const ClockTimes now = clock_times();
  return TRY(about("where", typed, layout::Query::compile(typed.row_spec(), *where, &now)));
}

Result<DumpQuery> make_dump_query(const QueryOptions& options, const TypedMap& typed) {
  const layout::RowSpec spec = typed.row_spec();
  DumpQuery asked;
  asked.limit = options.limit;
  asked.query = TRY(make_query(options.where, typed));
  if (options.sort) {
    const auto usual = options.top ? SortKey::Direction::descending : SortKey::Direction::ascending;
    asked.order = TRY(about("sort", typed, SortKey::compile(spec, *options.sort, usual)));
  }
  if (options.fields) {
    const std::vector<std::string_view> names(options.fields->begin(), options.fields->end());
    asked.fields = TRY(about("fields", typed, layout::Projection::make(spec, names)));
  }
  return asked;
}

}  // namespace bpfmaps::entries
