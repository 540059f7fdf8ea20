// SPDX-License-Identifier: BSD-2-Clause
// From exceptions to Errors: errors are values, but memory can run out anywhere.
#pragma once

#include <exception>
#include <type_traits>

#include "base/result.h"

namespace bpfmaps {

/// What went wrong where only exceptions tell. `thrown` is what was caught.
Error error_of(const std::exception& thrown);

/// Calls `work`, which returns nothing or a Status. An exception becomes an Error of Kind::system:
/// ENOMEM where memory ran out.
template <class Work>
Status caught(Work work) {
  try {
    if constexpr (std::is_void_v<decltype(work())>) {
      work();
      return {};
    } else {
      return work();
    }
  } catch (const std::exception& thrown) {
    return fail(error_of(thrown));
  }
}

}  // namespace bpfmaps
