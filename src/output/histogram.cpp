// SPDX-License-Identifier: BSD-2-Clause
#include "output/histogram.h"

#include <algorithm>
#include <vector>

#include "base/bars.h"
#include "base/number.h"

namespace bpfmaps::output {
namespace {

constexpr std::size_t kMostLines = 40, kMostBar = 50, kLeastBar = 8, kGap = 2;

struct Line {
  std::string range;
  std::uint64_t count;
};

std::uint64_t saturated_sum(std::uint64_t a, std::uint64_t b) {
  return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

std::string range_text(std::uint64_t low, std::uint64_t high) {
  return low == high ? number_text(low) : number_text(low) + ".." + number_text(high);
}

// 1, 2, 5, 10, 20, ...: the least that makes few enough lines of `count` elements.
std::uint64_t elements_in_line(std::uint64_t first, std::uint64_t last) {
  for (std::uint64_t ten = 1;; ten *= 10)
    for (const std::uint64_t width : {ten, ten * 2, ten * 5})
      if (last / width - first / width < kMostLines) return width;
}

std::vector<Line> lines_of(std::span<const std::uint64_t> counts, Scale scale) {
  const auto counted = [](std::uint64_t count) { return count != 0; };
  const auto first = static_cast<std::uint64_t>(
      std::find_if(counts.begin(), counts.end(), counted) - counts.begin());
  auto end = static_cast<std::uint64_t>(counts.size());
  while (end > first && counts[end - 1] == 0) --end;
  std::vector<Line> lines;
  if (first == end) return lines;
  if (scale == Scale::log2) {
    for (std::uint64_t i = first; i < end; ++i)
      lines.push_back({range_text(i == 0 ? 0 : std::uint64_t{1} << i,
                                  i == 63 ? UINT64_MAX : (std::uint64_t{2} << i) - 1),
                       counts[i]});
    return lines;
  }
  const std::uint64_t width = elements_in_line(first, end - 1);
  for (std::uint64_t low = first / width * width; low < end; low += width) {
    std::uint64_t count = 0;
    for (std::uint64_t i = low; i < std::min(low + width, end); ++i)
      count = saturated_sum(count, counts[i]);
    lines.push_back({range_text(low, low + width - 1), count});
  }
  return lines;
}

// The range in which the one at `share` of all lies, counted from the least.
const std::string& percentile(const std::vector<Line>& lines, std::uint64_t total, double share) {
  const double rank = share * static_cast<double>(total);
  double seen = 0;
  for (const Line& line : lines) {
    seen += static_cast<double>(line.count);
    if (line.count != 0 && seen >= rank) return line.range;
  }
  return lines.back().range;
}

void append_right(std::string& to, const std::string& text, std::size_t width) {
  to.append(width - std::min(width, text.size()), ' ').append(text);
}

}  // namespace

std::optional<Scale> scale_from_name(std::string_view name) {
  if (name == "log2") return Scale::log2;
  if (name == "linear") return Scale::linear;
  return {};
}

void append_histogram(std::string& to, std::span<const std::uint64_t> counts, Scale scale,
                      const Style& style) {
  const std::vector<Line> lines = lines_of(counts, scale);
  if (lines.empty()) {
    to += "nothing was counted\n";
    return;
  }
  std::uint64_t total = 0, most = 0;
  std::size_t ranges = std::string_view("range").size(), numbers = std::string_view("count").size();
  for (const Line& line : lines) {
    total = saturated_sum(total, line.count);
    most = std::max(most, line.count);
    ranges = std::max(ranges, line.range.size());
    numbers = std::max(numbers, number_text(line.count).size());
  }
  const std::size_t before = ranges + numbers + 2 * kGap;
  const auto width = static_cast<std::size_t>(std::max(style.width, 0));
  const std::size_t room =
      width == 0 ? kMostBar : std::clamp(width - std::min(width, before), kLeastBar, kMostBar);
  std::string heading;
  append_right(heading, "range", ranges);
  append_right(heading, "count", kGap + numbers);
  to.append(style.color ? "\x1b[1m" + heading + "\x1b[0m\n" : heading + "\n");
  for (const Line& line : lines) {
    append_right(to, line.range, ranges);
    append_right(to, number_text(line.count), kGap + numbers);
    if (line.count != 0) to.append(kGap, ' ').append(bar(line.count, most, room, style.ascii));
    to += '\n';
  }
  to.append("total ").append(number_text(total));
  for (const auto& [name, share] : {std::pair{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}})
    to.append("  ").append(name).append(" ").append(percentile(lines, total, share));
  to += '\n';
}

}  // namespace bpfmaps::output
