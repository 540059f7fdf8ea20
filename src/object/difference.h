// SPDX-License-Identifier: BSD-2-Clause
// Difference: one thing in which a map that exists is not what an object declares.
#pragma once

#include <string>
#include <vector>

namespace bpfmaps::object {

struct Difference {
  std::string field;   ///< "type", "key", "value", "entries", "flags", "extra", "value.packets"
  std::string is;      ///< "hash", "8 bytes", "5", "__u64 at byte 8", "absent"
  std::string wanted;  ///< by the object
};

/// "type is hash, not array; entries are 5, not 10"; "" for none. At most eight are told one by
/// one.
std::string text_of(const std::vector<Difference>& differences);

}  // namespace bpfmaps::object
