// SPDX-License-Identifier: BSD-2-Clause
// Members: puts the members of a struct, union or data section into its Node: each at its place,
// with a name of its own, and no byte of data left out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "layout/holes.h"
#include "layout/layout.h"

namespace bpfmaps::layout {

/// Types that contradict themselves: "the BTF does not make sense: " and `why`.
Error malformed(std::string why);

class Members {
 public:
  /// `record` has its size and no children yet, and outlives it.
  explicit Members(Node& record) : record_(record) {}

  /// Adds `child`, which starts `bit` bits behind the start of the record; `bits` is the width of a
  /// bitfield, 0 for anything else, and `align` the natural alignment of its type. The members of
  /// an anonymous struct or union move up, as C lets one name them. Kind::invalid where it does not
  /// lie inside the record.
  Status add(Node child, std::uint64_t bit, std::uint32_t bits, std::uint32_t align);
  /// Leaves `child` out: its bytes are no data.
  Status skip(Node child, std::uint64_t bit, std::uint32_t align);

  /// Names the bytes that nothing was added for. At most once.
  void add_holes();
  /// Tells fields of one name apart. Once, at the end.
  void finish();

  std::uint32_t align() const { return align_; }

 private:
  Status place(Node& child, std::uint64_t bit, std::uint32_t bits, std::uint32_t align);
  void append(Node child);

  Node& record_;
  std::vector<Extent> extents_;
  std::uint32_t align_ = 1;
};

}  // namespace bpfmaps::layout
