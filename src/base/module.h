// SPDX-License-Identifier: BSD-2-Clause
// Modules: parts of the program that are loaded by the one command that wants them. Not for a
// static binary, which holds them itself or goes without.
#pragma once

#include <dlfcn.h>

#include <string>

#include "base/beside.h"

namespace bpfmaps {

/// What `symbol` is in the program's module called `name`, which find_beside() finds. Not by
/// $ORIGIN, which is a sanitizer's folder where one stands before dlopen(). The module stays
/// loaded. `missing` is the error where there is none.
inline Result<const void*> find_in_module(const std::string& name, const std::string& folder,
                                          const char* symbol, const Error& missing) {
  const std::string file = TRY(find_beside(name, folder, missing));
  void* module = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  const void* found = module != nullptr ? dlsym(module, symbol) : nullptr;
  if (found == nullptr) return fail(missing);
  return found;
}

}  // namespace bpfmaps
