// SPDX-License-Identifier: BSD-2-Clause
// Spec: what an object declares, as data. Nothing of it is in the kernel yet.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "object/instructions.h"

namespace bpfmaps::object {

/// A map as the object wants it made. Sizes in bytes.
struct MapSpec {
  std::string name;
  std::uint32_t type = 0;  ///< enum bpf_map_type
  std::uint32_t key_size = 0, value_size = 0, max_entries = 0;
  std::uint32_t flags = 0;  ///< BPF_F_* of map creation
  std::uint64_t extra = 0;
  std::string key_type, value_type;  ///< C names ("struct xdp_stats"); "" where there are none
  bool pinned_by_name = false;       ///< LIBBPF_PIN_BY_NAME
  std::vector<MapSpec> inner = {};   ///< what the maps in a map of maps look like; at most one
};

struct ProgSpec {
  std::string name;
  std::string section;
  std::uint32_t type = 0;  ///< enum bpf_prog_type; 0 where the section names none
  std::uint64_t instructions = 0;
  bool optional = false;  ///< SEC("?..."): loaded only by its name
};

/// A global variable.
struct VariableSpec {
  std::string name;
  std::string section;  ///< ".bss", ".rodata.x", ...
  std::string type;     ///< as in MapSpec
  std::uint32_t offset = 0, size = 0;
};

/// What the object uses and the kernel is to have.
struct ExternSpec {
  std::string name;
  std::string kind = {};  ///< "kconfig", "ksyms"; "" where no type tells
  std::string type = {};  ///< as in MapSpec, or "function"
  bool weak = false;      ///< the object can do without

  bool is_function() const { return type == "function"; }
};

/// A struct, union or enum.
struct TypeSpec {
  std::string name;  ///< as in MapSpec
  std::uint32_t size = 0;
};

struct Spec {
  std::string license;  ///< "" where the object has none
  bool legacy = false;  ///< its maps are defined by `struct bpf_map_def SEC("maps")`
  std::vector<MapSpec> maps;
  std::vector<ProgSpec> programs;
  std::vector<VariableSpec> variables;
  std::vector<ExternSpec> externs;
  std::vector<TypeSpec> types;  ///< of keys, values and variables, and what those are made of
  std::vector<Need> needs;      ///< the newest first
};

}  // namespace bpfmaps::object
