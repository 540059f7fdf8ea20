// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/map_options.h"

#include <algorithm>

#include "base/number.h"
#include "base/text.h"
#include "commands/shared/select.h"
#include "entries/saved_map.h"
#include "entries/stream.h"

namespace bpfmaps::commands {
namespace {

using cli::Option;

std::optional<std::string> text_of(const cli::Request& request, Option option) {
  if (!request.has(option)) return std::nullopt;
  return request.value(option);
}

std::optional<std::vector<std::string>> list_of(const cli::Request& request, Option option) {
  if (!request.has(option)) return std::nullopt;
  std::vector<std::string> words;
  for (std::string_view word : split(request.value(option), ',')) {
    word = word.substr(std::min(word.find_first_not_of(' '), word.size()));
    words.emplace_back(word.substr(0, word.find_last_not_of(' ') + 1));
  }
  return words;
}

// The last part of the path that MAP is named by; "" where it is named otherwise.
std::string pin_name(const cli::Request& request) {
  const cli::Given* map = request.find("MAP");
  if (map == nullptr || map->selector.by != cli::Selector::By::pinned) return {};
  return map->selector.text.substr(map->selector.text.rfind('/') + 1);
}

}  // namespace

entries::TypeOptions type_options(const cli::Request& request) {
  return {.btf = request.value(Option::btf),
          .key_type = request.value(Option::key_type),
          .value_type = request.value(Option::value_type),
          .pin = pin_name(request)};
}

namespace {

entries::MapOptions options_for(const cli::Request& request, const cli::Selector& map,
                                Context& context) {
  return {.subject = map.describe(),
          .raw = context.style.raw,
          .gentle = request.has(Option::gentle),
          .cpu = request.value(Option::cpu),
          .types = type_options(request),
          .cache = context.layouts,
          .remark = map_remark(context)};
}

}  // namespace

entries::Remark map_remark(Context& context) {
  return [&context](const std::string& text) {
    context.out.flush();
    context.remark(text);
  };
}

entries::MapOptions map_options(const cli::Request& request, Context& context) {
  return options_for(request, request.selector("MAP"), context);
}

Result<entries::QueryOptions> query_options(const cli::Request& request) {
  entries::QueryOptions asked{.where = text_of(request, Option::where),
                              .sort = text_of(request, Option::sort),
                              .top = request.has(Option::top),
                              .fields = list_of(request, Option::fields)};
  for (const Option option : {Option::limit, Option::top})
    asked.limit = std::min(asked.limit, parse_u64(request.value(option)).value_or(asked.limit));
  if (asked.top && !asked.sort)
    return fail(Error::usage("--top needs to know by which field: --sort FIELD",
                             "--limit stops after so many, whichever come first"));
  return asked;
}

entries::CounterOptions counter_options(const cli::Request& request) {
  return {.where = text_of(request, Option::where),
          .counters = list_of(request, Option::counters),
          .gauges = list_of(request, Option::gauges)};
}

Result<std::unique_ptr<entries::TypedMap>> open_map_or_file(const cli::Request& request,
                                                            cli::OperandId operand,
                                                            Context& context) {
  const cli::Selector& map = request.selector(operand);
  const entries::MapOptions options = options_for(request, map, context);
  if (map.by == cli::Selector::By::pinned && entries::is_saved_map(map.text))
    return entries::open_saved_map(map.text, options);
  return entries::make_typed_map(TRY(open_map(map, kernel::Access::read)), options);
}

Result<std::unique_ptr<entries::TypedMap>> open_typed_map(const cli::Request& request,
                                                          Context& context, kernel::Access access) {
  if (access == kernel::Access::read) return open_map_or_file(request, "MAP", context);
  return entries::make_typed_map(TRY(open_map(request.selector("MAP"), access)),
                                 map_options(request, context));
}

Result<entries::DumpQuery> dump_query_from(const cli::Request& request,
                                           const entries::TypedMap& typed) {
  return entries::make_dump_query(TRY(query_options(request)), typed);
}

void print_entry(const Entries& entry, const entries::TypedMap& typed, Context& context) {
  const std::string remark = entries::print_entry(entry, typed, context.style, context.out);
  if (remark.empty()) return;
  context.out.flush();
  context.remark(remark);
}

}  // namespace bpfmaps::commands
