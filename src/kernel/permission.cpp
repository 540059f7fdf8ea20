// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/permission.h"

#include <linux/capability.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <utility>

#include "base/file.h"
#include "base/text.h"

namespace bpfmaps::kernel {
namespace {

constexpr unsigned kPerfmon = 38, kBpf = 39;  // Linux 5.8
constexpr std::pair<unsigned, const char*> kCapabilities[] = {{kBpf, "CAP_BPF"},
                                                              {CAP_NET_ADMIN, "CAP_NET_ADMIN"},
                                                              {kPerfmon, "CAP_PERFMON"},
                                                              {CAP_SYS_ADMIN, "CAP_SYS_ADMIN"}};

// Bits of what this process may do; all of them without /proc.
std::uint64_t effective_capabilities() {
  constexpr std::string_view kLine = "CapEff:\t";
  const std::string status = read_file("/proc/self/status").value_or("");
  std::uint64_t bits = UINT64_MAX;
  if (const std::size_t at = status.find(kLine); at != status.npos)
    std::from_chars(status.data() + at + kLine.size(), status.data() + status.size(), bits, 16);
  return bits;
}

}  // namespace

std::string permission_hint(std::string otherwise) {
  if (geteuid() != 0) return otherwise;
  const std::uint64_t bits = effective_capabilities();
  std::string lacking;
  for (const auto& [bit, name] : kCapabilities)
    if ((bits >> bit & 1) == 0) lacking.append(lacking.empty() ? "" : ", ").append(name);
  if (!lacking.empty()) return "root lacks " + lacking + " here, as in a container";
  return "root is not enough here: a user namespace, a security module, seccomp or kernel lockdown "
         "may forbid it";
}

}  // namespace bpfmaps::kernel
