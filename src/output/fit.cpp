// SPDX-License-Identifier: BSD-2-Clause
#include "output/fit.h"

#include <algorithm>
#include <numeric>

#include "base/text.h"
#include "output/table.h"

namespace bpfmaps::output {
namespace {

constexpr std::size_t kLeastShrunk = 5;  // "/s…/x" still says something

// The last columns of `text`, at most `width`.
std::string_view tail_of(std::string_view text, std::size_t width) {
  const auto* const begin = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t from = 0, left = display_width(text);
  while (left > width) {
    const Utf8 c = decode_utf8(begin + from, begin + text.size());
    left -= columns_of(c.code_point);
    from += c.length;
  }
  return text.substr(from);
}

}  // namespace

std::vector<std::size_t> fit(std::span<const FitColumn> columns, std::size_t width) {
  std::vector<std::size_t> widths(columns.size(), 0);
  if (width == 0) {
    std::ranges::transform(columns, widths.begin(), &FitColumn::natural);
    return widths;
  }
  std::vector<std::size_t> order(columns.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return columns[i].rank; });
  std::size_t used = 0;
  for (const std::size_t i : order) {
    const std::size_t needs = columns[i].least + (used == 0 ? 0 : kGap);
    if (columns[i].rank != 0 && used + needs > width) continue;
    widths[i] = columns[i].least;
    used += needs;
  }
  // One column at a time from whatever text has most, until it fits or nothing may give.
  while (used > width) {
    std::size_t* widest = nullptr;
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (columns[i].may_shrink && widths[i] > kLeastShrunk && (!widest || widths[i] > *widest))
        widest = &widths[i];
    if (widest == nullptr) break;
    --*widest;
    --used;
  }
  // Numbers alone are too wide: the last column goes, and the others try again.
  if (used > width && columns.size() > 1) {
    widths = fit(columns.first(columns.size() - 1), width);
    widths.push_back(0);
    return widths;
  }
  for (bool grew = true; grew && used < width;) {
    grew = false;
    for (const std::size_t i : order)
      if (widths[i] != 0 && widths[i] < columns[i].natural && used < width)
        ++widths[i], ++used, grew = true;
  }
  return widths;
}

std::string shortened(std::string text, std::size_t width, const Style& style) {
  if (width == 0 || display_width(text) <= width) return text;
  const std::string_view mark = cut_mark(style.ascii);
  if (!text.starts_with('/') || width < kLeastShrunk) return cut_to_width(text, width, mark);
  // The end of a path says most: two thirds are its own.
  const std::size_t front = (width - 1) / 3;
  const std::string_view end = tail_of(text, width - 1 - front);
  return cut_to_width(text, front + 1, mark) + std::string(end);
}

std::string shortened_list(std::string text, std::size_t width, const Style& style) {
  if (width == 0 || display_width(text) <= width) return text;
  const std::string_view mark = cut_mark(style.ascii);
  std::size_t end = text.npos;
  while ((end = text.rfind(',', end)) != text.npos && end != 0) {
    if (display_width(std::string_view(text).substr(0, end + 1)) < width)
      return text.substr(0, end + 1).append(mark);
    --end;
  }
  const std::size_t comma = text.find(',');
  if (comma == text.npos) return shortened(std::move(text), width, style);
  // Not even the first one has room beside the mark.
  return shortened(text.substr(0, comma), width - 2, style).append(",").append(mark);
}

}  // namespace bpfmaps::output
