// SPDX-License-Identifier: BSD-2-Clause
// From an image to libbpf's view of it. Opening puts nothing into the kernel.
#pragma once

#include <bpf/libbpf.h>

#include <memory>

#include "object/image.h"
#include "object/spec.h"

namespace bpfmaps::object {

struct CloseObject {
  void operator()(bpf_object* object) const { bpf_object__close(object); }
};
using Object = std::unique_ptr<bpf_object, CloseObject>;

/// Checks `image`, which must outlive the answer, and opens it. What libbpf has to say of a
/// refusal becomes the error's context.
Result<Object> open_object(const Image& image);

MapSpec spec_of(const bpf_object* object, const bpf_map* map);
ProgSpec spec_of(const bpf_program* program);

}  // namespace bpfmaps::object
