// SPDX-License-Identifier: BSD-2-Clause
#include "entries/series_names.h"

#include <gtest/gtest.h>

namespace bpfmaps::entries {
namespace {

using output::MetricType;

std::string name(std::string_view field, MetricType type, std::string_view unit = "") {
  return series_name("bpf_map_x", field, type, unit).metric.name;
}

TEST(SeriesNames, follow_the_conventions) {
  EXPECT_EQ(name("packets", MetricType::counter), "bpf_map_x_packets");  // and _total behind it
  EXPECT_EQ(name("rx_total", MetricType::counter), "bpf_map_x_rx");
  EXPECT_EQ(name("bytes", MetricType::counter), "bpf_map_x_bytes");
  EXPECT_EQ(name("", MetricType::counter), "bpf_map_x");
  EXPECT_EQ(name("", MetricType::gauge), "bpf_map_x_value");
  EXPECT_EQ(name("lat_ns", MetricType::gauge), "bpf_map_x_lat_seconds");
  EXPECT_EQ(name("count", MetricType::gauge), "bpf_map_x_count_value");
  EXPECT_EQ(name("slots", MetricType::histogram, "us"), "bpf_map_x_slots_seconds");
  EXPECT_EQ(series_name("bpf_map", "entries", MetricType::gauge, "").metric.name,
            "bpf_map_entries_value");
}

TEST(SeriesNames, a_name_that_the_kernel_cut_is_completed_by_its_pin) {
  EXPECT_EQ(series_prefix("connection_trac", "connection_tracking"), "bpf_map_connection_tracking");
  EXPECT_EQ(series_prefix("stats", "statsOfOthers"), "bpf_map_stats");
  EXPECT_EQ(series_prefix("code.bss", ""), "bpf_map_code_bss");
  EXPECT_EQ(series_prefix("", ""), "bpf_map_unnamed");
}

}  // namespace
}  // namespace bpfmaps::entries
