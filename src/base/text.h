// SPDX-License-Identifier: BSD-2-Clause
// Text: UTF-8, what is safe to show on a terminal, hex, and the nearest of several words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bpfmaps {

/// One character at the front of some bytes: its length and, if those bytes are valid UTF-8
/// (RFC 3629: no surrogates, no overlong forms, up to U+10FFFF), its code point.
struct Utf8 {
  std::uint32_t code_point = 0;
  std::uint8_t length = 1;  ///< bytes to step over; 1 where they are not valid
  bool valid = false;
};

/// Decodes the first character of [p, end); p < end.
Utf8 decode_utf8(const unsigned char* p, const unsigned char* end);

/// Appends `code_point` as UTF-8.
void append_utf8(std::string& to, std::uint32_t code_point);

/// True for what a terminal could obey or be misled by: C0, DEL, C1, bidirectional controls,
/// zero-width and line separators.
bool is_unsafe_on_terminal(std::uint32_t code_point);

/// `text` with everything unsafe, and every byte that is no UTF-8, written as \xNN or \u{NNNN};
/// a backslash stays as it is. For tables, errors and pin names.
std::string terminal_safe(std::string_view text);
void append_terminal_safe(std::string& to, std::string_view text);

/// `text` as one word of a shell that may be pasted: as it is where it is harmless, else in single
/// quotes, or as $'...' with what terminal_safe() escapes. For commands in hints.
std::string shell_word(std::string_view text);

/// Columns that one character takes: 0 for combining marks, 2 for wide ones, else 1.
std::size_t columns_of(std::uint32_t code_point);

/// Columns that `text` (already terminal_safe) takes: its code points, wide ones counted twice.
std::size_t display_width(std::string_view text);

/// "01 0a ff": two digits a byte, in memory order, one space between.
void append_hex(std::string& to, const void* bytes, std::size_t size);

/// `text`, with every part of it of more than 200 characters that stands in one of `typed` cut in
/// its middle: nobody reads on behind a megabyte of their own words.
std::string with_short_quotes(std::string text, std::span<const std::string> typed);
/// The same for what stands between two of ` in `text`, where it comes from a file.
std::string with_short_quotes(std::string text);

/// The candidate that was probably meant by `word`, or "" when none is near.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

/// "did you mean `dump`?", or "" when none is near.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

/// A hint for a word that is none of `known`: what was probably meant, else the first dozen of them
/// behind `what`: "fields: packets, bytes".
std::string suggestion(std::string_view word, std::span<const std::string_view> known,
                       std::string_view what);

/// The parts of `text` between `separator`s; an empty text has none.
std::vector<std::string_view> split(std::string_view text, char separator);

/// New names for those of `names` that are there more than once: with "@" and what is in `numbers`
/// at the same place behind them, such as "hits@4". Each with its index in `names`.
struct NewName {
  std::size_t index;
  std::string name;
};
std::vector<NewName> told_apart(std::span<const std::string_view> names,
                                std::span<const std::uint32_t> numbers);

}  // namespace bpfmaps
