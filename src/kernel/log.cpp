// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/log.h"

#include <bpf/libbpf.h>

#include <algorithm>
#include <charconv>
#include <cstdarg>
#include <cstdio>
#include <string_view>

#include "base/result.h"
#include "base/text.h"

namespace bpfmaps::kernel {
namespace {

std::vector<std::string>* sink = nullptr;
libbpf_print_fn_t before = nullptr;

int keep(libbpf_print_level level, const char* format, va_list arguments) {
  if (level != LIBBPF_WARN || sink == nullptr) return 0;
  va_list again;
  va_copy(again, arguments);
  const int size = vsnprintf(nullptr, 0, format, again);
  va_end(again);
  if (size <= 0) return 0;
  std::string text(static_cast<std::size_t>(size) + 1, '\0');
  vsnprintf(text.data(), text.size(), format, arguments);
  text.pop_back();
  for (std::string_view line : split(text, '\n')) {
    constexpr std::string_view kPrefix = "libbpf: ";
    if (line.starts_with(kPrefix)) line.remove_prefix(kPrefix.size());
    if (!line.empty()) sink->push_back(in_words(std::string(line)));
  }
  return 0;
}

/// "map 'm': failed to create: Invalid argument" for "...: Invalid argument(-22)"; ": -3" goes,
/// too.
std::string without_numbers(std::string_view line) {
  const std::size_t last = line.find_last_not_of("0123456789)");
  if (last == line.npos || line[last] != '-' || last + 1 == line.size()) return std::string(line);
  line = line.substr(0, last);
  const std::size_t end = line.find_last_not_of("( :");
  return std::string(line.substr(0, end + 1));
}

}  // namespace

std::string in_words(std::string line) {
  constexpr std::string_view kBegin = "ERROR: strerror_r(";
  for (std::size_t at = 0; (at = line.find(kBegin, at)) != line.npos;) {
    const char* const end = line.data() + line.size();
    int code = 0, ignored = 0;
    auto read = std::from_chars(line.data() + at + kBegin.size(), end, code);
    if (read.ec != std::errc() || end - read.ptr < 3 || read.ptr[0] != ')' || read.ptr[1] != '=')
      break;
    read = std::from_chars(read.ptr + 2, end, ignored);
    const auto size = static_cast<std::size_t>(read.ptr - (line.data() + at));
    line.replace(at, size, errno_text(code < 0 ? -code : code));
  }
  return line;
}

Log::Log() {
  sink = &lines_;
  before = libbpf_set_print(keep);
}

Log::~Log() {
  libbpf_set_print(before);
  sink = nullptr;
}

std::string Log::reason() const {
  // Each of these is true of many failures, and comes behind the line that tells them apart.
  constexpr std::string_view kSummaries[] = {"failed to load", "failed to prepare load attributes",
                                             "BPF program load failed"};
  for (auto line = lines_.rbegin(); line != lines_.rend(); ++line) {
    if (std::ranges::none_of(kSummaries, [&](std::string_view summary) {
          return line->find(summary) != std::string::npos;
        }))
      return without_numbers(*line);
  }
  return {};
}

}  // namespace bpfmaps::kernel
