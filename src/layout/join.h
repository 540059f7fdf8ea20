// SPDX-License-Identifier: BSD-2-Clause
// Layouts side by side as the fields of one record.
#pragma once

#include <string>
#include <vector>

#include "layout/layout.h"

namespace bpfmaps::layout {

struct Part {
  std::string name;
  const Layout* layout;
};

/// A record whose fields are laid out as `parts`, one behind the other. It shares nothing with
/// them.
Layout join(const std::vector<Part>& parts);

}  // namespace bpfmaps::layout
