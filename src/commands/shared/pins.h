// SPDX-License-Identifier: BSD-2-Clause
// What the verbs of `pin` share: how a pin is shown.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "kernel/pin/walker.h"
#include "kernel/prog/prog_name.h"
#include "output/record.h"

namespace bpfmaps::commands {

/// path, kind ("map", "prog", "link", "directory", "symlink"; absent where it is not known), id,
/// name, type; uid, gid and mode ("0600") unless it could not be looked at; target of a symbolic
/// link; error where there is one.
output::Record pin_record(const kernel::PinEntry& entry);

/// The name of the object that is pinned, whole where the kernel has cut a program's at 15 bytes;
/// that takes CAP_SYS_ADMIN.
kernel::ProgName whole_name(const kernel::PinEntry& entry, kernel::ProgNames& names);

/// The name of a type of a map, program or link.
std::string type_name(const kernel::Identity& object);

/// What a walk met, in that order.
using PinEntries = std::deque<kernel::PinEntry>;

/// How `entries`, in the order in which a walk met them, are called in a drawing of their tree:
/// "/sys/fs/bpf/", "├── xdp/", "│   └── stats".
std::vector<std::string> tree_labels(const PinEntries& entries, bool ascii = false);

}  // namespace bpfmaps::commands
