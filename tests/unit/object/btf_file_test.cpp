// SPDX-License-Identifier: BSD-2-Clause
#include "object/btf_file.h"

#include <fcntl.h>
#include <gelf.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "base/fd.h"
#include "support/paths.h"

namespace bpfmaps::object {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(ReadTypes, of_objects_and_built_ins) {
  const auto file = read_types(std::string(BPFMAPS_FIXTURES) + "/count.bpf.o");
  EXPECT_TRUE(file) << file.error().message();
  const auto built_in = read_types("xdp_policy");
  ASSERT_TRUE(built_in) << built_in.error().message();
  EXPECT_GT(btf__find_by_name_kind(built_in->get(), "source_prefix", BTF_KIND_STRUCT), 0);
}

TEST(ReadTypes, places_global_variables_as_a_loader_does) {
  const auto types = read_types(std::string(BPFMAPS_FIXTURES) + "/golden.bpf.o");
  ASSERT_TRUE(types) << types.error().message();
  const int id = btf__find_by_name_kind(types->get(), ".data", BTF_KIND_DATASEC);
  const btf_type* data = btf__type_by_id(types->get(), static_cast<std::uint32_t>(id));
  EXPECT_EQ(data->size, 20u);
  std::map<std::string, std::uint32_t> places;
  for (int i = 0; i < btf_vlen(data); ++i) {
    const btf_var_secinfo& place = btf_var_secinfos(data)[i];
    const btf_type* variable = btf__type_by_id(types->get(), place.type);
    places[btf__name_by_offset(types->get(), variable->name_off)] = place.offset;
  }
  EXPECT_THAT(places, ElementsAre(Pair("enabled", 4), Pair("label", 5), Pair("limit", 0),
                                  Pair("otherwise", 16)));
}

/// Compresses section .BTF of the object at `path` and says that it is for `machine`.
void compress_types(const std::string& path, unsigned machine) {
  const Fd fd(open(path.c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_TRUE(fd);
  elf_version(EV_CURRENT);
  Elf* elf = elf_begin(fd.get(), ELF_C_RDWR, nullptr);
  ASSERT_NE(elf, nullptr);
  GElf_Ehdr header;
  gelf_getehdr(elf, &header);
  header.e_machine = static_cast<Elf64_Half>(machine);
  gelf_update_ehdr(elf, &header);
  for (Elf_Scn* scn = nullptr; (scn = elf_nextscn(elf, scn)) != nullptr;) {
    GElf_Shdr section;
    gelf_getshdr(scn, &section);
    if (std::string_view(elf_strptr(elf, header.e_shstrndx, section.sh_name)) == ".BTF")
      EXPECT_EQ(elf_compress(scn, ELFCOMPRESS_ZLIB, 0), 1) << elf_errmsg(-1);
  }
  EXPECT_GT(elf_update(elf, ELF_C_WRITE), 0) << elf_errmsg(-1);
  elf_end(elf);
}

TEST(ReadTypes, of_a_compressed_section) {
  const std::string path = std::filesystem::temp_directory_path() / "compressed.o";
  std::filesystem::copy_file(std::string(BPFMAPS_FIXTURES) + "/count.bpf.o", path,
                             std::filesystem::copy_options::overwrite_existing);
  compress_types(path, EM_X86_64);
  const auto types = read_types(path);
  std::filesystem::remove(path);
  ASSERT_TRUE(types) << types.error().message();
  EXPECT_GT(btf__type_cnt(types->get()), 5u);
}

TEST(ReadTypes, of_a_program_whose_types_are_compressed_are_refused) {
  const std::string path = std::filesystem::temp_directory_path() / "compressed.bpf.o";
  std::filesystem::copy_file(std::string(BPFMAPS_FIXTURES) + "/count.bpf.o", path,
                             std::filesystem::copy_options::overwrite_existing);
  compress_types(path, EM_BPF);
  const auto types = read_types(path);
  std::filesystem::remove(path);
  ASSERT_FALSE(types);
  EXPECT_THAT(types.error().message(), HasSubstr("section .BTF is compressed"));
}

TEST(ReadTypes, of_the_kernel) {
  constexpr const char* kKernel = "/sys/kernel/btf/vmlinux";
  if (access(kKernel, R_OK) != 0) GTEST_SKIP() << "the kernel has no BTF of its own";
  const auto types = read_types(kKernel);
  ASSERT_TRUE(types) << types.error().message();
  EXPECT_GT(btf__find_by_name_kind(types->get(), "task_struct", BTF_KIND_STRUCT), 0);
}

TEST(ReadTypes, of_the_other_byte_order_are_called_so) {
  const std::string path = std::filesystem::temp_directory_path() / "foreign.btf";
  std::ofstream(path, std::ios::binary) << std::string("\xeb\x9f\1", 3) + std::string(64, '\0');
  const auto types = read_types(path);
  std::filesystem::remove(path);
  ASSERT_FALSE(types);
  EXPECT_THAT(types.error().message(), HasSubstr("in the other byte order"));
}

TEST(ReadTypes, says_where_there_are_none) {
  EXPECT_THAT(read_types("/bin/true").error().message(), HasSubstr("holds no BTF"));
  EXPECT_THAT(read_types("/etc/passwd").error().message(), HasSubstr("not an ELF object"));
  EXPECT_EQ(read_types("/nosuch").error().kind, Kind::not_found);
}

}  // namespace
}  // namespace bpfmaps::object
