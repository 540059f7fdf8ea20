// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/cpus.h"

#include "base/file.h"
#include "base/number.h"
#include "base/text.h"

namespace bpfmaps::kernel {
namespace {

// Far above the kernel's own limit (CONFIG_NR_CPUS is at most 8192): keeps a wrong text from
// becoming a huge allocation.
constexpr std::uint64_t kMostCpus = 1 << 16;

Error not_a_list(std::string_view text) {
  return Error::refused(Kind::invalid, "read a list of CPUs", std::string(text),
                        "not a list of CPU numbers such as 0-3,5");
}

Result<std::vector<std::uint32_t>> read_list(const char* path) {
  auto text = read_file(path);
  if (!text)
    return fail(std::move(text.error())
                    .as(Kind::io)
                    .advise("what is kept for each CPU needs it: mount sysfs at /sys"));
  while (text->ends_with('\n')) text->pop_back();
  return parse_cpu_list(*text);
}

}  // namespace

Result<std::vector<std::uint32_t>> possible_cpus() {
  return read_list("/sys/devices/system/cpu/possible");
}

Result<std::vector<std::uint32_t>> online_cpus() {
  return read_list("/sys/devices/system/cpu/online");
}

Result<std::vector<std::uint32_t>> parse_cpu_list(std::string_view text) {
  std::vector<std::uint32_t> cpus;
  for (const std::string_view part : split(text, ',')) {
    const std::size_t dash = part.find('-');
    const auto first = parse_u64(part.substr(0, dash));
    const auto last = dash == part.npos ? first : parse_u64(part.substr(dash + 1));
    if (!first || !last || *last < *first || *last >= kMostCpus) return fail(not_a_list(text));
    for (std::uint64_t cpu = *first; cpu <= *last; ++cpu)
      cpus.push_back(static_cast<std::uint32_t>(cpu));
  }
  if (cpus.empty()) return fail(not_a_list(text));
  return cpus;
}

}  // namespace bpfmaps::kernel
