// SPDX-License-Identifier: BSD-2-Clause
// LayoutCache: layouts of maps that were opened before, for a process that opens the same maps many
// times. Holds types only: no map, and no descriptor, stays open for it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "base/result.h"
#include "entries/options.h"
#include "kernel/handle.h"
#include "layout/layout.h"

namespace bpfmaps::entries {

struct Layouts {
  layout::Layout key, value;
  std::optional<Error> denied = {};  ///< why the kernel does not give the map's types
};

class LayoutCache {
 public:
  /// Null where no such map was opened before. The types of a map's BTF id never change, and what
  /// `options` name is taken to stay as it is for as long as this lives. Types that a file brings
  /// along have ids of their own, so layouts made of them are not kept.
  const Layouts* find(const kernel::MapInfo& info, const TypeOptions& options) const;
  void keep(const kernel::MapInfo& info, const TypeOptions& options, const Layouts& layouts);

 private:
  /// All that layouts are made from.
  using About = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t,
                           std::uint32_t, std::uint32_t, std::uint32_t, std::string, std::string,
                           std::string, std::string, std::string>;
  static About about(const kernel::MapInfo& info, const TypeOptions& options);

  std::map<About, Layouts> all_;
};

}  // namespace bpfmaps::entries
