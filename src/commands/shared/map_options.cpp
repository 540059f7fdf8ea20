// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/map_options.h"

#include <algorithm>

#include "base/number.h"
#include "base/text.h"
#include "commands/shared/entry_view.h"
#include "commands/shared/select.h"
#include "entries/saved_map.h"
#include "entries/stream.h"
#include "kernel/pin/like.h"

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

// The last part of the path that `map` is named by; "" where it is named otherwise.
std::string pin_name(const cli::Selector& map) {
  if (map.by != cli::Selector::By::pinned) return {};
  return map.text.substr(map.text.rfind('/') + 1);
}

entries::TypeOptions type_options(const cli::Request& request, std::string pin) {
  return {.btf = request.value(Option::btf),
          .key_type = request.value(Option::key_type),
          .value_type = request.value(Option::value_type),
          .pin = std::move(pin)};
}

// A histogram is of all CPUs where nothing else is said.
std::string cpu_word(const cli::Request& request, const output::Style& style) {
  const std::string& word =
      request.value(request.has(Option::cpu_spread) ? Option::cpu_spread : Option::cpu);
  return word.empty() && request.has(Option::draw_hist) && style.is_table() ? "sum" : word;
}

entries::MapOptions options_for(const cli::Request& request, const cli::Selector& map,
                                std::string pin, Context& context) {
  return {.subject = map.describe(),
          .raw = context.style.raw,
          .gentle = request.has(Option::gentle),
          .cpu = cpu_word(request, context.style),
          .types = type_options(request, std::move(pin)),
          .cache = context.layouts,
          .remark = map_remark(context)};
}

// That of MAP, whichever map is about to be opened: its declaration tells the types.
std::string pin_of_map(const cli::Request& request) {
  const cli::Given* map = request.find("MAP");
  return map == nullptr ? "" : pin_name(map->selector);
}

}  // namespace

entries::TypeOptions type_options(const cli::Request& request) {
  return type_options(request, pin_of_map(request));
}

entries::Remark map_remark(Context& context) {
  return [&context](const std::string& text) {
    context.out.flush();
    context.remark(text);
  };
}

entries::MapOptions map_options(const cli::Request& request, Context& context) {
  return options_for(request, request.selector("MAP"), pin_of_map(request), context);
}

entries::MapOptions map_options(const cli::Request& request, const cli::Selector& map, bool among,
                                Context& context) {
  entries::MapOptions options = options_for(request, map, pin_name(map), context);
  if (among)
    options.remark = [&context, name = map.describe()](const std::string& text) {
      context.out.flush();
      context.remark(name + ": " + text);
    };
  return options;
}

Result<entries::QueryOptions> query_options(const cli::Request& request) {
  entries::QueryOptions asked{
      .where = text_of(request, Option::where),
      .sort = text_of(request, Option::sort),
      .top = request.has(Option::top),
      .fields = list_of(request, Option::fields),
      .times = list_of(request, Option::times).value_or(std::vector<std::string>{})};
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
          .gauges = list_of(request, Option::gauges),
          .times = list_of(request, Option::times).value_or(std::vector<std::string>{})};
}

Result<std::unique_ptr<entries::TypedMap>> open_map_or_file(const cli::Request& request,
                                                            cli::OperandId operand,
                                                            Context& context) {
  const cli::Selector& map = request.selector(operand);
  return open_map_or_file(map, options_for(request, map, pin_of_map(request), context));
}

Result<std::unique_ptr<entries::TypedMap>> open_map_or_file(const cli::Selector& map,
                                                            const entries::MapOptions& options) {
  if (map.by == cli::Selector::By::pinned && entries::is_saved_map(map.text))
    return entries::open_saved_map(map.text, options);
  return entries::make_typed_map(TRY(open_map(map, kernel::Access::read)), options);
}

Result<NamedMaps> named_maps(const cli::Request& request) {
  const auto given = request.all("MAP");
  NamedMaps named{.maps = {}, .several = given.size() > 1};
  for (const cli::Given* one : given) {
    const cli::Selector& map = one->selector;
    if (map.by != cli::Selector::By::pinned || !kernel::is_pattern(map.text)) {
      named.maps.push_back(map);
      continue;
    }
    const auto paths = TRY(kernel::map_pins_like(map.text));
    named.several = named.several || paths.size() != 1 || paths[0] != map.text;
    for (const std::string& path : paths) named.maps.push_back({.text = path});
  }
  return named;
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

Result<EntryPrinter> entry_printer(const cli::Request& request, const entries::TypedMap& typed,
                                   Context& context) {
  const EntryView view = TRY(entry_view(request, context.style));
  const auto asked = TRY(query_options(request));
  EntryPrinter printer;
  printer.times = TRY(entries::make_times(asked.times, typed, nullptr));
  layout::RowSpec spec = typed.row_spec();
  spec.single = true;
  if (view.hist || view.spread) TRY(view.rows(spec, context.style));
  printer.make = [view, style = context.style, times = printer.times.get(),
                  remark = map_remark(context)](layout::RowSpec shown) {
    shown.times = times;
    view.remark(shown, style, remark);
    return *view.rows(shown, style);
  };
  return printer;
}

void print_entry(const Entries& entry, const entries::TypedMap& typed, const EntryPrinter& printer,
                 Context& context) {
  const std::string remark = entries::print_entry(entry, typed, printer.make, context.out);
  if (remark.empty()) return;
  context.out.flush();
  context.remark(remark);
}

void print_entry(const Entries& entry, const entries::TypedMap& typed, Context& context) {
  EntryPrinter printer;
  printer.make = [&context](const layout::RowSpec& spec) {
    return layout::make_rows(spec, context.style);
  };
  print_entry(entry, typed, printer, context);
}

}  // namespace bpfmaps::commands
