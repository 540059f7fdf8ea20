// SPDX-License-Identifier: BSD-2-Clause
#include "entries/series_writer.h"

#include <net/if.h>

#include <array>
#include <cmath>
#include <cstring>

#include "base/number.h"

namespace bpfmaps::entries {
namespace {

using layout::Node;
using layout::Shape;

template <class Number>
double floating_at(const unsigned char* at) {
  Number number;
  std::memcpy(&number, at, sizeof number);
  return static_cast<double>(number);
}

void add_number(output::MetricFamily& family, std::string_view labels, const Node& node,
                const unsigned char* at, double scale) {
  if (node.shape == Shape::floating) {
    const double value = node.size == 4 ? floating_at<float>(at) : floating_at<double>(at);
    return family.add(labels, value * scale);
  }
  const std::uint64_t bits = layout::load_bits(node, at);
  if (node.shape == Shape::boolean) return family.add(labels, std::uint64_t{bits != 0});
  const auto with_sign = static_cast<std::int64_t>(bits);
  if (scale != 1) {
    const double value =
        node.is_signed ? static_cast<double>(with_sign) : static_cast<double>(bits);
    return family.add(labels, value * scale);
  }
  std::array<char, 20> digits{};
  const char* end =
      node.is_signed ? write_i64(digits.data(), with_sign) : write_u64(digits.data(), bits);
  family.add(labels, std::string_view(digits.data(), end));
}

// Element i holds what was at most 2^(i+1) - 1.
std::vector<std::string> bounds_of(const SeriesField& field) {
  std::vector<std::string> bounds;
  if (field.metric.type != output::MetricType::histogram) return bounds;
  for (std::uint32_t i = 0; i + 1 < field.count; ++i)
    bounds.push_back(
        output::metric_number((std::ldexp(1.0, static_cast<int>(i) + 1) - 1) * field.scale));
  bounds.emplace_back("+Inf");
  return bounds;
}

}  // namespace

SeriesWriter::SeriesWriter(const TypedMap& typed, const SeriesPlan& plan, const std::string& labels)
    : plan_(plan), base_(labels), spec_(typed.row_spec()) {
  may_repeat_ = spec_.key != nullptr && layout::Untold(*spec_.key).possible();
  for (const SeriesField& field : plan.fields) bounds_.push_back(bounds_of(field));
}

Status SeriesWriter::begin(output::MetricsText& to, std::uint64_t entries) {
  more_ = entries == 0 ? 0 : entries - 1;
  for (const SeriesField& field : plan_.fields) {
    families_.push_back(to.family(field.metric));
    if (families_.back() == nullptr)
      return fail(Error::refused(Kind::exists, "make metrics", field.metric.name,
                                 "another map has a metric of that name and of another type",
                                 "--prefix NAME tells them apart"));
  }
  return {};
}

void SeriesWriter::add_labels(const unsigned char* key, const unsigned char* value) {
  labels_ = base_;
  for (const SeriesLabel& label : plan_.labels) {
    if (label.ifindex != nullptr) {
      char name[IF_NAMESIZE];
      const unsigned char* at = (label.of_key ? key : value) + label.offset;
      const auto index = static_cast<unsigned>(layout::load_bits(*label.ifindex, at));
      if (if_indextoname(index, name) != nullptr) {
        output::append_label(labels_, label.name, name);
        continue;
      }
    }
    text_.clear();
    label.text.run({.key = key, .value = value}, text_);
    labels_ += label.lead;
    output::append_label_value(labels_, text_.text());
    labels_ += '"';
  }
}

void SeriesWriter::add(const unsigned char* key, const unsigned char* value) {
  add_labels(key, value);
  if (may_repeat_ && !seen_.insert(labels_).second) {
    ++same_;
    return;
  }
  const std::size_t size = labels_.size();
  if (spec_.cpus.empty()) add_row(value);
  for (std::size_t i = 0; i < spec_.cpus.size(); ++i) {
    output::append_label(labels_, "cpu", number_text(std::uint64_t{spec_.cpus[i]}));
    add_row(value + i * spec_.slot);
    labels_.resize(size);
  }
  if (more_ != 0)
    for (output::MetricFamily* family : families_) family->expect(more_);
  more_ = 0;
}

void SeriesWriter::add_row(const unsigned char* value) {
  for (std::size_t i = 0; i < plan_.fields.size(); ++i) {
    const SeriesField& field = plan_.fields[i];
    const unsigned char* at = value + field.offset;
    if (field.metric.type == output::MetricType::histogram) {
      std::uint64_t count = 0;
      for (std::uint32_t slot = 0; slot < field.count; ++slot, at += field.node->size) {
        count += layout::load_bits(*field.node, at);
        families_[i]->add_bucket(labels_, bounds_[i][slot], count);
      }
      families_[i]->add_count(labels_, count);
    } else if (!field.is_array) {
      add_number(*families_[i], labels_, *field.node, at, field.scale);
    } else {
      const std::size_t size = labels_.size();
      for (std::uint32_t k = 0; k < field.count; ++k, at += field.node->size) {
        output::append_label(labels_, "index", number_text(std::uint64_t{k}));
        add_number(*families_[i], labels_, *field.node, at, field.scale);
        labels_.resize(size);
      }
    }
  }
}

}  // namespace bpfmaps::entries
