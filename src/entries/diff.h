// SPDX-License-Identifier: BSD-2-Clause
// MapDiff: what differs between the entries of two maps, or of saved ones, field by field. Fields
// go by their names, so the two may have different layouts. Formats nothing for output.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "entries/typed_map.h"
#include "layout/conversion.h"
#include "layout/program.h"
#include "layout/query.h"
#include "layout/snapshot.h"

namespace bpfmaps::entries {

/// One entry, or what one CPU has of it, that is not the same in both. Borrows its bytes.
struct Difference {
  const unsigned char* key = nullptr;     ///< as the side that `before` tells has it
  const unsigned char* before = nullptr;  ///< its value in the first map; null where it is only in
                                          ///< the second one, whose key `key` then is
  const unsigned char* now = nullptr;     ///< the same of the second one
  std::uint32_t cpu = 0;                  ///< where each CPU has a value of its own
  const std::vector<std::size_t>* fields = nullptr;  ///< those that differ: indices of values()
};

/// A field that both have.
struct PairedField {
  layout::Column before, now;
  bool same_bytes;  ///< equal bytes are equal values
};

class MapDiff {
 public:
  MapDiff(const MapDiff&) = delete;
  MapDiff& operator=(const MapDiff&) = delete;

  /// Both outlive it. Kind::invalid where their entries cannot be paired: no keys, keys of which
  /// one cannot become the other, other CPUs, no field in common.
  static Result<std::unique_ptr<MapDiff>> make(const TypedMap& before, const TypedMap& now);

  const std::vector<PairedField>& keys() const { return keys_; }
  const std::vector<PairedField>& values() const { return values_; }
  /// Fields of values that only one side has: "value.flags".
  const std::vector<std::string>& only_before() const { return only_before_; }
  const std::vector<std::string>& only_now() const { return only_now_; }
  /// The CPUs that have a value each; empty where there is one.
  const std::vector<std::uint32_t>& cpus() const { return before_spec_.cpus; }
  const layout::RowSpec& before_spec() const { return before_spec_; }
  const layout::RowSpec& now_spec() const { return now_spec_; }

  /// Reads both and shows what differs: the entries of the second in their order, then those that
  /// are only in the first. The queries may be null. Returns how many entries differ.
  Result<std::uint64_t> run(const layout::Query* before, const layout::Query* now,
                            const std::function<void(const Difference&)>& visit);

 private:
  MapDiff(const TypedMap& before, const TypedMap& now);
  Status pair_fields();
  bool find_changes(const unsigned char* before, const unsigned char* now);
  bool visit_pair(const unsigned char* key, const unsigned char* before, const unsigned char* now,
                  const std::function<void(const Difference&)>& visit);

  const TypedMap& before_;
  const TypedMap& now_;
  layout::RowSpec before_spec_, now_spec_;
  std::optional<layout::Conversion> key_;  // of `now` to `before`; nothing where bytes are the same
  std::vector<PairedField> keys_, values_;
  std::vector<layout::Program> before_text_, now_text_;  // of values_
  std::vector<std::string> only_before_, only_now_;
  bool same_values_ = false;  // both have the same layout
  std::vector<std::size_t> changed_;
  Buffer before_buffer_, now_buffer_;
};

/// A program that writes the field of one column, as `dialect` has it. Pretty records continue at
/// that depth of indentation.
layout::Program program_of(const layout::RowSpec& spec, const layout::Column& column,
                           const layout::Dialect& dialect, int depth = 0);

}  // namespace bpfmaps::entries
