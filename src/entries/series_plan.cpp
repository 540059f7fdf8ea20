// SPDX-License-Identifier: BSD-2-Clause
#include "entries/series_plan.h"

#include <algorithm>
#include <set>

#include "entries/dump_query.h"
#include "entries/series_names.h"
#include "kernel/map/map_kind.h"
#include "layout/fields.h"
#include "output/metric_name.h"

namespace bpfmaps::entries {
namespace {

using layout::Field;
using layout::Meaning;
using layout::Node;
using layout::Shape;
using output::MetricType;

// A part of a value, under the name that tables have for it.
struct Part {
  std::string path;  // "" for the whole value
  const Node* node;
  std::uint32_t offset;
  MetricType type = MetricType::gauge;
  std::string unit = {};

  bool is(const Part& other) const { return node == other.node && offset == other.offset; }
};

bool is_plain_array(const Node& node) { return node.shape == Shape::array && !node.is_leaf(); }
bool is_number(const Node& node) { return node.is_countable() || node.shape == Shape::boolean; }
bool is_numbers(const Node& node) {
  return is_plain_array(node) && node.count != 0 && is_number(node.children[0]);
}

std::string behind(std::string_view whole, const std::string& path) {
  if (path == whole) return {};
  return path.starts_with(whole) && path[whole.size()] == '.' ? path.substr(whole.size() + 1)
                                                              : path;
}

class Planner {
 public:
  Planner(const TypedMap& typed, const SeriesOptions& options, const MapOptions& map)
      : typed_(typed), options_(options), map_(map), spec_(typed.row_spec()) {}

  Result<SeriesPlan> plan() {
    if (!spec_.value->is_typed())
      return fail(
          refused("no types are known for its values", "name them: --btf FILE, or --value-type T"));
    TRY(options_.labels ? add_named_labels() : add_key_labels());
    if (!spec_.cpus.empty()) take_label("cpu");
    TRY(choose_parts());
    for (const Part& part : parts_) TRY(add_field(part));
    if (plan_.fields.empty())
      return fail(
          refused("its values hold no number", "`bpfmaps map schema` tells what they hold"));
    for (const SeriesField& field : plan_.fields)
      plan_.series_an_entry += field.count + (field.metric.type == MetricType::histogram ? 1 : 0);
    plan_.series_an_entry *= std::max<std::size_t>(spec_.cpus.size(), 1);
    return std::move(plan_);
  }

 private:
  Error refused(std::string why, std::string hint) const {
    return Error::refused(Kind::unsupported, "make metrics", map_.subject, std::move(why),
                          std::move(hint));
  }

  // Labels of ours and of what was named before are taken.
  std::string take_label(std::string name) {
    while (!labels_.insert(name).second) name.insert(0, "key_");
    return name;
  }

  void add_label(const std::string& name, const Node& node, std::uint32_t offset, bool of_key) {
    const layout::Layout& layout = of_key ? *spec_.key : *spec_.value;
    layout::ProgramBuilder text({.text = layout::Dialect::Text::plain, .meanings = true});
    text.value(layout, node, of_key ? layout::Base::key : layout::Base::value, offset,
               layout.root().size);
    const bool is_interface = node.is_countable() && node.size == 4 &&
                              (node.name == "ifindex" || node.name.ends_with("_ifindex"));
    std::string taken = take_label(output::label_name(name));
    std::string lead = "," + taken + "=\"";
    plan_.labels.push_back({.name = std::move(taken),
                            .lead = std::move(lead),
                            .text = std::move(text).build(),
                            .ifindex = is_interface ? &node : nullptr,
                            .offset = offset,
                            .of_key = of_key});
  }

  // The only entry of an array needs no name.
  bool is_single() const {
    return kernel::is_array(typed_.map.info().type) && typed_.map.info().max_entries == 1;
  }

  Status add_key_labels() {
    if (spec_.key == nullptr || is_single()) return {};
    if (kernel::kind_of(typed_.map.info().type).lru)
      return fail(refused("entries of an LRU map come and go, and each would be a new series",
                          "--labels FIELD,FIELD says that this is meant"));
    const auto columns = layout::columns_of(*spec_.key, "key");
    for (const layout::Column& column : columns)
      if (column.node->meaning != Meaning::plain)
        return fail(
            refused("its keys are addresses, of which there is no end: each would be a "
                    "series",
                    "--labels FIELD,FIELD says that this is meant"));
    for (const layout::Column& column : columns) {
      const std::string name = behind("key", column.path);
      add_label(name.empty() ? "key" : name, *column.node, column.offset, true);
    }
    return {};
  }

