// SPDX-License-Identifier: BSD-2-Clause
// Metrics as text: the Prometheus text format 0.0.4, or OpenMetrics 1.0. Knows names, labels and
// numbers; not what they are of.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace bpfmaps::output {

enum class MetricForm : std::uint8_t { prometheus, openmetrics };
enum class MetricType : std::uint8_t { gauge, counter, histogram, info };

/// What all samples of a family share.
struct Metric {
  std::string name;  ///< without "_total" or "_info": "bpf_prog_runs"
  MetricType type = MetricType::gauge;
  std::string help = {};  ///< a sentence without its full stop
  std::string unit = {};  ///< "bytes", "seconds", or ""; then it is the last word of the name
};

/// Labels as they stand between the braces: `id="7",name="stats"`.
using LabelPair = std::pair<std::string_view, std::string_view>;
std::string labels_text(std::initializer_list<LabelPair> labels);
/// `text` with bytes that are no UTF-8 as U+FFFD; labels_text() does that.
std::string utf8_text(std::string_view text);
/// Appends `value` as it stands between quotes. It is UTF-8.
void append_label_value(std::string& to, std::string_view value);
/// Appends a comma where `to` is not empty, then `name="value"`.
void append_label(std::string& to, std::string_view name, std::string_view value);
/// "1.5", "NaN", "+Inf", "-Inf".
std::string metric_number(double value);

class MetricFamily {
 public:
  MetricFamily(Metric metric, MetricForm form);

  const Metric& metric() const { return metric_; }
  /// One sample; of an info the value is 1.
  void add(std::string_view labels, std::string_view value);
  void add(std::string_view labels, std::uint64_t value);
  void add(std::string_view labels, double value);
  /// Of a counter: when it began, in seconds since 1970. Text 0.0.4 has no place for that.
  void add_created(std::string_view labels, double seconds);
  /// Of a histogram: how many were at most `bound` ("+Inf" last); then how many there were, which
  /// OpenMetrics wants only beside their sum.
  void add_bucket(std::string_view labels, std::string_view bound, std::uint64_t count);
  void add_count(std::string_view labels, std::uint64_t count);

  /// There will be `more` times as many samples as there are: room for them is made at once.
  void expect(std::uint64_t more);

  bool is_empty() const { return samples_.empty(); }
  std::size_t size() const { return samples_.size(); }
  /// What stands before its samples.
  std::string head() const;
  const std::string& samples() const { return samples_; }

 private:
  void sample(std::string_view suffix, std::string_view labels, std::string_view value);

  Metric metric_;
  MetricForm form_;
  std::string samples_;
};

/// Families in the order in which they were first named.
class MetricsText {
 public:
  explicit MetricsText(MetricForm form) : form_(form) {}
  MetricForm form() const { return form_; }

  /// The family of that name, made where there is none. Null where the name is taken by one of
  /// another type or unit.
  MetricFamily* family(const Metric& metric);
  /// Gives `take` all of it, piece by piece: with the end that OpenMetrics wants.
  void for_each_part(const std::function<void(std::string_view)>& take) const;
  /// The same in one piece.
  std::string text() const;

 private:
  MetricForm form_;
  std::deque<MetricFamily> families_;
  std::map<std::string, MetricFamily*, std::less<>> by_name_;  // by what samples are called
};

/// The media type of an answer in that form.
std::string_view media_type(MetricForm form);

}  // namespace bpfmaps::output
