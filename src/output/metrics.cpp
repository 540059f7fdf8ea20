// SPDX-License-Identifier: BSD-2-Clause
#include "output/metrics.h"

#include <algorithm>
#include <cmath>

#include "base/number.h"
#include "base/text.h"

namespace bpfmaps::output {
namespace {

std::string_view suffix_of(MetricType type) {
  switch (type) {
    case MetricType::counter: return "_total";
    case MetricType::info: return "_info";
    case MetricType::gauge:
    case MetricType::histogram: break;
  }
  return "";
}

std::string_view type_name(MetricType type, MetricForm form) {
  switch (type) {
    case MetricType::counter: return "counter";
    case MetricType::histogram: return "histogram";
    case MetricType::info: return form == MetricForm::openmetrics ? "info" : "gauge";
    case MetricType::gauge: break;
  }
  return "gauge";
}

// HELP of text 0.0.4 has quotes as they are.
std::string escaped_help(std::string_view help, MetricForm form) {
  std::string text;
  for (const char c : help) {
    if (c == '\n') {
      text += "\\n";
      continue;
    }
    if (c == '\\' || (c == '"' && form == MetricForm::openmetrics)) text += '\\';
    text += c;
  }
  return text;
}

}  // namespace

std::string utf8_text(std::string_view text) {
  std::string made;
  auto at = reinterpret_cast<const unsigned char*>(text.data());
  for (const unsigned char* end = at + text.size(); at < end;) {
    const Utf8 c = decode_utf8(at, end);
    if (c.valid)
      made.append(reinterpret_cast<const char*>(at), c.length);
    else
      made += "\xef\xbf\xbd";
    at += c.length;
  }
  return made;
}

void append_label_value(std::string& to, std::string_view value) {
  // Hardly ever anything needs care: then it is copied as a whole.
  for (std::size_t end = value.find_first_of("\\\"\n"); end != value.npos;
       end = value.find_first_of("\\\"\n")) {
    to.append(value.substr(0, end)) += '\\';
    to += value[end] == '\n' ? 'n' : value[end];
    value.remove_prefix(end + 1);
  }
  to.append(value);
}

void append_label(std::string& to, std::string_view name, std::string_view value) {
  if (!to.empty()) to += ',';
  to.append(name).append("=\"");
  append_label_value(to, value);
  to += '"';
}

std::string labels_text(std::initializer_list<LabelPair> labels) {
  std::string text;
  for (const auto& [name, value] : labels) append_label(text, name, utf8_text(value));
  return text;
}

std::string metric_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  return number_text(value);
}

MetricFamily::MetricFamily(Metric metric, MetricForm form)
    : metric_(std::move(metric)), form_(form) {}

void MetricFamily::sample(std::string_view suffix, std::string_view labels,
                          std::string_view value) {
  samples_ += metric_.name;
  samples_ += suffix;
  if (!labels.empty()) {
    samples_ += '{';
    samples_ += labels;
    samples_ += '}';
  }
  samples_ += ' ';
  samples_ += value;
  samples_ += '\n';
}

void MetricFamily::add(std::string_view labels, std::string_view value) {
  sample(suffix_of(metric_.type), labels, value);
}

void MetricFamily::add(std::string_view labels, std::uint64_t value) {
  char digits[20];
  add(labels, std::string_view(digits, write_u64(digits, value)));
}

void MetricFamily::add(std::string_view labels, double value) { add(labels, metric_number(value)); }

void MetricFamily::add_created(std::string_view labels, double seconds) {
  if (form_ == MetricForm::openmetrics) sample("_created", labels, metric_number(seconds));
}

void MetricFamily::add_bucket(std::string_view labels, std::string_view bound,
                              std::uint64_t count) {
  std::string with_bound(labels);
  append_label(with_bound, "le", bound);
  sample("_bucket", with_bound, number_text(count));
}

void MetricFamily::add_count(std::string_view labels, std::uint64_t count) {
  if (form_ == MetricForm::prometheus) sample("_count", labels, number_text(count));
}

void MetricFamily::expect(std::uint64_t more) {
  constexpr std::uint64_t kMost = 64 << 20;
  samples_.reserve(samples_.size() + std::min(samples_.size() * more * 9 / 8, kMost));
}

std::string MetricFamily::head() const {
  const bool open = form_ == MetricForm::openmetrics;
  std::string name = metric_.name, text;
  if (!open) name += suffix_of(metric_.type);
  const auto line = [&](std::string_view word, std::string_view what) {
    text.append("# ").append(word).append(" ").append(name).append(" ").append(what).append("\n");
  };
  line("HELP", escaped_help(metric_.help, form_) + ".");
  line("TYPE", type_name(metric_.type, form_));
  if (open && !metric_.unit.empty()) line("UNIT", metric_.unit);
  return text;
}

MetricFamily* MetricsText::family(const Metric& metric) {
  const std::string called = metric.name + std::string(suffix_of(metric.type));
  const auto found = by_name_.find(called);
  if (found == by_name_.end()) return by_name_[called] = &families_.emplace_back(metric, form_);
  const Metric& known = found->second->metric();
  return known.type == metric.type && known.unit == metric.unit ? found->second : nullptr;
}

void MetricsText::for_each_part(const std::function<void(std::string_view)>& take) const {
  for (const MetricFamily& family : families_) {
    if (family.is_empty()) continue;
    take(family.head());
    take(family.samples());
  }
  if (form_ == MetricForm::openmetrics) take("# EOF\n");
}

std::string MetricsText::text() const {
  std::size_t size = 0;
  for_each_part([&](std::string_view part) { size += part.size(); });
  std::string text;
  text.reserve(size);
  for_each_part([&](std::string_view part) { text += part; });
  return text;
}

std::string_view media_type(MetricForm form) {
  return form == MetricForm::openmetrics
             ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
             : "text/plain; version=0.0.4; charset=utf-8";
}

}  // namespace bpfmaps::output
