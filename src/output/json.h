// SPDX-License-Identifier: BSD-2-Clause
// JSON text: the one place that escapes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bpfmaps::output {

/// The most bytes that `size` bytes of text can become inside quotes.
constexpr std::size_t json_text_bound(std::size_t size) { return size * 6; }

/// True where one of eight bytes of text is a control, a quote, a backslash or no ASCII: it can't
/// stand in a JSON string, or on a terminal, as it is.
inline bool needs_care(std::uint64_t eight) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHigh = 0x8080808080808080;
  const auto zero_byte = [](std::uint64_t v) { return (v - kOnes) & ~v & kHigh; };
  const std::uint64_t control = (eight - kOnes * 0x20) & ~eight & kHigh;
  return ((eight & kHigh) | control | zero_byte(eight ^ kOnes * '"') |
          zero_byte(eight ^ kOnes * '\\') | zero_byte(eight ^ kOnes * 0x7f)) != 0;
}

/// Writes `size` bytes at `to` as the inside of a JSON string and returns the end. Valid UTF-8
/// stays as it is, but for what a terminal or an editor could obey or hide, which becomes \uNNNN:
/// controls, bidirectional and zero-width characters. A byte that is none becomes U+FFFD.
/// `to` has room for json_text_bound(size).
char* write_json_text(char* to, const char* text, std::size_t size);

/// Appends `text` as a JSON string with its quotes.
void append_json_string(std::string& to, std::string_view text);

}  // namespace bpfmaps::output
