// SPDX-License-Identifier: BSD-2-Clause
// Facts: what the kernel says of an object in fields that depend on the object's type.
#pragma once

#include <linux/types.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace bpfmaps::kernel {

/// In the place of a value: the kernel was asked for it and did not tell.
struct Untold {
  std::string why;
  bool operator==(const Untold&) const = default;
};

struct Fact;
using Facts = std::vector<Fact>;

/// One named fact. A list of Facts is what an object of many parts says of each.
struct Fact {
  std::string_view name;  ///< static text, bpftool's word for it
  std::variant<bool, __u32, __s32, __u64, std::string, std::vector<Facts>, Untold> value;

  bool operator==(const Fact&) const = default;
};

}  // namespace bpfmaps::kernel
