// SPDX-License-Identifier: BSD-2-Clause
// Values that the kernel wants as descriptors (of a map, a program, a cgroup) and shows as ids:
// from what the user names to what the kernel takes.
#pragma once

#include <optional>

#include "base/fd.h"
#include "commands/shared/data.h"
#include "kernel/handle.h"

namespace bpfmaps::commands {

/// A value with descriptors in it; owns them until it is written.
struct DescriptorValue {
  Bytes bytes;
  std::optional<kernel::Map> map = {};
  std::optional<kernel::Prog> prog = {};
  Fd cgroup = {};
};

/// Whether values of that map are more to the kernel than their bytes.
bool takes_descriptors(const kernel::MapInfo& info);

/// The value that `words` mean: `id 7`, `pinned PATH`, `name NAME` or a bare path for maps and
/// programs, an interface for devmaps, a path for cgroups; else what dump prints for the entry, as
/// FIELD=VALUE words, in JSON or as bytes. What only tells more about an id (a name, pins) is not
/// looked at. Kind::unsupported for sockets and the like, which only their owner can put there.
Result<DescriptorValue> parse_descriptor(const std::vector<std::string>& words,
                                         const kernel::MapInfo& info);

}  // namespace bpfmaps::commands
