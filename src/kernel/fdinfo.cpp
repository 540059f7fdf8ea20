// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/fdinfo.h"

#include <string>

#include "base/file.h"
#include "base/number.h"
#include "base/text.h"

namespace bpfmaps::kernel {
namespace {

Result<std::string> read_fdinfo(int fd) {
  return read_file("/proc/self/fdinfo/" + std::to_string(fd));
}

}  // namespace

std::optional<std::uint64_t> fdinfo_number(std::string_view text, std::string_view key) {
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == line.npos || line.substr(0, colon) != key) continue;
    const std::size_t value = line.find_first_not_of(" \t", colon + 1);
    return value == line.npos ? std::nullopt : parse_u64(line.substr(value));
  }
  return std::nullopt;
}

MapFdInfo parse_map_fdinfo(std::string_view text) {
  const auto owner_type = fdinfo_number(text, "owner_prog_type");
  return {.memlock = fdinfo_number(text, "memlock").value_or(0),
          .frozen = fdinfo_number(text, "frozen").value_or(0) != 0,
          .has_owner = owner_type.has_value(),
          .owner_prog_type = static_cast<std::uint32_t>(owner_type.value_or(0)),
          .owner_jited = fdinfo_number(text, "owner_jited").value_or(0) != 0};
}

Result<MapFdInfo> Map::fd_info() const { return parse_map_fdinfo(TRY(read_fdinfo(fd()))); }

Result<std::uint64_t> Prog::memlock() const {
  return fdinfo_number(TRY(read_fdinfo(fd())), "memlock").value_or(0);
}

}  // namespace bpfmaps::kernel
