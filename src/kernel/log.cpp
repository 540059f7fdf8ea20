// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/log.h"

#include <bpf/libbpf.h>

#include <cstdarg>
#include <cstdio>
#include <string_view>

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
    if (!line.empty()) sink->emplace_back(line);
  }
  return 0;
}

}  // namespace

Log::Log() {
  sink = &lines_;
  before = libbpf_set_print(keep);
}

Log::~Log() {
  libbpf_set_print(before);
  sink = nullptr;
}

std::string Log::reason() const {
  for (auto line = lines_.rbegin(); line != lines_.rend(); ++line) {
    // "failed to load object 'x'", "prog 'x': failed to load: -22": true of every failure.
    if (line->find("failed to load") == std::string::npos) return *line;
  }
  return {};
}

}  // namespace bpfmaps::kernel
