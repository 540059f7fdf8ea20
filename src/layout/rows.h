// SPDX-License-Identifier: BSD-2-Clause
// Rows: a map's entries as text, in whichever form. Compiled once, then fed chunk by chunk; the
// only virtual call is one a chunk.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "base/entries.h"
#include "layout/layout.h"
#include "output/form.h"

namespace bpfmaps::layout {

class Times;  // layout/times.h

/// What one entry is made of. The layouts must outlive the rows.
struct RowSpec {
  const Layout* key = nullptr;    ///< null where there are no keys to show
  const Layout* value = nullptr;  ///< null where only keys are to be shown
  /// Not empty: a value holds one slot a CPU, `slot` bytes apart, in the order of these numbers.
  std::vector<std::uint32_t> cpus = {};
  std::uint32_t slot = 0;
  /// What key and value are called in JSON and, where their fields need it, in headings.
  std::string_view key_name = "key", value_name = "value";
  /// The key is a record whose fields stand beside the value in JSON; their names come first where
  /// the value has the same ones.
  bool spread_key = false;
  /// Not empty: what tables and CSV show of key and value, in this order.
  std::vector<Column> columns = {};
  /// One object instead of an array: the answer of a lookup.
  bool single = false;
  /// A row of a list: behind each field of the value stands a byte, 0 where the field is not there
  /// or not known, and then it fits no comparison. An array is a list, of which any element may
  /// fit.
  bool listed = false;
  /// JSON: the members of a row alone, for an object that has more of them.
  bool members = false;
  /// Not empty: which map the rows are of, where an answer has those of several. The first member,
  /// `map`, in JSON, and the first column in CSV.
  std::string map = {};
  /// Fields that are shown as times; null where none are.
  const Times* times = nullptr;
};

class Rows {
 public:
  virtual ~Rows() = default;

  /// What comes before the first row. Tables learn their widths from `sample`, which may be empty;
  /// `more` says that it may not be all.
  virtual void begin(const Entries& sample, bool more, Buffer& out) = 0;
  /// Rows for `entries`. Const: several threads may call it at once after begin().
  virtual void append(const Entries& entries, Buffer& out) const = 0;
  /// What comes behind the last row of a whole answer.
  virtual void finish(bool any, Buffer& out) const = 0;
  /// Bytes at the start of a row that part it from the one before: dropped from the first row.
  virtual std::size_t separator() const { return 0; }
};

std::unique_ptr<Rows> make_rows(const RowSpec& spec, const output::Style& style);

/// Implemented per form; make_rows() chooses.
std::unique_ptr<Rows> make_json_rows(const RowSpec& spec, const output::Style& style);
std::unique_ptr<Rows> make_csv_rows(const RowSpec& spec, const output::Style& style);
std::unique_ptr<Rows> make_table_rows(const RowSpec& spec, const output::Style& style);
/// A record a row, a field a line, in the place of a table.
std::unique_ptr<Rows> make_vertical_rows(const RowSpec& spec, const output::Style& style);

/// Rows of several maps as one answer: one array of JSON, one CSV; what is for people has the map's
/// name above each.
class JoinedRows {
 public:
  explicit JoinedRows(const output::Style& style) : style_(style) {}

  /// `rows` of the map called `name` as a part of the answer. They end before the next ones begin,
  /// and this outlives them. `last`: no other map follows.
  std::unique_ptr<Rows> next(std::unique_ptr<Rows> rows, const std::string& name, bool last);
  /// What stands above what the map called `name` has for people.
  std::string heading(const std::string& name);

 private:
  class Part;

  const output::Style style_;
  bool begun_ = false;  // the answer
  bool any_ = false;    // it has a row
};

/// Those of `spec`, else all columns of key and value under the shortest paths that are unique:
/// "packets", but "key.id" and "value.id" where both have one.
std::vector<Column> headed_columns(const RowSpec& spec);

}  // namespace bpfmaps::layout
