// SPDX-License-Identifier: BSD-2-Clause
// Pointers that are errors: what libbpf says it never returns, and does.
#pragma once

#include <cerrno>
#include <climits>
#include <cstdint>

namespace bpfmaps {

/// `pointer`, which libbpf gave, or null where it is an error number in disguise; errno is set
/// then.
///
/// libbpf 1.0 and later answer errors with null, but 1.1 finds only those down to -4095: a type's
/// size that it takes for an error passes as a pointer. No memory lies where such numbers point.
/// Every call of libbpf that returns a new object goes through here (tests/unit/house_test.cpp).
template <class T>
T* unless_error(T* pointer) {
  constexpr std::intptr_t kLastErrno = -4095;
  constexpr std::intptr_t kLast = sizeof(void*) > sizeof(int) ? INT_MIN : kLastErrno;
  const auto value = reinterpret_cast<std::intptr_t>(pointer);
  if (value >= 0 || value < kLast) return pointer;
  errno = value >= kLastErrno ? static_cast<int>(-value) : EINVAL;
  return nullptr;
}

}  // namespace bpfmaps
