// SPDX-License-Identifier: BSD-2-Clause
// Drawing a tree as the labels of a table's rows.
#pragma once

#include <string>
#include <vector>

namespace bpfmaps::output {

struct TreeNode {
  unsigned depth = 0;  ///< 0 for a root
  std::string name = {};
};

/// How `nodes`, each before those below it, are called in a drawing: "/sys/fs/bpf/", "├── xdp/",
/// "│   └── stats".
/// With `ascii` "|-- xdp/".
std::vector<std::string> tree_labels(const std::vector<TreeNode>& nodes, bool ascii = false);

}  // namespace bpfmaps::output
