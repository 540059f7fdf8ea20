// SPDX-License-Identifier: BSD-2-Clause
// BPF_OBJ_GET: the step from a file in a bpffs that was found to the object behind it.
#pragma once

#include <string>

#include "kernel/handle.h"
#include "kernel/pin/resolve.h"

namespace bpfmaps::kernel {

/// An object of one of the three kinds.
struct Object {
  Fd fd;
  Noun noun;
};

/// Opens what the file at `place`, which lies in a bpffs, is a pin of, through its descriptor.
/// `path` is for the errors: invalid for a directory, permission with the mode that denies it,
/// unsupported for the kernel's own files that have no object behind them.
Result<Object> get_object(const ResolvedPath& place, const std::string& path, Access access);

/// What a descriptor is of, as /proc tells; `path` is for the error.
Result<Noun> noun_behind(int fd, const std::string& path);

/// "a map", "a program", "a link".
std::string_view noun_phrase(Noun noun);

}  // namespace bpfmaps::kernel
