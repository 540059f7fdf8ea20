// SPDX-License-Identifier: BSD-2-Clause
#include "commands/questions.h"

#include "base/number.h"

namespace bpfmaps {
namespace {

using cli::Option;

// `error` with the option that it is about in front.
tl::unexpected<Error> about(Option option, Error error) {
  error.context.insert(0, "--" + std::string(cli::spec(option).name) + ": ");
  return fail(std::move(error));
}

}  // namespace

Result<Questions> questions_from(const cli::Request& request, const TypedMap& typed) {
  const layout::RowSpec spec = typed.row_spec();
  Questions asked;
  if (request.has(Option::where)) {
    auto query = layout::Query::compile(spec, request.value(Option::where));
    if (!query) return about(Option::where, std::move(query).error());
    asked.query = *std::move(query);
  }
  if (request.has(Option::limit))
    asked.limit = parse_u64(request.value(Option::limit)).value_or(asked.limit);
  return asked;
}

}  // namespace bpfmaps
