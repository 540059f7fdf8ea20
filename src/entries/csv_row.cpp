// SPDX-License-Identifier: BSD-2-Clause
#include "entries/import.h"

namespace bpfmaps::entries {

Result<std::vector<std::string>> split_csv(std::string_view row) {
  if (row.ends_with('\r')) row.remove_suffix(1);
  std::vector<std::string> cells(1);
  for (std::size_t at = 0;; ++at) {
    if (at < row.size() && row[at] == '"') {
      for (++at;; ++at) {
        if (at == row.size()) return fail(Error::usage("a quote is not closed"));
        if (row[at] != '"') {
          cells.back() += row[at];
        } else if (at + 1 < row.size() && row[at + 1] == '"') {
          cells.back() += '"', ++at;
        } else {
          break;
        }
      }
      ++at;
    }
    while (at < row.size() && row[at] != ',') {
      if (row[at] == '"') return fail(Error::usage("a quote stands inside of a cell"));
      cells.back() += row[at++];
    }
    if (at >= row.size()) return cells;
    cells.emplace_back();
  }
}

}  // namespace bpfmaps::entries
