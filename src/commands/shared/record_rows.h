// SPDX-License-Identifier: BSD-2-Clause
// RecordRows: the records of a list as rows of bytes with a layout, so that --where and --sort ask
// lists in the language of entries (layout/query.h), which knows nothing else.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "layout/rows.h"
#include "output/record.h"

namespace bpfmaps::commands {

/// What a field of a list is called: its heading, or its name in JSON where it has none.
std::string_view name_of(const output::Column& column);
/// The column of that name, by heading first; null where there is none.
const output::Column* find_column(const std::vector<output::Column>& columns,
                                  std::string_view name);

/// Not movable: its RowSpec points into it.
class RecordRows {
 public:
  /// Rows of `columns` with room for the values of `records`, and of lists for their first `most`
  /// elements at most. `columns` outlive it.
  RecordRows(const std::vector<output::Column>& columns, const std::vector<output::Record>& records,
             std::size_t most = SIZE_MAX);
  RecordRows(const RecordRows&) = delete;
  RecordRows& operator=(const RecordRows&) = delete;

  const layout::RowSpec& spec() const { return spec_; }
  /// The bytes of `record`, one of those it was made for.
  std::vector<unsigned char> row(const output::Record& record) const;

 private:
  struct Place {
    const output::Column* column;
    std::size_t offset, size;  // of one element, in bytes
    std::size_t elements;      // 1 of what is no list
    std::size_t known() const { return offset + size * elements; }
  };
  void put(const Place& place, std::size_t element, const output::Value& value,
           unsigned char* row) const;

  std::vector<Place> places_;
  std::size_t size_ = 0;
  layout::Layout layout_;
  layout::RowSpec spec_;
};

}  // namespace bpfmaps::commands
