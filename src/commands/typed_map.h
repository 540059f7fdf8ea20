// SPDX-License-Identifier: BSD-2-Clause
// TypedMap: an open map with the layouts of its keys and values, from the kernel's BTF or raw.
#pragma once

#include <memory>

#include "cli/request.h"
#include "commands/context.h"
#include "kernel/handle.h"
#include "kernel/reader.h"
#include "layout/layout.h"
#include "layout/reduce.h"
#include "layout/rows.h"

namespace bpfmaps {

/// Not movable: rows and programs point into its layouts.
struct TypedMap {
  TypedMap(kernel::Map open, kernel::ValueShape with, layout::Layout of_key,
           layout::Layout of_value)
      : map(std::move(open)),
        shape(std::move(with)),
        key(std::move(of_key)),
        value(std::move(of_value)) {}
  TypedMap(const TypedMap&) = delete;
  TypedMap& operator=(const TypedMap&) = delete;

  kernel::Map map;
  kernel::ValueShape shape;
  layout::Layout key, value;
  /// With --cpu sum and the like on a per-CPU map.
  std::unique_ptr<layout::Reduction> reduction;

  /// How rows of this map look: keys, values, CPUs; after the reduction if there is one.
  layout::RowSpec row_spec() const;
};

/// Opens the map that `request` names as MAP and compiles its types. Types that the kernel keeps
/// back (no CAP_SYS_ADMIN) make raw layouts and one remark; types that contradict the map's sizes
/// are an error. Honours --raw and --cpu.
Result<std::unique_ptr<TypedMap>> open_typed_map(const cli::Request& request, Context& context,
                                                 kernel::Access access);

}  // namespace bpfmaps
