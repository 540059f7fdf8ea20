// SPDX-License-Identifier: BSD-2-Clause
#include "output/tree.h"

namespace bpfmaps::output {

std::vector<std::string> tree_labels(const std::vector<TreeNode>& nodes, bool ascii) {
  std::vector<std::string> labels(nodes.size());
  // From the last node to the first: whether the one above at each depth has more to come.
  std::vector<bool> more;
  for (std::size_t i = nodes.size(); i-- > 0;) {
    const unsigned at = nodes[i].depth;
    const bool is_last = at >= more.size() || !more[at];
    more.resize(at + 1);
    std::string& label = labels[i];
    for (unsigned depth = 1; depth < at; ++depth)
      label += !more[depth] ? "    " : ascii ? "|   " : "│   ";
    if (at > 0 && ascii) label += is_last ? "`-- " : "|-- ";
    if (at > 0 && !ascii) label += is_last ? "└── " : "├── ";
    label += nodes[i].name;
    more[at] = true;
  }
  return labels;
}

}  // namespace bpfmaps::output
