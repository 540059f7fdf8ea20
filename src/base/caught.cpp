// SPDX-License-Identifier: BSD-2-Clause
#include "base/caught.h"

#include <cerrno>
#include <new>
#include <stdexcept>

namespace bpfmaps {

Error error_of(const std::exception& thrown) {
  if (const auto* known = dynamic_cast<const Thrown*>(&thrown)) return known->error();
  // A container that cannot be so large asked for memory that nobody has.
  const bool memory = dynamic_cast<const std::bad_alloc*>(&thrown) != nullptr ||
                      dynamic_cast<const std::length_error*>(&thrown) != nullptr;
  if (!memory)
    return Error::refused(Kind::system, "run the command", "",
                          std::string("a library failed: ") + thrown.what());
  return Error::from_errno(ENOMEM, "hold the answer in memory", "")
      .advise("ask for less at once: --limit N, --fields, or --where");
}

}  // namespace bpfmaps
