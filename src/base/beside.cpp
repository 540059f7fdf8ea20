// SPDX-License-Identifier: BSD-2-Clause
#include "base/beside.h"

#include <filesystem>

#include "base/trust.h"

namespace bpfmaps {

Result<std::string> find_beside(const std::string& name, const std::string& folder, Error missing) {
  std::error_code unknown;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  if (unknown) return fail(std::move(missing));
  for (const std::string& path : {name, folder + "/" + name}) {
    std::string file = program.parent_path() / path;
    Status trusted = check_trusted(file, program);
    if (trusted) return file;
    if (trusted.error().kind != Kind::not_found) missing = std::move(trusted).error();
  }
  return fail(std::move(missing));
}

}  // namespace bpfmaps