  Status add_named_labels() {
    std::set<const Node*> named;
    for (const auto& [label, name] : *options_.labels) {
      const Field field = TRY(about("labels", layout::find_field(spec_, name)));
      const Node& node = field.node();
      if (node.shape == Shape::record && !node.is_leaf())
        return fail(Error::usage("--labels: `" + name + "` is a struct: name what is in it"));
      if (!field.of_key && !spec_.cpus.empty())
        return fail(Error::usage("--labels: `" + name + "` is another on each CPU"));
      named.insert(&node);
      add_label(label, node, static_cast<std::uint32_t>(field.ref().offset), field.of_key);
    }
    if (spec_.key == nullptr || is_single()) return {};
    for (const layout::Column& column : layout::columns_of(*spec_.key, "key"))
      if (!named.contains(column.node))
        return fail(Error::usage(
            "--labels: without `" + column.path + "` several entries would be one series",
            "name every field of the key"));
    return {};
  }

  Result<std::vector<Part>> find(std::string_view option, const std::string& name) const {
    const Field field = TRY(about(option, layout::find_field(spec_, name)));
    if (field.of_key)
      return fail(
          Error::usage("--" + std::string(option) + ": `" + name + "` is a part of the key"));
    std::vector<Part> parts;
    const auto offset = static_cast<std::uint32_t>(field.ref().offset);
    for (const layout::Column& column : layout::columns_of(field.node(), field.ref().path, offset))
      if (is_number(*column.node) || is_numbers(*column.node))
        parts.push_back({behind("value", column.path), column.node, column.offset});
    if (parts.empty())
      return fail(Error::usage("--" + std::string(option) + ": `" + name + "` is no number"));
    return parts;
  }

  Part& put(const Part& part) {
    for (Part& known : parts_)
      if (known.is(part)) return known;
    return parts_.emplace_back(part);
  }

  Status add_named(std::string_view option, const std::vector<std::string>& names,
                   MetricType type) {
    for (const std::string& name : names)
      for (const Part& part : TRY(find(option, name))) put(part).type = type;
    return {};
  }

  Status choose_parts() {
    if (options_.fields) {
      TRY(add_named("fields", *options_.fields, MetricType::gauge));
    } else {
      for (const layout::Column& column : layout::columns_of(*spec_.value, "value"))
        if (is_number(*column.node) ||
            (is_numbers(*column.node) && column.node->children[0].size > 1))
          parts_.push_back({behind("value", column.path), column.node, column.offset});
    }
    if (options_.counters.empty() && options_.gauges.empty()) know_own_counters();
    TRY(add_named("counters", options_.counters, MetricType::counter));
    TRY(add_named("gauges", options_.gauges, MetricType::gauge));
    for (const HistogramOption& one : options_.histograms) {
      for (const Part& part : TRY(find("hist", one.field))) {
        if (!is_plain_array(*part.node) || part.node->count > 64)
          return fail(
              Error::usage("--hist: `" + one.field + "` is no array of at most 64 numbers"));
        Part& made = put(part);
        made.type = MetricType::histogram;
        made.unit = one.unit;
      }
    }
    return {};
  }

  // The objects that come with the program say what they count.
  void know_own_counters() {
    if (typed_.value.root().type != "struct xdp_stats") return;
    for (Part& part : parts_)
      if (part.path == "packets" || part.path == "bytes") part.type = MetricType::counter;
  }

  Status add_field(const Part& part) {
    std::string name = part.path;
    for (const auto& [field, called] : options_.names)
      if (TRY(find("names", field)).front().is(part)) name = called;
    SeriesName made = series_name(prefix(), name, part.type, part.unit);
    const std::string base = made.metric.name;
    for (int i = 2; !names_.insert(made.metric.name).second; ++i)
      made.metric.name = base + "_" + std::to_string(i);
    if (made.metric.name != base) made.metric.unit.clear();  // it would not be the last word
    made.metric.help = help(part);
    const bool is_array = is_plain_array(*part.node);
    plan_.fields.push_back({.metric = std::move(made.metric),
                            .node = is_array ? &part.node->children[0] : part.node,
                            .offset = part.offset,
                            .count = is_array ? part.node->count : 1,
                            .is_array = is_array,
                            .scale = made.scale});
    return {};
  }

  std::string prefix() const {
    if (!options_.prefix.empty()) return options_.prefix;
    return series_prefix(typed_.map.info().name, map_.types.pin);
  }

  static std::string help(const Part& part) {
    std::string text =
        part.path.empty() ? "Values" : "Field " + output::utf8_text(part.path) + " of the values";
    return text + " of a BPF map";
  }

  const TypedMap& typed_;
  const SeriesOptions& options_;
  const MapOptions& map_;
  const layout::RowSpec spec_;
  SeriesPlan plan_;
  std::vector<Part> parts_;
  std::set<std::string> labels_ = {"map", "le", "index"}, names_;
};

}  // namespace

Result<SeriesPlan> plan_series(const TypedMap& typed, const SeriesOptions& options,
                               const MapOptions& map) {
  return Planner(typed, options, map).plan();
}

}  // namespace bpfmaps::entries
