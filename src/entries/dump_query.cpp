// SPDX-License-Identifier: BSD-2-Clause
#include "entries/dump_query.h"

#include <algorithm>

#include "base/number.h"
#include "base/text.h"

namespace bpfmaps::commands {
namespace {

using cli::Option;
using layout::SortKey;

std::uint64_t limit_from(const cli::Request& request) {
  std::uint64_t limit = UINT64_MAX;
  for (const Option option : {Option::limit, Option::top})
    limit = std::min(limit, parse_u64(request.value(option)).value_or(limit));
  return limit;
}

}  // namespace

Result<std::optional<layout::Query>> query_from(const cli::Request& request,
                                                const layout::RowSpec& spec) {
  if (!request.has(Option::where)) return std::nullopt;
  return TRY(about(Option::where, layout::Query::compile(spec, request.value(Option::where))));
}

Result<DumpQuery> dump_query_from(const cli::Request& request, const TypedMap& typed) {
  const layout::RowSpec spec = typed.row_spec();
  DumpQuery asked;
  asked.limit = limit_from(request);
  asked.query = TRY(query_from(request, spec));
  const bool top = request.has(Option::top);
  if (top && !request.has(Option::sort))
    return fail(Error::usage("--top needs to know by which field: --sort FIELD",
                             "--limit stops after so many entries, whichever come first"));
  if (request.has(Option::sort)) {
    const auto usual = top ? SortKey::Direction::descending : SortKey::Direction::ascending;
    asked.order =
        TRY(about(Option::sort, SortKey::compile(spec, request.value(Option::sort), usual)));
  }
  if (request.has(Option::fields))
    asked.fields = TRY(about(
        Option::fields, layout::Projection::make(spec, split(request.value(Option::fields), ','))));
  return asked;
}

}  // namespace bpfmaps::commands
