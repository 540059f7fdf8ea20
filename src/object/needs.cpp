// SPDX-License-Identifier: BSD-2-Clause
#include "object/needs.h"

#include <algorithm>

#include "kernel/map/map_kind.h"
#include "kernel/names.h"

namespace bpfmaps::object {
namespace {

/// Whether .BTF.ext (libbpf's struct btf_ext_header) has relocations to types of the kernel.
bool has_relocations(Bytes section) {
  constexpr std::size_t kHeaderSize = 4, kRelocationsSize = 28, kWhole = 32;
  return section.size() >= kWhole && read_at<std::uint32_t>(section, kHeaderSize) >= kWhole &&
         read_at<std::uint32_t>(section, kRelocationsSize) != 0;
}

class Collector {
 public:
  /// Keeps what is known to have come with a release, once.
  void add(std::string name, Linux since) {
    const bool is_new = std::ranges::find(needs_, name, &Need::name) == needs_.end();
    if (is_new && since != Linux()) needs_.push_back({std::move(name), since});
  }

  void add_map(const bpf_map* map) {
    if (bpf_map__is_internal(map)) return add("global variables", {5, 2});
    const std::uint32_t type = bpf_map__type(map);
    add("map type " + kernel::map_type_name(type), kernel::kind_of(type).since);
    for (const std::string& flag : kernel::map_flag_names(bpf_map__map_flags(map)))
      add("map flag " + flag, map_flag_since(kernel::map_flag_from_name(flag)));
  }

  void add_program(const bpf_program* program) {
    const std::uint32_t type = bpf_program__type(program);
    const std::uint32_t attach = bpf_program__expected_attach_type(program);
    add("program type " + kernel::prog_type_name(type), prog_type_since(type));
    add("attaching to " + kernel::attach_type_name(attach), attach_type_since(attach));
    // Said by sections alone: libbpf makes flags of them only when it loads the program.
    std::string_view section = bpf_program__section_name(program);
    section = section.substr(0, section.find('/'));
    if (section.ends_with(".s")) add("programs that sleep", {5, 10});
    if (section == "xdp.frags") add("XDP with fragments", {5, 18});
  }

  void add_section(const Section& section) {
    if ((section.header.sh_flags & SHF_EXECINSTR) != 0)
      for (Need& need : instruction_needs(section.bytes)) add(std::move(need.name), need.since);
    if (section.name == ".BTF.ext" && has_relocations(section.bytes))
      add("types of the running kernel (CO-RE)", {5, 4});
  }

  std::vector<Need> newest_first() && {
    std::ranges::stable_sort(needs_, std::greater(), &Need::since);
    return std::move(needs_);
  }

 private:
  std::vector<Need> needs_;
};

}  // namespace

std::vector<Need> needs_of(const bpf_object* object, const Sections& sections,
                           std::span<const ExternSpec> externs) {
  Collector needs;
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object) needs.add_map(map);
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object) needs.add_program(program);
  for (const Section& section : sections) needs.add_section(section);
  for (const ExternSpec& one : externs)
    if (one.is_function()) needs.add("functions of the kernel (kfuncs)", {5, 13});
  return std::move(needs).newest_first();
}

}  // namespace bpfmaps::object
