// SPDX-License-Identifier: BSD-2-Clause
// What the numbers in a program's translated code stand for: functions, maps and their variables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "disasm/bpf.h"
#include "kernel/btf.h"
#include "kernel/prog/prog_code.h"

namespace bpfmaps::disasm {

/// The name of the function that `info` describes, or "" where there is none.
std::string function_name(const btf* types, const bpf_func_info& info);
/// The name of a program's first function, also where no types tell it.
std::string main_name(const kernel::Prog& prog);
/// "int count(struct xdp_md *ctx)", or "".
std::string prototype(const btf* types, const bpf_func_info& info);

/// Looks each name up once.
class Names {
 public:
  /// All outlive it; `types` is null where the program has none.
  Names(const kernel::Prog& prog, const kernel::ProgCode& code, const btf* types);

  /// What the call or wide load at instruction `at` stands for: "pc+20#add_up",
  /// "bpf_map_lookup_elem", "map[id:7 name:stats]", "map[id:9 name:x.bss][0]+4 (limit)",
  /// "subprog[+57 name:each]"; "" where it is a number, or no such instruction.
  std::string meaning(BpfCode code, std::size_t at);

  /// The instruction that a call, or a load of a function's address, leads to, when it is one of
  /// the program's own.
  std::optional<std::size_t> target(BpfCode code, std::size_t at) const;

  /// The name of the function that begins at instruction `at`: "sub_25" where no types tell it.
  std::string function(std::size_t at) const;

  /// Whether the kernel has kept functions of its own nameless.
  bool kept_back() const { return kept_back_; }
  /// Why names are missing: the first thing that could not be looked up.
  const std::optional<Error>& gap() const { return gap_; }

 private:
  struct Variable {
    std::uint32_t offset, size;
    std::string name;
  };
  struct MapName {
    std::string name;
    std::vector<Variable> variables;  // of a data section
  };
  std::string kernel_function(const bpf_insn& insn);
  const bpf_func_info* info_at(std::size_t at) const;
  std::string variable(std::uint32_t map, std::uint32_t offset);
  const MapName& map_name(std::uint32_t id);

  const kernel::Prog& prog_;
  const kernel::ProgCode& code_;
  const btf* types_;
  std::map<std::uint32_t, MapName> maps_;
  bool kept_back_ = false;
  std::optional<Error> gap_;
};

}  // namespace bpfmaps::disasm
