// SPDX-License-Identifier: BSD-2-Clause
// JSON text: the one place that escapes it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bpfmaps::output {

/// The most bytes that `size` bytes of text can become inside quotes.
constexpr std::size_t json_text_bound(std::size_t size) { return size * 6; }

/// Writes `size` bytes at `to` as the inside of a JSON string and returns the end. Valid UTF-8
/// stays as it is; a byte that is none becomes U+FFFD; C0, DEL and C1 controls become \u00NN.
/// `to` has room for json_text_bound(size).
char* write_json_text(char* to, const char* text, std::size_t size);

/// Appends `text` as a JSON string with its quotes.
void append_json_string(std::string& to, std::string_view text);

}  // namespace bpfmaps::output
