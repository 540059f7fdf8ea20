// SPDX-License-Identifier: BSD-2-Clause
#include "entries/dump_query.h"

namespace bpfmaps::entries {

using layout::SortKey;

Result<std::optional<layout::Query>> make_query(const std::optional<std::string>& where,
                                                const layout::RowSpec& spec) {
  if (!where) return std::nullopt;
  return TRY(about("where", layout::Query::compile(spec, *where)));
}

Result<DumpQuery> make_dump_query(const QueryOptions& options, const TypedMap& typed) {
  const layout::RowSpec spec = typed.row_spec();
  DumpQuery asked;
  asked.limit = options.limit;
  asked.query = TRY(make_query(options.where, spec));
  if (options.sort) {
    const auto usual = options.top ? SortKey::Direction::descending : SortKey::Direction::ascending;
    asked.order = TRY(about("sort", SortKey::compile(spec, *options.sort, usual)));
  }
  if (options.fields) {
    const std::vector<std::string_view> names(options.fields->begin(), options.fields->end());
    asked.fields = TRY(about("fields", layout::Projection::make(spec, names)));
  }
  return asked;
}

}  // namespace bpfmaps::entries
