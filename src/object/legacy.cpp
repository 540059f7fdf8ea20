// SPDX-License-Identifier: BSD-2-Clause
// All definitions are put into one section ".maps", behind those that are there already, since
// libbpf takes maps from one section only. The new section, types, names and table of sections lie
// behind the end of the file: what was there stays where it was. Symbols of the definitions are
// moved to their new places, and instructions that refer to one by its place in an old section, as
// they do where the definition is static, refer to its symbol then.
#include "object/legacy.h"

#include <linux/bpf.h>

#include <algorithm>
#include <cstring>

#include "object/legacy_types.h"

namespace bpfmaps::object {
namespace {

constexpr std::string_view kNames(".maps\0.BTF\0.maps.old", sizeof ".maps\0.BTF\0.maps.old");
constexpr std::size_t kMapsName = 0, kBtfName = 6, kRetiredName = 11;  // in kNames

class Rewriter {
 public:
  Rewriter(const ElfImage& image, const Sections& sections, std::span<const LegacyMap> maps)
      : image_(image),
        sections_(sections),
        maps_(maps),
        file_(image.contents().begin(), image.contents().end()) {
    for (const Section& section : sections) headers_.push_back(section.header);
  }

  Result<std::vector<std::byte>> rewrite() && {
    gather();
    const kernel::Btf types = TRY(add_map_types(image_, sections_, maps_, offsets_,
                                                static_cast<std::uint32_t>(definitions_.size())));
    move_symbols();
    for (const Section& section : sections_)
      if (section.header.sh_type == SHT_REL) TRY(relocate(section));
    TRY(append_all(types.get()));
    return std::move(file_);
  }

 private:
  /// Chooses the section that all definitions go to, and their places there.
  void gather() {
    const Section* modern = find_section(sections_, ".maps");
    home_ = modern != nullptr ? sections_.index_of(*modern) : maps_.front().section;
    if (modern != nullptr) definitions_.assign(modern->bytes.begin(), modern->bytes.end());
    for (const LegacyMap& map : maps_) {
      definitions_.resize((definitions_.size() + 7) / 8 * 8);
      offsets_.push_back(static_cast<std::uint32_t>(definitions_.size()));
      const Bytes definition = sections_[map.section].bytes.subspan(map.offset, map.size);
      definitions_.insert(definitions_.end(), definition.begin(), definition.end());
    }
  }

  /// The place in `maps_` of the definition at `offset` of `section`, or maps_.size().
  std::size_t map_at(std::size_t section, std::uint64_t offset) const {
    const auto found = std::ranges::find_if(maps_, [&](const LegacyMap& map) {
      return map.section == section && map.offset == offset;
    });
    return static_cast<std::size_t>(found - maps_.begin());
  }

  template <class T>
  void write(std::size_t at, const T& value) {
    std::memcpy(file_.data() + at, &value, sizeof value);
  }

  void move_symbols() {
    for (const Symbol& symbol : symbols_of(sections_)) {
      const std::size_t map = map_at(symbol.section, symbol.value);
      const std::size_t at = headers_[symbol.table].sh_offset + symbol.index * sizeof(Elf64_Sym);
      auto moved = read_at<Elf64_Sym>(file_, at);
      if (map == maps_.size() || ELF64_ST_TYPE(moved.st_info) == STT_SECTION) continue;
      moved.st_shndx = static_cast<Elf64_Half>(home_);
      moved.st_value = offsets_[map];
      moved.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT);  // libbpf looks for no other
      write(at, moved);
    }
  }

