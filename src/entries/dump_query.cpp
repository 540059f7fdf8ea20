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

Result<std::unique_ptr<layout::Times>> make_times(const std::vector<std::string>& words,
                                                  const TypedMap& typed,
                                                  const layout::Projection* fields) {
  if (words.empty()) return nullptr;
  if (typed.reduction && typed.reduction->how() == layout::Reduce::sum)
    return fail(Error::usage("--time: a sum of times is no time", "--cpu max takes the latest"));
  auto times = std::make_unique<layout::Times>();
  for (const std::string& word : words) {
    TRY(about("time", typed, times->add(typed.row_spec(), word)));
    if (fields != nullptr) times->add_shown(fields->spec(), word);
  }
  times->settle(clock_times());
  return times;
}

layout::RowSpec DumpQuery::shown(const TypedMap& typed) const {
  layout::RowSpec spec = fields ? fields->spec() : typed.row_spec();
  spec.times = times.get();
  return spec;
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
  asked.times = TRY(make_times(options.times, typed, asked.fields.get()));
  return asked;
}

}  // namespace bpfmaps::entries
