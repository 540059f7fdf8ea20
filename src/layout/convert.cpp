// SPDX-License-Identifier: BSD-2-Clause
#include "layout/convert.h"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>

#include "base/number.h"
#include "base/text.h"

namespace bpfmaps::layout {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

char* write_hex_byte(char* to, unsigned char byte) {
  *to++ = kDigits[byte >> 4];
  *to++ = kDigits[byte & 15];
  return to;
}

std::uint32_t prefix_length(const unsigned char* key) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, key, sizeof bits);
  return bits;
}

char* write_prefix(char* to, std::uint32_t bits) {
  *to++ = '/';
  return write_u64(to, bits);
}

bool is_plain_ascii(const char* text, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i)
    if (text[i] < 0x20 || text[i] == 0x7f) return false;  // negative: not ASCII
  return true;
}

}  // namespace

char* write_hex_number(char* to, std::uint64_t value) {
  *to++ = '0';
  *to++ = 'x';
  return std::to_chars(to, to + 16, value, 16).ptr;
}

char* write_wide(char* to, const unsigned char* bytes) {
  std::uint64_t low = 0, high = 0;
  std::memcpy(&low, bytes, 8);
  std::memcpy(&high, bytes + 8, 8);
  if (high == 0) return write_hex_number(to, low);
  to = write_hex_number(to, high);
  for (int shift = 56; shift >= 0; shift -= 8)
    to = write_hex_byte(to, static_cast<unsigned char>(low >> shift));
  return to;
}

char* write_bytes(char* to, const unsigned char* bytes, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    if (i != 0) *to++ = ' ';
    to = write_hex_byte(to, bytes[i]);
  }
  return to;
}

char* write_ipv4(char* to, const unsigned char* bytes) {
  for (int i = 0; i < 4; ++i) {
    if (i != 0) *to++ = '.';
    to = write_u64(to, bytes[i]);
  }
  return to;
}

char* write_ipv6(char* to, const unsigned char* bytes) {
  inet_ntop(AF_INET6, bytes, to, INET6_ADDRSTRLEN);
  return to + std::strlen(to);
}

char* write_mac(char* to, const unsigned char* bytes) {
  for (int i = 0; i < 6; ++i) {
    if (i != 0) *to++ = ':';
    to = write_hex_byte(to, bytes[i]);
  }
  return to;
}

char* write_cidr4(char* to, const unsigned char* bytes) {
  return write_prefix(write_ipv4(to, bytes + 4), prefix_length(bytes));
}

char* write_cidr6(char* to, const unsigned char* bytes) {
  return write_prefix(write_ipv6(to, bytes + 4), prefix_length(bytes));
}

char* write_terminal_text(char* to, const char* text, std::size_t size) {
  if (is_plain_ascii(text, size)) return std::memcpy(to, text, size), to + size;
  const std::string safe = terminal_safe({text, size});
  return std::memcpy(to, safe.data(), safe.size()), to + safe.size();
}

char* write_plain_text(char* to, const char* text, std::size_t size) {
  if (is_plain_ascii(text, size)) return std::memcpy(to, text, size), to + size;
  auto p = reinterpret_cast<const unsigned char*>(text);
  const auto end = p + size;
  while (p < end) {
    const Utf8 c = decode_utf8(p, end);
    if (c.valid) {
      std::memcpy(to, p, c.length);
      to += c.length;
    } else {
      std::memcpy(to, "\xef\xbf\xbd", 3);
      to += 3;
    }
    p += c.length;
  }
  return to;
}

}  // namespace bpfmaps::layout
