// SPDX-License-Identifier: BSD-2-Clause
// From an object to pinned programs and maps, all or nothing.
#pragma once

#include <string>
#include <vector>

#include "object/elf_image.h"
#include "object/load_plan.h"

namespace bpfmaps::object {

/// Something that is pinned now.
struct Loaded {
  kernel::Noun noun;
  std::uint32_t id;
  std::uint32_t type;  ///< enum bpf_map_type, bpf_prog_type or bpf_link_type
  std::string name;    ///< the object's, not cut; of a link: its program's
  std::string path;
  bool reused = false;  ///< a map that was there before
};

struct LoadReport {
  std::vector<Loaded> pinned;
  /// What the user should know although all went well, a sentence each: types that the kernel did
  /// not take, maps that could not be compared, tables that nothing keeps.
  std::vector<std::string> remarks;
};

/// Loads the object into the kernel and pins what `plan` says: maps first, in the object's order.
/// A map that is pinned already at its place is reused where it fits, and is an error that names
/// the differing fields where it does not. Directories are made as needed. An error means that
/// nothing is left in the kernel or the bpffs.
///
/// `tell` gets every warning of libbpf, what the verifier has to say when loading fails, and what
/// `plan.log` asks for when it does not; may be null. Without it the error still holds the
/// verifier's last words.
Result<LoadReport> load(const ElfImage& image, const LoadPlan& plan, const Tell& tell);

}  // namespace bpfmaps::object
