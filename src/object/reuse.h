// SPDX-License-Identifier: BSD-2-Clause
// Whether a load may use a map that exists in the place of one that its object declares: the one
// comparison for loading, and for finding the pins that a load would refuse.
#pragma once

#include <bpf/libbpf.h>

#include "kernel/handle.h"
#include "object/difference.h"
#include "object/fit.h"
#include "object/open.h"

namespace bpfmaps::object {

struct Comparison {
  std::vector<Difference> differences;  ///< none: the load uses the map
  std::string remark;  ///< what the user should know of a map that is used; "" for nothing
};

/// Compares `existing` with `map` of `object`, which is open and not loaded. Fit::same compares
/// sizes, entries and flags; the types of key and value where both have some and the kernel shows
/// them; the values of constants, as they are set now. Fit::layout compares type and sizes, and
/// remarks where the types differ.
Comparison compare(const bpf_object* object, const bpf_map* map, const kernel::Map& existing,
                   Fit fit);

/// Whether the values of that data section are constants, which the verifier takes for known.
/// The loader itself fills .kconfig, so its values are no constants of the object.
bool holds_constants(const bpf_map* map);

/// The maps that an object declares.
class DeclaredMaps {
 public:
  /// Of the object that `word` names; see open_image().
  static Result<DeclaredMaps> open(const std::string& word);

  /// Why a load would refuse `existing`, pinned under `file_name`; none where it would take it or
  /// the object declares no map that is pinned by that name.
  std::vector<Difference> differences(std::string_view file_name,
                                      const kernel::Map& existing) const;

 private:
  DeclaredMaps(ElfImage image, Object object)
      : image_(std::move(image)), object_(std::move(object)) {}

  ElfImage image_;
  Object object_;
};

/// The file name of a map's or program's pin: a bpffs takes no dot (".bss"). libbpf writes the
/// same.
std::string file_name_of(std::string name);

}  // namespace bpfmaps::object
