// SPDX-License-Identifier: BSD-2-Clause
#include "commands/metrics/series_words.h"

#include <algorithm>

#include "base/number.h"
#include "base/text.h"
#include "output/metric_name.h"

namespace bpfmaps::commands {
namespace {

using cli::Option;

std::vector<std::string> list_of(const cli::Request& request, Option option) {
  const auto words = split(request.value(option), ',');
  return {words.begin(), words.end()};
}

// "a=b" as its two parts; `between` parts them at the first place.
std::pair<std::string, std::string> pair_of(std::string_view word) {
  const std::size_t at = word.find('=');
  if (at == word.npos) return {std::string(word), {}};
  return {std::string(word.substr(0, at)), std::string(word.substr(at + 1))};
}

Error wrong(Option option, std::string_view word, std::string_view wanted) {
  return Error::usage("--" + std::string(cli::spec(option).name) + ": `" + std::string(word) +
                      "` is not " + std::string(wanted));
}

bool is_name(std::string_view word) {
  return !word.empty() && (word[0] < '0' || word[0] > '9') && std::ranges::all_of(word, [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

Status read_labels(const cli::Request& request, entries::SeriesOptions& options) {
  if (!request.has(Option::labels)) return {};
  options.labels.emplace();
  for (const std::string& word : list_of(request, Option::labels)) {
    auto [label, field] = pair_of(word);
    if (field.empty()) field = label;
    if (word.find('=') == word.npos) label = output::label_name(label.substr(label.rfind('.') + 1));
    if (!is_name(label)) return fail(wrong(Option::labels, word, "LABEL=FIELD"));
    options.labels->emplace_back(std::move(label), std::move(field));
  }
  return {};
}

Status read_histograms(const cli::Request& request, entries::SeriesOptions& options) {
  for (const std::string& word : list_of(request, Option::hist)) {
    const auto [field, how] = pair_of(word);
    const std::size_t colon = how.find(':');
    const std::string unit = colon == how.npos ? "" : how.substr(colon + 1);
    if (field.empty() || how.substr(0, colon) != "log2" ||
        (colon != how.npos && output::unit_of(unit).scale == 0))
      return fail(wrong(Option::hist, word, "FIELD=log2, or with a unit FIELD=log2:us"));
    options.histograms.push_back({field, unit});
  }
  return {};
}

Status read_names(const cli::Request& request, entries::SeriesOptions& options) {
  for (const std::string& word : list_of(request, Option::names)) {
    auto [field, name] = pair_of(word);
    if (field.empty() || !is_name(name)) return fail(wrong(Option::names, word, "FIELD=NAME"));
    options.names.emplace_back(std::move(field), std::move(name));
  }
  options.prefix = request.value(Option::prefix);
  if (!options.prefix.empty() && !is_name(options.prefix))
    return fail(wrong(Option::prefix, options.prefix, "a name: letters, digits and _"));
  return {};
}

}  // namespace

Result<entries::SeriesOptions> series_options(const cli::Request& request) {
  entries::SeriesOptions options;
  TRY(read_labels(request, options));
  TRY(read_histograms(request, options));
  TRY(read_names(request, options));
  options.counters = list_of(request, Option::counters);
  options.gauges = list_of(request, Option::gauges);
  if (request.has(Option::fields)) options.fields = list_of(request, Option::fields);
  if (request.has(Option::where)) options.where = request.value(Option::where);
  if (request.has(Option::sort)) options.sort = request.value(Option::sort);
  options.max_series = parse_u64(request.value(Option::max_series)).value_or(options.max_series);
  return options;
}

Status check_series_options(const cli::Request& request) {
  const bool maps = request.find("MAP") != nullptr;
  if (maps && request.has(Option::entries) && request.find("all") == nullptr)
    return fail(Error::usage("--entries is about every map: it goes with `all`"));
  if (maps) return {};
  for (const Option option : kSeriesOptions)
    if (option != Option::entries && request.has(option))
      return fail(Error::usage("--" + std::string(cli::spec(option).name) +
                               " is about a map, and none is named"));
  return {};
}

}  // namespace bpfmaps::commands
