// SPDX-License-Identifier: BSD-2-Clause
#include "output/csv.h"

namespace bpfmaps::output {

void append_csv(std::string& to, std::string_view field) {
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) {
    to += field;
    return;
  }
  to += '"';
  for (const char c : field) {
    if (c == '"') to += '"';
    to += c;
  }
  to += '"';
}

}  // namespace bpfmaps::output
