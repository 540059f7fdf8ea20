// SPDX-License-Identifier: BSD-2-Clause
// Files that are written for their owner alone, and files that are read whole.
#pragma once

#include <cstddef>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace bpfmaps {

/// Opens `path` for writing, empty, as a file that nobody but its owner may read: mode 0600, and a
/// new file where others may have the old one open. A file of somebody else is refused. What is no
/// regular file, such as a pipe or a device, is opened as it is. `operation` is for the errors.
Result<Fd> open_private_file(const std::string& path, const std::string& operation);

/// What the file at `path` holds, "-" being standard input. `operation` is what an error says was
/// tried. A file of more than `most` bytes is not read to its end: Kind::invalid.
Result<std::string> read_file(const std::string& path, const std::string& operation,
                              std::size_t most);
/// The same of a file such as those of /proc, which do not tell their size.
inline Result<std::string> read_file(const std::string& path) {
  return read_file(path, "read file", std::size_t{1} << 30);
}

}  // namespace bpfmaps
