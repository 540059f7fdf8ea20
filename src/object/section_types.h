// SPDX-License-Identifier: BSD-2-Clause
// What a program is, by the name of its section: for sections that are newer than the libbpf in
// use, and for what is typed behind `type`.
#pragma once

#include <bpf/libbpf.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace bpfmaps::object {

struct ProgramType {
  std::uint32_t type = 0;    ///< enum bpf_prog_type
  std::uint32_t attach = 0;  ///< enum bpf_attach_type that the kernel is told at the load
  std::uint32_t flags = 0;   ///< BPF_F_* of a program's load
};

/// Of sections that came after libbpf 1.1: "tcx/ingress", "uprobe.multi/...".
std::optional<ProgramType> type_of_newer_section(std::string_view section);

/// Of a section's name ("xdp", "classifier", "tcx/ingress"), as bpftool takes it, or the kernel's
/// name of a type ("sched_cls"). Kind::usage with the nearest one for others.
Result<ProgramType> type_named(const std::string& name);

/// What to type for a program whose section says no type, after the nearest section that does:
/// "say it: `type xdp`" for "xdp-pass".
std::string type_hint(std::string_view section);

void set_type(bpf_program* program, const ProgramType& type);

}  // namespace bpfmaps::object
