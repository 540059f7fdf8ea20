// SPDX-License-Identifier: BSD-2-Clause
// From an image to libbpf's view of it. Opening puts nothing into the kernel.
#pragma once

#include <bpf/libbpf.h>

#include <memory>
#include <optional>

#include "object/elf.h"
#include "object/spec.h"
#include "object/tables.h"

namespace bpfmaps::object {

struct CloseObject {
  void operator()(bpf_object* object) const { bpf_object__close(object); }
};

/// An opened object: libbpf's, and what its sections say beside.
struct Object {
  /// The bytes that libbpf reads, where they are not the image's own: legacy maps, rewritten.
  std::optional<ElfImage> modern;
  Sections sections;  ///< of the image itself
  std::unique_ptr<bpf_object, CloseObject> handle;
  std::vector<TableEntry> entries;  ///< to be written once all is loaded

  bpf_object* get() const { return handle.get(); }
};

/// Checks `image`, which must outlive the answer, and opens it. What libbpf has to say of a
/// refusal becomes the error's context.
Result<Object> open_object(const ElfImage& image);

MapSpec spec_of(const bpf_object* object, const bpf_map* map);
ProgSpec spec_of(const bpf_program* program);

}  // namespace bpfmaps::object
