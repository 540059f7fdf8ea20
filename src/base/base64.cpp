// SPDX-License-Identifier: BSD-2-Clause
#include "base/base64.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace bpfmaps {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNone = 64;

constexpr auto kValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNone);
  for (std::uint8_t i = 0; i < 64; ++i) values[static_cast<unsigned char>(kDigits[i])] = i;
  return values;
}();

}  // namespace

std::string base64(const void* bytes, std::size_t size) {
  const auto* from = static_cast<const unsigned char*>(bytes);
  std::string text;
  text.reserve((size + 2) / 3 * 4);
  for (std::size_t i = 0; i < size; i += 3) {
    const std::size_t left = size - i;
    const std::uint32_t three = static_cast<std::uint32_t>(from[i]) << 16 |
                                (left > 1 ? static_cast<std::uint32_t>(from[i + 1]) << 8 : 0) |
                                (left > 2 ? from[i + 2] : 0u);
    text += kDigits[three >> 18];
    text += kDigits[three >> 12 & 63];
    text += left > 1 ? kDigits[three >> 6 & 63] : '=';
    text += left > 2 ? kDigits[three & 63] : '=';
  }
  return text;
}

std::optional<std::vector<unsigned char>> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return {};
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  std::vector<unsigned char> bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::uint32_t three = 0;
    const std::size_t given = i + 4 == text.size() ? 4 - padding : 4;
    for (std::size_t j = 0; j < given; ++j) {
      const std::uint8_t value = kValues[static_cast<unsigned char>(text[i + j])];
      if (value == kNone) return {};
      three |= static_cast<std::uint32_t>(value) << (18 - 6 * j);
    }
    for (std::size_t j = 0; j + 1 < given; ++j)
      bytes.push_back(static_cast<unsigned char>(three >> (16 - 8 * j)));
  }
  return bytes;
}

}  // namespace bpfmaps
