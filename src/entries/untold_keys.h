// SPDX-License-Identifier: BSD-2-Clause
// Keys that are printed although their printed form does not tell their bytes: counted, and said.
#pragma once

#include <optional>
#include <string>

#include "entries/typed_map.h"
#include "layout/untold.h"

namespace bpfmaps::entries {

class UntoldKeys {
 public:
  /// Of the rows that `typed`, which outlives it, makes. Keys that the kernel compares field by
  /// field hide nothing.
  explicit UntoldKeys(const TypedMap& typed);
  /// Of keys that are as the map has them.
  explicit UntoldKeys(const layout::Layout& key) : untold_(key) {}

  /// How many of `entries` have such a key. Several threads may call it at once.
  std::uint64_t count(const Entries& entries) const;
  /// What to say of `count` of them; "" for none.
  std::string remark(std::uint64_t count) const;

 private:
  std::optional<layout::Untold> untold_;
};

}  // namespace bpfmaps::entries
