// SPDX-License-Identifier: BSD-2-Clause
// Whether a sanitizer watches: then everything takes many times longer, and a test that repeats to
// provoke a race repeats less.
#pragma once

namespace bpfmaps::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BPFMAPS_SANITIZED 1  // GCC's names
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BPFMAPS_SANITIZED 1  // clang's
#endif
#endif

#ifdef BPFMAPS_SANITIZED
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace bpfmaps::test
