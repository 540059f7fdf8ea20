// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/pin/like.h"

#include <fnmatch.h>

#include <algorithm>
#include <optional>

#include "kernel/pin/resolve.h"
#include "kernel/pin/walker.h"

namespace bpfmaps::kernel {
namespace {

constexpr std::string_view kSigns = "*?[";

bool matches(const std::string& pattern, const std::string& path) {
  return fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME) == 0;
}

// The start of `pattern` with as many slashes as `path` has.
std::string start_of(const std::string& pattern, const std::string& path) {
  auto slashes = std::count(path.begin(), path.end(), '/');
  const auto is_last = [&](char one) { return one == '/' && slashes-- == 0; };
  return {pattern.begin(), std::find_if(pattern.begin(), pattern.end(), is_last)};
}

}  // namespace

bool is_pattern(std::string_view path) { return path.find_first_of(kSigns) != path.npos; }

Result<std::vector<std::string>> map_pins_like(const std::string& pattern) {
  if (resolve(pattern, "open pin")) return std::vector{pattern};
  const std::size_t sign = pattern.find_first_of(kSigns);
  const std::size_t slash = pattern.rfind('/', sign);
  const std::string start =
      slash == pattern.npos ? "." : pattern.substr(0, std::max<std::size_t>(slash, 1));
  std::vector<std::string> found;
  std::optional<Error> hidden;
  const WalkRange range{.deep = pattern.find('/', sign) != pattern.npos,
                        .file = [&](int, const std::string&, const std::string& path) {
                          return !matches(pattern, path);
                        }};
  TRY(walk_pins(
      start,
      [&](const PinEntry& entry, WalkStep) {
        if (entry.is_pin_of(Noun::map) && matches(pattern, entry.path)) found.push_back(entry.path);
        const bool may_hold = entry.is == PinEntry::Is::directory && entry.depth > 0 &&
                              matches(start_of(pattern, entry.path), entry.path);
        // The kernel's own files have no object behind them.
        const bool is_hidden = entry.failed() && entry.error.kind != Kind::unsupported;
        if (is_hidden && !hidden && (may_hold || matches(pattern, entry.path)))
          hidden = entry.error;
      },
      range));
  if (hidden) return fail(*std::move(hidden));
  if (found.empty())
    return fail(Error::refused(Kind::not_found, "find maps", pattern,
                               "no pin of a map matches this pattern",
                               "`bpfmaps pin list` shows what there is"));
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace bpfmaps::kernel
