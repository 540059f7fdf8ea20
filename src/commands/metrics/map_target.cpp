// SPDX-License-Identifier: BSD-2-Clause
#include "commands/metrics/map_target.h"

#include "base/time.h"
#include "commands/shared/map_options.h"
#include "commands/shared/select.h"
#include "kernel/pin/pin.h"

namespace bpfmaps::commands {
namespace {

using cli::Option;
using cli::Selector;
using output::MetricType;

}  // namespace

TargetFamilies::TargetFamilies(output::MetricsText& to)
    : success(*to.family({"bpf_map_success", MetricType::gauge, "Whether a map could be read"})),
      seconds(*to.family(
          {"bpf_map_read_seconds", MetricType::gauge, "How long reading a map took", "seconds"})),
      dropped(*to.family(
          {"bpf_map_series_dropped", MetricType::gauge, "Series of a map that were left out"})) {}

MapTarget::MapTarget(std::shared_ptr<const cli::Request> request, const Selector& map,
                     entries::SeriesOptions options)
    : request_(std::move(request)),
      map_(map),
      options_(std::move(options)),
      name_(map.describe()),
      labels_(output::labels_text({{"map", name_}})) {}

Status MapTarget::make(kernel::Map map) {
  entries::MapOptions options{.subject = name_,
                              .gentle = request_->has(Option::gentle),
                              .cpu = request_->value(Option::cpu),
                              .types = type_options(*request_)};
  options.types.pin =
      map_.by == Selector::By::pinned ? name_.substr(name_.rfind('/') + 1) : std::string();
  auto series = entries::MapSeries::make(std::move(map), options, options_);
  if (!series && series.error().subject.empty()) series.error().subject = name_;
  series_ = TRY(std::move(series));
  return {};
}

Status MapTarget::open() {
  if (map_.by != Selector::By::pinned) {
    if (series_ != nullptr) return {};
    return make(TRY(open_map(map_, kernel::Access::read)));
  }
  auto fd = kernel::open_pin_fd(map_.text, kernel::Access::read, kernel::Noun::map);
  if (!fd) {
    series_.reset();
    return fail(std::move(fd).error());
  }
  const auto now = TRY(kernel::identify(fd->get(), kernel::Noun::map, map_.text));
  if (series_ != nullptr && series_->map().info().id == now.id) return {};
  series_.reset();
  return make(TRY(kernel::adopt_map(*std::move(fd), map_.text)));
}

Status MapTarget::add_to(output::MetricsText& to, TargetFamilies& about,
                         std::uint64_t deadline_ns) {
  const std::uint64_t begun = monotonic_ns();
  std::uint64_t dropped = 0;
  Status done = open();
  if (done) done = series_->read(to, labels_, deadline_ns, dropped);
  about.success.add(labels_, std::uint64_t{done ? 1U : 0U});
  about.seconds.add(labels_, static_cast<double>(monotonic_ns() - begun) / 1e9);
  about.dropped.add(labels_, dropped);
  if (!done && done.error().subject.empty()) done.error().subject = name_;
  return done;
}

}  // namespace bpfmaps::commands
