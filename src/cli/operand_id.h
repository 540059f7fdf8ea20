// SPDX-License-Identifier: BSD-2-Clause
// OperandId: which operand of a request is meant. One that no command has does not compile.
#pragma once

#include <string>
#include <string_view>

namespace bpfmaps::cli {

/// Every operand of the command table: its keyword, or its name where it has none. A test compares
/// them with the table.
inline constexpr std::string_view kOperandIds[] = {
    "A",
    "B",
    "CODE",
    "DIR",
    "FILE",
    "FROM",
    "HOOK",
    "LINK",
    "MAP",
    "NEW",
    "OBJ",
    "OBJECT",
    "OLD",
    "ORDER",
    "PATH",
    "PROG",
    "SHARING",
    "SHELL",
    "SOURCE",
    "TO",
    "TYPE",
    "WHAT",
    "WORDS",
    "after",
    "all",
    "autoattach",
    "before",
    "cgroup",
    "ctx_in",
    "ctx_out",
    "ctx_size_out",
    "data_in",
    "data_out",
    "data_size_out",
    "delegate_attachs",
    "delegate_cmds",
    "delegate_maps",
    "delegate_progs",
    "dev",
    "entries",
    "event",
    "fd",
    "file",
    "flags",
    "freq",
    "handle",
    "hook",
    "id",
    "inner_map",
    "key",
    "linum",
    "map",
    "map idx",
    "map name",
    "map_extra",
    "mode",
    "name",
    "old",
    "opcodes",
    "over",
    "overwrite",
    "pcap",
    "pcap_out",
    "period",
    "pf",
    "pid",
    "pin",
    "pinmaps",
    "pinroot",
    "pref",
    "prio",
    "prog",
    "repeat",
    "type",
    "value",
    "values",
    "var",
    "visual",
    "want",
};

/// Not constexpr: a call ends the compilation. Name the operand in kOperandIds.
inline void no_command_has_this_operand() {}

class OperandId {
 public:
  consteval OperandId(const char* name) : name_(name) {  // NOLINT: literals stand for operands
    bool known = false;
    for (const std::string_view one : kOperandIds) known = known || one == name_;
    if (!known) no_command_has_this_operand();
  }

  constexpr std::string_view name() const { return name_; }
  std::string text() const { return std::string(name_); }
  constexpr operator std::string_view() const { return name_; }  // NOLINT: it is shown as text
  bool operator==(const OperandId&) const = default;

 private:
  std::string_view name_;
};

}  // namespace bpfmaps::cli
