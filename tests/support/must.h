// SPDX-License-Identifier: BSD-2-Clause
// must(): for steps of a test's own machinery, whose failure says nothing about the program.
#pragma once

#include <cerrno>
#include <string>
#include <system_error>
#include <type_traits>

namespace bpfmaps::test {

/// Returns `result`, or throws errno with `what` where it is false, null or negative.
template <class T>
T must(T result, const std::string& what) {
  bool done = false;
  if constexpr (std::is_pointer_v<T>)
    done = result != nullptr;
  else if constexpr (std::is_same_v<T, bool>)
    done = result;
  else
    done = result >= 0;
  if (!done) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

}  // namespace bpfmaps::test
