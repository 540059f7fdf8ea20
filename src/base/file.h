// SPDX-License-Identifier: BSD-2-Clause
// Files: made for writing, and read whole.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace bpfmaps {

/// Opens `path` for writing, empty, as a file that nobody but its owner may read: mode 0600, and a
/// new file where others may have the old one open. A file of somebody else is refused. What is no
/// regular file, such as a pipe or a device, is opened as it is. `operation` is for the errors.
Result<Fd> open_private_file(const std::string& path, const std::string& operation);

/// Makes the file at `path`, or empties it, for writing. `operation` is what an error says was
/// tried.
Result<Fd> create_file(const std::string& path, const std::string& operation);

/// What is left to read of the open file `fd`, which `subject` names in errors. A file of more than
/// `most` bytes is not read to its end: Kind::invalid.
Result<std::vector<std::byte>> read_all(int fd, const std::string& subject,
                                        const std::string& operation, std::size_t most);

/// A file that takes the place of another one when all of it is written: until then it lies beside
/// it under another name, and is removed where it is never finished. What is no regular file, such
/// as a pipe, is written as it is.
class ReplacementFile {
 public:
  /// Mode 0600, or that of the file at `path`.
  static Result<ReplacementFile> make(const std::string& path, const std::string& operation);
  ReplacementFile(ReplacementFile&&) = default;
  ReplacementFile& operator=(ReplacementFile&&) = delete;
  ~ReplacementFile();

  int fd() const { return fd_.get(); }
  /// Puts it in its place, once it is on the disk.
  Status finish();

 private:
  ReplacementFile(std::string path, std::string beside, std::string operation, Fd fd)
      : path_(std::move(path)),
        beside_(std::move(beside)),
        operation_(std::move(operation)),
        fd_(std::move(fd)) {}

  std::string path_, beside_, operation_;  // `beside_` is "" where there is nothing to replace
  Fd fd_;
};

/// What the file at `path` holds, "-" being standard input. `operation` is what an error says was
/// tried. A file of more than `most` bytes is not read to its end: Kind::invalid.
Result<std::string> read_file(const std::string& path, const std::string& operation,
                              std::size_t most);
/// The same of a file such as those of /proc, which do not tell their size.
inline Result<std::string> read_file(const std::string& path) {
  return read_file(path, "read file", std::size_t{1} << 30);
}

}  // namespace bpfmaps
