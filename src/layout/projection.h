// SPDX-License-Identifier: BSD-2-Clause
// Projection: --fields. Some fields of an entry, in the order they were asked for: columns for
// tables and CSV, a smaller key and value for JSON.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "layout/fields.h"
#include "layout/rows.h"

namespace bpfmaps::layout {

/// Not movable: its RowSpec points into its layouts.
class Projection {
 public:
  Projection(const Projection&) = delete;
  Projection& operator=(const Projection&) = delete;

  /// Picks `names` of `from`, whose layouts outlive it. A record stands for all its fields; a
  /// member named alone keeps the records around it, and an element of an array becomes a member
  /// of its name, `in[0]`. Errors are of Kind::usage: an unknown field, or one that is given twice.
  static Result<std::unique_ptr<Projection>> make(const RowSpec& from,
                                                  std::span<const std::string_view> names);

  /// What rows show: `from` with the fields that were picked.
  const RowSpec& spec() const { return spec_; }

 private:
  Projection() = default;
  Status pick(const RowSpec& from, std::string_view name);
  void add_columns(const RowSpec& from, const Field& field, std::string_view name);

  std::optional<Layout> key_, value_;
  std::vector<std::string> picked_;  // paths from the whole key or value
  RowSpec spec_;
};

}  // namespace bpfmaps::layout
