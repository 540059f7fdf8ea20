// SPDX-License-Identifier: BSD-2-Clause
#include "output/metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "output/metric_name.h"

namespace bpfmaps::output {
namespace {

TEST(Metrics, text_0_0_4) {
  MetricsText text(MetricForm::prometheus);
  MetricFamily& runs = *text.family({"bpf_runs", MetricType::counter, "Runs"});
  runs.add(labels_text({{"id", "7"}}), std::uint64_t{3});
  runs.add_created(labels_text({{"id", "7"}}), 1.5);
  text.family({"bpf_map", MetricType::info, "What it is"})->add("id=\"7\"", std::uint64_t{1});
  text.family({"unused", MetricType::gauge, "Nothing"});
  text.family({"bpf_runs", MetricType::counter, "Runs"})->add("", std::uint64_t{4});
  EXPECT_EQ(text.text(),
            "# HELP bpf_runs_total Runs.\n# TYPE bpf_runs_total counter\n"
            "bpf_runs_total{id=\"7\"} 3\nbpf_runs_total 4\n"
            "# HELP bpf_map_info What it is.\n# TYPE bpf_map_info gauge\n"
            "bpf_map_info{id=\"7\"} 1\n");
}

TEST(Metrics, openmetrics_1_0) {
  MetricsText text(MetricForm::openmetrics);
  MetricFamily& time = *text.family({"run_seconds", MetricType::counter, "Time", "seconds"});
  time.add("", 0.5);
  time.add_created("", 12);
  text.family({"bpf_map", MetricType::info, "What it is"})->add("", std::uint64_t{1});
  EXPECT_EQ(text.text(),
            "# HELP run_seconds Time.\n# TYPE run_seconds counter\n# UNIT run_seconds seconds\n"
            "run_seconds_total 0.5\nrun_seconds_created 12.0\n"
            "# HELP bpf_map What it is.\n# TYPE bpf_map info\nbpf_map_info 1\n# EOF\n");
}

TEST(Metrics, histograms_end_in_their_count) {
  MetricsText text(MetricForm::prometheus);
  MetricFamily& slots = *text.family({"lat_seconds", MetricType::histogram, "Slots", "seconds"});
  slots.add_bucket("cpu=\"0\"", "1.0", 2);
  slots.add_bucket("cpu=\"0\"", "+Inf", 3);
  slots.add_count("cpu=\"0\"", 3);
  EXPECT_EQ(text.text(),
            "# HELP lat_seconds Slots.\n# TYPE lat_seconds histogram\n"
            "lat_seconds_bucket{cpu=\"0\",le=\"1.0\"} 2\n"
            "lat_seconds_bucket{cpu=\"0\",le=\"+Inf\"} 3\nlat_seconds_count{cpu=\"0\"} 3\n");
}

TEST(Metrics, openmetrics_has_no_count_without_a_sum) {
  MetricsText text(MetricForm::openmetrics);
  MetricFamily& slots = *text.family({"slots", MetricType::histogram, "Slots"});
  slots.add_bucket("", "+Inf", 3);
  slots.add_count("", 3);
  EXPECT_EQ(text.text(),
            "# HELP slots Slots.\n# TYPE slots histogram\nslots_bucket{le=\"+Inf\"} 3\n# EOF\n");
}

TEST(Metrics, hostile_text_is_escaped) {
  EXPECT_EQ(labels_text({{"a", "x\"y\\z\n"}, {"b", ""}}), R"(a="x\"y\\z\n",b="")");
  for (const auto& [form, help] :
       {std::pair{MetricForm::prometheus, R"(# HELP m "q" \\ \n.)"},
        std::pair{MetricForm::openmetrics, R"(# HELP m \"q\" \\ \n.)"}}) {
    MetricsText text(form);
    text.family({"m", MetricType::gauge, "\"q\" \\ \n"})->add("", std::uint64_t{1});
    EXPECT_EQ(text.text().substr(0, text.text().find("\n# TYPE")), help);
  }
}

TEST(Metrics, a_name_has_one_type) {
  MetricsText text(MetricForm::prometheus);
  EXPECT_NE(text.family({"a", MetricType::gauge}), nullptr);
  EXPECT_EQ(text.family({"a", MetricType::histogram}), nullptr);
  EXPECT_NE(text.family({"a", MetricType::counter}), nullptr);  // a_total
}

TEST(Metrics, numbers_that_are_none) {
  EXPECT_EQ(metric_number(std::nan("")), "NaN");
  EXPECT_EQ(metric_number(INFINITY), "+Inf");
  EXPECT_EQ(metric_number(-INFINITY), "-Inf");
}

TEST(MetricName, snake_case) {
  EXPECT_EQ(snake_case("srcMac"), "src_mac");
  EXPECT_EQ(snake_case("HTTPRequests2xx"), "http_requests2xx");
  EXPECT_EQ(snake_case("a.b[0]"), "a_b_0");
  EXPECT_EQ(snake_case("__x__y_"), "x_y");
  EXPECT_EQ(snake_case("\xc3\xa9{}\n"), "_");
  EXPECT_EQ(label_name("4tuple"), "_4tuple");
}

TEST(MetricName, units) {
  const UnitName lat = split_unit("lat_ns");
  EXPECT_EQ(lat.name, "lat");
  EXPECT_EQ(lat.unit, "seconds");
  EXPECT_EQ(lat.scale, 1e-9);
  EXPECT_EQ(split_unit("bytes").name, "");
  EXPECT_EQ(split_unit("bytes").unit, "bytes");
  EXPECT_EQ(split_unit("status").unit, "");
  EXPECT_EQ(with_unit("a", "bytes"), "a_bytes");
  EXPECT_EQ(with_unit("a_bytes", "bytes"), "a_bytes");
  EXPECT_EQ(gauge_name("a_count"), "a_count_value");
  EXPECT_EQ(gauge_name("a_counts"), "a_counts");
}

}  // namespace
}  // namespace bpfmaps::output
