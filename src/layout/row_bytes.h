// SPDX-License-Identifier: BSD-2-Clause
// What tables, CSV and vertical rows share: a row an entry or, of a per-CPU map, a row a CPU.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/entries.h"
#include "layout/layout.h"
#include "layout/program.h"
#include "layout/rows.h"
#include "output/form.h"

namespace bpfmaps::layout {

/// What a row shows at one place: a value, and what it is called.
struct NamedValue {
  std::string name;
  const Layout* layout;
  const Node* node;
  Base base;
  std::uint32_t offset;
};

/// The columns of a row, with the CPU between those of the key and those of the value. They refer
/// to the layouts of `spec`.
std::vector<NamedValue> named_values(const RowSpec& spec);

/// What --cpu each puts between key and value.
inline const Layout& cpu_layout() {
  static const Layout kLayout = Layout::index();
  return kLayout;
}

/// How values are written for people.
inline Dialect terminal_dialect(const output::Style& style, const Times* times) {
  return {.text = Dialect::Text::terminal,
          .meanings = true,
          .human = style.human,
          .ascii = style.ascii,
          .times = times};
}

// Calls `row` for each row of `entries`: one an entry, or one a CPU.
template <class Row>
void for_each_row(const Entries& entries, const std::vector<std::uint32_t>& cpus, std::size_t slot,
                  Row row) {
  for (std::size_t i = 0; i < entries.count; ++i) {
    Bytes bytes{.key = entries.keys == nullptr ? nullptr : entries.key(i),
                .value = entries.value(i)};
    if (cpus.empty()) row(bytes);
    for (const std::uint32_t& cpu : cpus) {
      bytes.cpu = reinterpret_cast<const unsigned char*>(&cpu);
      row(bytes);
      bytes.value += slot;
    }
  }
}

}  // namespace bpfmaps::layout
