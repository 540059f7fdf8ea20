// SPDX-License-Identifier: BSD-2-Clause
#include "entries/saved_map.h"

namespace bpfmaps::entries {

bool is_saved_map(const std::string&) { return false; }

Result<std::unique_ptr<TypedMap>> open_saved_map(const std::string& path, const MapOptions&) {
  return fail(Error::refused(Kind::unsupported, "read map", path, "not yet"));
}

}  // namespace bpfmaps::entries
