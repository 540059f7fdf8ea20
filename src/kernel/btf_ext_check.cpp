// SPDX-License-Identifier: BSD-2-Clause
// The format is that of the kernel's Documentation/bpf/btf.rst.
#include <linux/btf.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernel/btf_check.h"

namespace bpfmaps::kernel {
namespace {

/// One table of a .BTF.ext section: the size of a record, then for each section of the object a
/// name, a number of records, and the records.
Status check_ext_table(Bytes table, const std::string& subject) {
  struct Heading {
    std::uint32_t name_off, records;
  };
  if (table.empty()) return {};
  const auto malformed = [&subject] {
    return fail(Error::refused(Kind::invalid, "check types", subject,
                               "a table of its .BTF.ext section is cut short"));
  };
  if (table.size() < sizeof(std::uint32_t)) return malformed();
  const auto record_size = read_at<std::uint32_t>(table, 0);
  if (record_size < sizeof(std::uint64_t) || record_size % 4 != 0) return malformed();
  std::size_t at = sizeof record_size;
  while (at < table.size()) {
    if (!within(at, sizeof(Heading), table.size())) return malformed();
    const auto heading = read_at<Heading>(table, at);
    at += sizeof heading;
    if (!within(at, std::uint64_t{heading.records} * record_size, table.size())) return malformed();
    at += std::size_t{heading.records} * record_size;
  }
  return {};
}

}  // namespace

Status check_btf_ext(Bytes bytes, const std::string& subject) {
  // struct btf_ext_header, which no uapi header has; the last two are there if header_size says so.
  struct Header {
    std::uint16_t magic;
    std::uint8_t version, flags;
    std::uint32_t header_size;
    struct {
      std::uint32_t offset, size;
    } tables[3];  // functions, lines, CO-RE relocations
  };
  constexpr std::size_t kWithoutRelocations = offsetof(Header, tables[2]);
  const auto malformed = [&subject] {
    return fail(Error::refused(Kind::invalid, "check types", subject,
                               "the header of its .BTF.ext section points behind the end"));
  };
  Header header{};
  if (bytes.size() < kWithoutRelocations) return malformed();
  std::memcpy(&header, bytes.data(), std::min(bytes.size(), sizeof header));
  if (header.magic != BTF_MAGIC || header.header_size < kWithoutRelocations ||
      header.header_size > bytes.size())
    return malformed();
  const std::size_t tables = header.header_size >= sizeof header ? 3 : 2;
  const Bytes rest = bytes.subspan(header.header_size);
  for (std::size_t i = 0; i < tables; ++i) {
    const auto [offset, size] = header.tables[i];
    if (!within(offset, size, rest.size())) return malformed();
    TRY(check_ext_table(rest.subspan(offset, size), subject));
  }
  return {};
}

}  // namespace bpfmaps::kernel