  /// Makes the instructions that refer to a place in an old section refer to the symbol there.
  Status relocate(const Section& table) {
    const Section& code = sections_[table.header.sh_info];
    if ((code.header.sh_flags & SHF_EXECINSTR) == 0) return {};
    const Section& symbols = sections_[table.header.sh_link];
    for (std::size_t at = 0; at < table.bytes.size(); at += sizeof(Elf64_Rel)) {
      auto relocation = read_at<Elf64_Rel>(table.bytes, at);
      const auto symbol =
          read_at<Elf64_Sym>(symbols.bytes, ELF64_R_SYM(relocation.r_info) * sizeof(Elf64_Sym));
      if (ELF64_ST_TYPE(symbol.st_info) != STT_SECTION || symbol.st_shndx >= sections_.size() ||
          !is_legacy(sections_[symbol.st_shndx]))
        continue;
      if (!within(relocation.r_offset, sizeof(bpf_insn), code.bytes.size()))
        return fail(refuse_legacy(image_, "a relocation points behind the end of its section"));
      auto instruction = read_at<bpf_insn>(code.bytes, relocation.r_offset);
      const std::size_t map =
          map_at(symbol.st_shndx, symbol.st_value + static_cast<std::uint32_t>(instruction.imm));
      if (map == maps_.size())
        return fail(refuse_legacy(image_, "an instruction refers to no definition's beginning"));
      relocation.r_info = ELF64_R_INFO(maps_[map].symbol, ELF64_R_TYPE(relocation.r_info));
      instruction.imm = 0;
      write(table.header.sh_offset + at, relocation);
      write(code.header.sh_offset + relocation.r_offset, instruction);
    }
    return {};
  }

  std::size_t append(Bytes more) {
    file_.resize((file_.size() + 7) / 8 * 8);
    file_.insert(file_.end(), more.begin(), more.end());
    return file_.size() - more.size();
  }

  Status append_all(const btf* types) {
    auto header = read_at<Elf64_Ehdr>(file_, 0);
    const Bytes old_names = sections_[header.e_shstrndx].bytes;
    std::vector<std::byte> names(old_names.begin(), old_names.end());
    const auto more_names = std::as_bytes(std::span(kNames));
    names.insert(names.end(), more_names.begin(), more_names.end());
    const auto name_at = [&](std::size_t at) {
      return static_cast<Elf64_Word>(old_names.size() + at);
    };
    const auto put = [&](std::size_t section, Bytes contents) {
      headers_[section].sh_offset = append(contents);
      headers_[section].sh_size = contents.size();
    };
    for (std::size_t i = 0; i < sections_.size(); ++i)
      if (is_legacy(sections_[i])) headers_[i].sh_name = name_at(kRetiredName);
    put(header.e_shstrndx, names);
    put(home_, definitions_);
    headers_[home_].sh_name = name_at(kMapsName);

    __u32 size = 0;
    const void* raw = btf__raw_data(types, &size);
    if (raw == nullptr) return fail(refuse_legacy(image_, "its types cannot be written"));
    const Section* old = find_section(sections_, ".BTF");
    if (old == nullptr) headers_.emplace_back();
    const std::size_t at = old == nullptr ? headers_.size() - 1 : sections_.index_of(*old);
    headers_[at].sh_type = SHT_PROGBITS;
    headers_[at].sh_name = name_at(kBtfName);
    put(at, {static_cast<const std::byte*>(raw), size});

    if (headers_.size() >= SHN_LORESERVE) return fail(refuse_legacy(image_, "too many sections"));
    header.e_shnum = static_cast<Elf64_Half>(headers_.size());
    header.e_shoff = append(std::as_bytes(std::span(headers_)));
    write(0, header);
    return {};
  }

  const ElfImage& image_;
  const Sections& sections_;
  const std::span<const LegacyMap> maps_;
  std::vector<std::byte> file_;
  std::vector<Elf64_Shdr> headers_;
  std::size_t home_ = 0;  // the section that becomes, or is, ".maps"
  std::vector<std::byte> definitions_;
  std::vector<std::uint32_t> offsets_;  // of each map, in definitions_
};

}  // namespace

Result<ElfImage> modernised(const ElfImage& image, const Sections& sections,
                            std::span<const LegacyMap> maps) {
  return ElfImage(image.name(), TRY(Rewriter(image, sections, maps).rewrite()));
}

}  // namespace bpfmaps::object
