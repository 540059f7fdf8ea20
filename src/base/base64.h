// SPDX-License-Identifier: BSD-2-Clause
// Base64 (RFC 4648): bytes in text that must hold nothing else.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bpfmaps {

std::string base64(const void* bytes, std::size_t size);
/// Nothing where `text` is none: another character, or a length that no bytes have.
std::optional<std::vector<unsigned char>> from_base64(std::string_view text);

}  // namespace bpfmaps
