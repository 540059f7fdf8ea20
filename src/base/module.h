// SPDX-License-Identifier: BSD-2-Clause
// Modules: parts of the program that are loaded by the one command that wants them. Not for a
// static binary, which holds them itself or goes without.
#pragma once

#include <dlfcn.h>

#include <filesystem>
#include <string>

#include "base/result.h"
#include "base/trust.h"

namespace bpfmaps {

/// What `symbol` is in the program's module called `name`: beside the program where it was built,
/// in `folder`, a path from there, where it was installed. Not by $ORIGIN, which is a sanitizer's
/// folder where one stands before dlopen(). The module stays loaded. A copy of the program can lie
/// where others put files, too: what they may have written is not run. `missing` is the error where
/// there is none.
inline Result<const void*> find_in_module(const std::string& name, const std::string& folder,
                                          const char* symbol, Error missing) {
  std::error_code unknown;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  if (unknown) return fail(std::move(missing));
  for (const std::string& path : {name, folder + "/" + name}) {
    const std::string file = program.parent_path() / path;
    if (Status trusted = check_trusted(file, program); !trusted) {
      if (trusted.error().kind != Kind::not_found) missing = std::move(trusted).error();
    } else if (void* module = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL)) {
      if (const void* found = dlsym(module, symbol)) return found;
    }
  }
  return fail(std::move(missing));
}

}  // namespace bpfmaps
