// SPDX-License-Identifier: BSD-2-Clause
// Whether a sanitizer watches: then everything takes many times longer, and a test that repeats to
// provoke a race repeats less.
#pragma once

namespace bpfmaps::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace bpfmaps::test
