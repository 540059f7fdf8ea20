// SPDX-License-Identifier: BSD-2-Clause
// A release of Linux.
#pragma once

#include <compare>
#include <string>

namespace bpfmaps::kernel {

/// 0.0 where none is known, or where every kernel with bpf(2) will do.
struct Linux {
  int major = 0, minor = 0;

  auto operator<=>(const Linux&) const = default;
  std::string text() const { return std::to_string(major) + "." + std::to_string(minor); }
};

}  // namespace bpfmaps::kernel
