// SPDX-License-Identifier: BSD-2-Clause
// Layouts that no BTF describes (synthetic.h), written down and read back: what a saved map says of
// entries that stand for programs, interfaces and the like.
#pragma once

#include "layout/json_text.h"
#include "layout/layout.h"
#include "output/record.h"

namespace bpfmaps::layout {

/// `node` of a layout that synthetic.h made, as an object.
output::Value node_value(const Node& node);

/// Reads that back. Kind::invalid where it makes no sense, or more bytes than values can have.
Result<Node> read_node(const Json& given);

}  // namespace bpfmaps::layout
