// SPDX-License-Identifier: BSD-2-Clause
#include "object/struct_ops_link.h"

#include <linux/btf.h>

#include <algorithm>

#include "kernel/map/map_kind.h"
#include "kernel/uapi.h"

namespace bpfmaps::object {
namespace {

constexpr std::string_view kLinked = ".struct_ops.link", kPlain = ".struct_ops";

/// Ends each text of `table`, which lies at `at` in the file, behind ".struct_ops".
void shorten(std::vector<std::byte>& file, std::size_t at, std::size_t size) {
  std::string_view table(reinterpret_cast<const char*>(file.data()) + at, size);
  for (std::size_t found = 0; (found = table.find(kLinked, found)) != table.npos; ++found) {
    const std::size_t end = found + kLinked.size();
    const bool is_whole = found > 0 && table[found - 1] == '\0';
    if (is_whole && end < table.size() && table[end] == '\0')
      file[at + found + kPlain.size()] = std::byte{0};
  }
}

}  // namespace

Result<std::optional<ElfImage>> without_link_section(const ElfImage& image,
                                                     const Sections& sections) {
  const bool is_known = libbpf_major_version() > 1 || libbpf_minor_version() >= 2;
  const Section* linked = find_section(sections, kLinked);
  if (is_known || linked == nullptr) return std::optional<ElfImage>();
  if (find_section(sections, kPlain) != nullptr)
    return fail(
        bad_object(image, "it has sections .struct_ops and .struct_ops.link", Kind::unsupported)
            .advise("libbpf 1.2 or newer takes both, this one does not"));
  const Bytes old = image.contents();
  std::vector<std::byte> file(old.begin(), old.end());
  const Elf64_Shdr& names = sections[sections.header().e_shstrndx].header;
  // The name may be the end of another section's (".rel.struct_ops.link"), which ends there, too.
  const std::size_t name = names.sh_offset + linked->header.sh_name;
  file[name + kPlain.size()] = std::byte{0};
  if (const Section* types = find_section(sections, ".BTF")) {
    const auto header = read_at<btf_header>(types->bytes, 0);
    shorten(file, types->header.sh_offset + header.hdr_len + header.str_off, header.str_len);
  }
  return ElfImage(image.name(), std::move(file));
}

void flag_links(bpf_object* object) {
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object) {
    if (kernel::kind_of(bpf_map__type(map)).holds == kernel::Holds::callbacks)
      (void)bpf_map__set_map_flags(map, bpf_map__map_flags(map) | kernel::kStructOpsLink);
  }
}

}  // namespace bpfmaps::object
