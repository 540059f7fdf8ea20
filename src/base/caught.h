// SPDX-License-Identifier: BSD-2-Clause
// From exceptions to Errors: errors are values, but memory can run out anywhere.
#pragma once

#include <exception>
#include <type_traits>
#include <utility>

#include "base/result.h"

namespace bpfmaps {

/// An Error from deep inside of a loop over entries, whose functions answer yes or no. Whoever may
/// meet one is called through caught(), as where memory can run out.
class Thrown final : public std::exception {
 public:
  explicit Thrown(Error error) : error_(std::move(error)) {}
  const char* what() const noexcept override { return error_.context.c_str(); }
  const Error& error() const { return error_; }

 private:
  Error error_;
};

/// What went wrong where only exceptions tell. `thrown` is what was caught.
Error error_of(const std::exception& thrown);

/// Calls `work`, which returns nothing or a Status. An exception becomes an Error of Kind::system:
/// ENOMEM where memory ran out. A Thrown gives its own.
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
