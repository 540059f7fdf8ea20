// SPDX-License-Identifier: BSD-2-Clause
// The columns of every list that can be asked: what its fields are called, what they are, and which
// of them go first where a terminal has no room for all.
#pragma once

#include <vector>

#include "cli/command.h"
#include "output/record.h"

namespace bpfmaps::commands {

/// Of `map list` without what is dear to find out, and of `prog maps`.
std::vector<output::Column> map_columns();

std::vector<output::Column> map_list_columns();
std::vector<output::Column> prog_list_columns();
std::vector<output::Column> link_list_columns();
std::vector<output::Column> pin_list_columns();
std::vector<output::Column> net_list_columns();
std::vector<output::Column> cgroup_list_columns();
std::vector<output::Column> btf_list_columns();

/// Those of the list that `command` prints; none where it prints no such list.
std::vector<output::Column> columns_of_list(const cli::Command& command);

}  // namespace bpfmaps::commands
