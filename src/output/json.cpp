// SPDX-License-Identifier: BSD-2-Clause
#include "output/json.h"

#include <cstdint>
#include <cstring>

#include "base/text.h"

namespace bpfmaps::output {
namespace {

char* write_escaped(char* to, std::uint32_t c) {
  constexpr char kDigits[] = "0123456789abcdef";
  *to++ = '\\';
  switch (c) {
    case '"': *to++ = '"'; return to;
    case '\\': *to++ = '\\'; return to;
    case '\n': *to++ = 'n'; return to;
    case '\t': *to++ = 't'; return to;
    case '\r': *to++ = 'r'; return to;
    case '\b': *to++ = 'b'; return to;
    case '\f': *to++ = 'f'; return to;
    default: break;
  }
  std::memcpy(to, "u00", 3);
  to[3] = kDigits[c >> 4 & 15];
  to[4] = kDigits[c & 15];
  return to + 5;
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
    } else if (c.code_point < 0xa0) {
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
