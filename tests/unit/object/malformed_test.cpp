// SPDX-License-Identifier: BSD-2-Clause
// Objects that are none, or none any more: each is refused with what is wrong, whatever it is.
#include <elf.h>
#include <gmock/gmock.h>
#include <linux/btf.h>

#include <cstring>
#include <random>

#include "kernel/btf.h"
#include "object/builtins.h"
#include "object/inspect.h"
#include "support/paths.h"

namespace bpfmaps::object {
namespace {

using testing::HasSubstr;
using Contents = std::vector<std::byte>;

Contents good() {
  const Bytes bytes = find_builtin("xdp_stats_array")->contents;
  return {bytes.begin(), bytes.end()};
}

/// What is said of an object of these bytes; "" when nothing is wrong with it.
std::string said_of(Contents contents) {
  const ElfImage image("some.bpf.o", std::move(contents));
  const auto spec = inspect(image);
  if (spec) return {};
  EXPECT_EQ(spec.error().subject, "some.bpf.o");
  EXPECT_NE(spec.error().message(), "");
  return spec.error().message();
}

Elf64_Ehdr& header_of(Contents& contents) {
  return *reinterpret_cast<Elf64_Ehdr*>(contents.data());
}

Elf64_Shdr* sections_of(Contents& contents) {
  return reinterpret_cast<Elf64_Shdr*>(contents.data() + header_of(contents).e_shoff);
}

Elf64_Shdr& section_named(Contents& contents, const std::string& name) {
  Elf64_Shdr* sections = sections_of(contents);
  const auto* names = reinterpret_cast<const char*>(
      contents.data() + sections[header_of(contents).e_shstrndx].sh_offset);
  while (name != names + sections->sh_name) ++sections;
  return *sections;
}

TEST(Malformed, the_object_these_tests_spoil_is_good) { EXPECT_EQ(said_of(good()), ""); }

TEST(Malformed, empty) { EXPECT_THAT(said_of({}), HasSubstr("empty")); }

TEST(Malformed, not_elf) {
  EXPECT_THAT(said_of(Contents(1000, std::byte{'x'})), HasSubstr("not an ELF object"));
  EXPECT_THAT(said_of(Contents(3, std::byte{0x7f})), HasSubstr("not an ELF object"));
}

TEST(Malformed, for_another_machine) {
  Contents contents = good();
  header_of(contents).e_machine = EM_X86_64;
  EXPECT_THAT(said_of(contents), HasSubstr("for x86-64, not for BPF"));
}

TEST(Malformed, for_the_other_byte_order) {
  Contents contents = good();
  Elf64_Ehdr& header = header_of(contents);
  header.e_ident[EI_DATA] = header.e_ident[EI_DATA] == ELFDATA2LSB ? ELFDATA2MSB : ELFDATA2LSB;
  header.e_machine = __builtin_bswap16(header.e_machine);
  EXPECT_THAT(said_of(contents), HasSubstr("byte order"));
}

TEST(Malformed, not_relocatable) {
  Contents contents = good();
  header_of(contents).e_type = ET_EXEC;
  EXPECT_THAT(said_of(contents), HasSubstr("relocatable"));
}

TEST(Malformed, truncated_anywhere) {
  const Contents whole = good();
  for (std::size_t size = 1; size < whole.size(); size += 17)
    EXPECT_NE(said_of({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}), "")
        << size << " bytes";
}

TEST(Malformed, truncated_at_each_section) {
  Contents whole = good();
  for (int i = 1; i < header_of(whole).e_shnum; ++i) {
    Contents contents = whole;
    // The section headers lie last: without this, cutting would always cut them first.
    sections_of(contents)[i].sh_offset = contents.size() - 1;
    sections_of(contents)[i].sh_size = 64;
    EXPECT_THAT(said_of(contents), HasSubstr("truncated: section")) << i;
  }
}

TEST(Malformed, truncated_at_every_boundary) {
  Contents whole = good();
  std::vector<std::size_t> boundaries = {sizeof(Elf64_Ehdr), header_of(whole).e_shoff};
  for (int i = 1; i < header_of(whole).e_shnum; ++i) {
    const Elf64_Shdr& section = sections_of(whole)[i];
    boundaries.push_back(section.sh_offset);
    boundaries.push_back(section.sh_offset + section.sh_size);
    boundaries.push_back(header_of(whole).e_shoff + static_cast<std::size_t>(i) * sizeof section);
  }
  for (const std::size_t boundary : boundaries) {
    const auto end = whole.begin() + static_cast<std::ptrdiff_t>(boundary);
    EXPECT_THAT(said_of({whole.begin(), end}), HasSubstr("truncated")) << boundary;
  }
}

TEST(Malformed, counts_that_are_huge) {
  constexpr std::uint64_t kHuge[] = {UINT64_MAX, 1ULL << 63, 1ULL << 40, UINT32_MAX};
  Contents contents = good();
  for (int i = 1; i < header_of(contents).e_shnum; ++i) {
    for (const std::uint64_t count : kHuge) {
      sections_of(contents)[i].sh_size = count;
      EXPECT_THAT(said_of(contents), HasSubstr("truncated")) << i;
    }
    contents = good();
  }
  header_of(contents).e_shnum = UINT16_MAX;
  EXPECT_THAT(said_of(contents), HasSubstr("truncated"));
}

TEST(Malformed, types_that_contain_themselves) {
  for (const std::uint32_t kind : {BTF_KIND_TYPEDEF, BTF_KIND_PTR, BTF_KIND_ARRAY}) {
    Contents contents = good();
    const Elf64_Shdr section = section_named(contents, ".BTF");
    const kernel::Btf types(
        btf__new(contents.data() + section.sh_offset, static_cast<std::uint32_t>(section.sh_size)));
    ASSERT_NE(types, nullptr);
    std::uint32_t id = 1;
    while (btf_kind(btf__type_by_id(types.get(), id)) != kind) ++id;
    std::uint32_t size = 0;
    const auto* begin = static_cast<const char*>(btf__raw_data(types.get(), &size));
    const auto* type = reinterpret_cast<const char*>(btf__type_by_id(types.get(), id));
    const bool is_array = kind == BTF_KIND_ARRAY;
    const std::size_t field = is_array ? sizeof(btf_type) : offsetof(btf_type, type);
    std::memcpy(&contents.at(section.sh_offset + static_cast<std::size_t>(type - begin) + field),
                &id, sizeof id);
    // A pointer may lead to itself: it holds an address, not what is there.
    EXPECT_THAT(said_of(contents), HasSubstr(kind == BTF_KIND_PTR ? "" : "contains itself"));
  }
}

/// An object whose first type of that kind has another size.
Contents with_size(std::uint32_t kind, std::uint32_t bytes) {
  Contents contents = good();
  std::byte* section = contents.data() + section_named(contents, ".BTF").sh_offset;
  btf_header header;
  std::memcpy(&header, section, sizeof header);
  std::byte* at = section + header.hdr_len + header.type_off;
  const kernel::Btf types(btf__new(section, header.hdr_len + header.str_off + header.str_len));
  const auto* first = reinterpret_cast<const std::byte*>(btf__type_by_id(types.get(), 1));
  std::uint32_t id = 1;
  while (btf_kind(btf__type_by_id(types.get(), id)) != kind) ++id;
  at += reinterpret_cast<const std::byte*>(btf__type_by_id(types.get(), id)) - first;
  std::memcpy(at + offsetof(btf_type, size), &bytes, sizeof bytes);
  return contents;
}

TEST(Malformed, types_of_two_gigabytes) {
  constexpr std::uint32_t kKinds[] = {BTF_KIND_INT, BTF_KIND_STRUCT, BTF_KIND_DATASEC};
  for (const std::uint32_t kind : kKinds)
    for (const std::uint32_t bytes : {0x80000000u, 0x90000000u, UINT32_MAX})
      EXPECT_THAT(said_of(with_size(kind, bytes)), HasSubstr("more than anything in BPF")) << kind;
}

TEST(Malformed, a_license_section_without_bytes) {
  Contents contents = good();
  const auto number =
      static_cast<std::uint16_t>(&section_named(contents, "license") - sections_of(contents));
  const Elf64_Shdr table = section_named(contents, ".symtab");
  auto* symbols = reinterpret_cast<Elf64_Sym*>(contents.data() + table.sh_offset);
  for (std::size_t i = 0; i < table.sh_size / sizeof(Elf64_Sym); ++i)
    if (symbols[i].st_shndx == number) symbols[i].st_value = symbols[i].st_size = 0;
  section_named(contents, "license").sh_size = 0;
  EXPECT_THAT(said_of(contents), HasSubstr("its license section is empty"));
}

TEST(Malformed, random_bytes) {
  std::minstd_rand random(1);
  Contents whole = good();
  for (int round = 0; round < 2'000; ++round) {
    Contents contents(random() % 2'000);
    for (std::byte& byte : contents) byte = static_cast<std::byte>(random());
    if (round % 2 == 0 && contents.size() >= sizeof(Elf64_Ehdr)) {
      header_of(contents) = header_of(whole);
      header_of(contents).e_shoff = sizeof(Elf64_Ehdr);
      header_of(contents).e_shnum = static_cast<std::uint16_t>(random() % 32);
    }
    EXPECT_NE(said_of(std::move(contents)), "") << round;
  }
}

TEST(Malformed, sections_without_contents) {
  for (const char* name : {"license", ".maps", ".BTF", "xdp"}) {
    Contents contents = good();
    section_named(contents, name).sh_type = SHT_NOBITS;
    EXPECT_THAT(said_of(contents), HasSubstr("no contents")) << name;
  }
}

TEST(Malformed, symbols_and_relocations_that_point_nowhere) {
  Contents contents = good();
  auto* symbol =
      reinterpret_cast<Elf64_Sym*>(contents.data() + section_named(contents, ".symtab").sh_offset);
  symbol[section_named(contents, ".symtab").sh_info].st_value = 1ULL << 63;
  EXPECT_THAT(said_of(contents), HasSubstr("behind the end of section"));

  contents = good();
  auto* relocation =
      reinterpret_cast<Elf64_Rel*>(contents.data() + section_named(contents, ".relxdp").sh_offset);
  relocation->r_info = ELF64_R_INFO(0xffffffULL, 1);
  EXPECT_THAT(said_of(contents), HasSubstr("relocation 0 of section .relxdp"));
}

TEST(Malformed, without_maps_and_programs) {
  Contents contents = good();
  section_named(contents, ".maps").sh_name = 0;
  section_named(contents, ".relxdp").sh_type = SHT_PROGBITS;
  section_named(contents, ".BTF.ext").sh_name = 0;
  section_named(contents, ".BTF").sh_name = 0;
  section_named(contents, "xdp").sh_flags = 0;
  EXPECT_THAT(said_of(contents), HasSubstr("no maps and no programs"));
}

TEST(Malformed, maps_without_types) {
  Contents contents = good();
  section_named(contents, ".BTF").sh_name = 0;
  EXPECT_EQ(said_of(contents), "BTF is required, but is missing or corrupted.");
}

TEST(Malformed, variables_without_types) {
  const auto image = open_image(BPFMAPS_FIXTURES "/limits.bpf.o");
  Contents contents(image->contents().begin(), image->contents().end());
  section_named(contents, ".BTF.ext").sh_name = 0;
  section_named(contents, ".BTF").sh_name = 0;
  EXPECT_EQ(said_of(contents), "");
}

TEST(Malformed, random_changes_are_survived) {
  std::minstd_rand random(42);
  const Contents whole = good();
  constexpr std::uint32_t kTelling[] = {0, 1, 0x7fffffff, 0x80000000, 0xffffffff};
  for (int round = 0; round < 5'000; ++round) {
    Contents contents = whole;
    for (unsigned changes = 1 + random() % 4; changes > 0; --changes) {
      const std::size_t at = random() % (contents.size() - 4);
      if (random() % 2 == 0)
        contents[at] = static_cast<std::byte>(random());
      else
        std::memcpy(&contents[at], &kTelling[random() % std::size(kTelling)], 4);
    }
    said_of(std::move(contents));
  }
}

}  // namespace
}  // namespace bpfmaps::object
