// SPDX-License-Identifier: BSD-2-Clause
#include "commands/metrics/scrape.h"

#include <algorithm>

#include "commands/metrics/objects.h"
#include "commands/metrics/series_words.h"
#include "commands/metrics/settings.h"

namespace bpfmaps::commands {

using cli::Option;

Status Scrape::add(cli::Request given, const std::string& where) {
  TRY(check_series_options(given));
  const auto request = std::make_shared<const cli::Request>(std::move(given));
  const bool all = request->find("all") != nullptr;
  const auto maps = request->all("MAP");
  if (all || request->has(Option::entries)) all_ = true;
  counts_ = counts_ || request->has(Option::entries);
  for (const cli::Given* map : maps)
    targets_.push_back({where, MapTarget(request, map->selector, TRY(series_options(*request)))});
  return {};
}

Status Scrape::add_settings(const std::string& path, const cli::Table& table) {
  for (SettingsLine& line : TRY(read_settings(path, table))) {
    Status added = add(std::move(line.request), line.where);
    if (!added) {
      added.error().subject = line.where;
      return added;
    }
  }
  return {};
}

Result<Scrape> Scrape::from(const cli::Request& request, const cli::Table& table) {
  Scrape made;
  TRY(made.add(request, ""));
  if (request.has(Option::config)) TRY(made.add_settings(request.value(Option::config), table));
  if (made.targets_.empty()) made.all_ = true;
  return made;
}

Status Scrape::open() {
  for (Target& target : targets_) {
    Status opened = target.map.open();
    if (opened || opened.error().kind != Kind::usage) continue;
    if (!target.where.empty()) opened.error().subject = target.where;
    return opened;
  }
  return {};
}

Status Scrape::collect(output::MetricsText& to, std::uint64_t deadline_ns) {
  failures_.clear();
  gaps_.clear();
  if (all_) TRY(add_objects(to, counts_, deadline_ns, gaps_));
  if (targets_.empty()) return {};
  TargetFamilies about(to);
  for (Target& target : targets_)
    if (Status read = target.map.add_to(to, about, deadline_ns); !read)
      failures_.push_back(std::move(read).error());
  return {};
}

}  // namespace bpfmaps::commands
