// SPDX-License-Identifier: BSD-2-Clause
#include "output/json.h"

#include <cstdint>
#include <cstring>
#include <utility>

#include "base/text.h"

namespace bpfmaps::output {
namespace {

/// "\u202e"; two of them above U+FFFF, as UTF-16 has it.
char* write_escaped_unit(char* to, std::uint32_t unit) {
  constexpr char kDigits[] = "0123456789abcdef";
  *to++ = '\\';
  *to++ = 'u';
  for (int shift = 12; shift >= 0; shift -= 4) *to++ = kDigits[unit >> shift & 15];
  return to;
}

char* write_escaped(char* to, std::uint32_t c) {
  constexpr std::pair<char, char> kShort[] = {{'"', '"'},  {'\\', '\\'}, {'\n', 'n'}, {'\t', 't'},
                                              {'\r', 'r'}, {'\b', 'b'},  {'\f', 'f'}};
  for (const auto& [character, letter] : kShort) {
    if (c != static_cast<unsigned char>(character)) continue;
    *to++ = '\\';
    *to++ = letter;
    return to;
  }
  if (c <= 0xffff) return write_escaped_unit(to, c);
  to = write_escaped_unit(to, 0xd800 + ((c - 0x10000) >> 10));
  return write_escaped_unit(to, 0xdc00 + ((c - 0x10000) & 0x3ff));
}

}  // namespace

char* write_json_text(char* to, const char* text, std::size_t size) {
  auto p = reinterpret_cast<const unsigned char*>(text);
  const auto end = p + size;
  while (p < end) {
    std::uint64_t eight = 0;
    while (end - p >= 8 && (std::memcpy(&eight, p, 8), !needs_care(eight))) {
      std::memcpy(to, &eight, 8);
      to += 8, p += 8;
    }
    if (p == end) break;
    const unsigned char byte = *p;
    if (byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\') {
      *to++ = static_cast<char>(byte);
      ++p;
      continue;
    }
    const Utf8 c = decode_utf8(p, end);
    if (!c.valid) {
      std::memcpy(to, "\xef\xbf\xbd", 3);
      to += 3;
    } else if (c.code_point < 0x80 || is_unsafe_on_terminal(c.code_point)) {
      to = write_escaped(to, c.code_point);
    } else {
      std::memcpy(to, p, c.length);
      to += c.length;
    }
    p += c.length;
  }
  return to;
}

void append_json_string(std::string& to, std::string_view text) {
  const std::size_t before = to.size();
  to.resize(before + json_text_bound(text.size()) + 2);
  char* p = to.data() + before;
  *p++ = '"';
  p = write_json_text(p, text.data(), text.size());
  *p++ = '"';
  to.resize(static_cast<std::size_t>(p - to.data()));
}

}  // namespace bpfmaps::output
