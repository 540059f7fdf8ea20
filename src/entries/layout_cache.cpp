// SPDX-License-Identifier: BSD-2-Clause
#include "entries/layout_cache.h"

namespace bpfmaps::entries {

namespace {

// Ids of types then stand for something in the kernel, as long as it runs.
bool is_told_by_ids(const TypeOptions& options) {
  return options.outer == nullptr && options.own == nullptr;
}

}  // namespace

LayoutCache::About LayoutCache::about(const kernel::MapInfo& info, const TypeOptions& options) {
  return {info.type,
          info.key_size,
          info.value_size,
          info.btf_id,
          info.btf_key_type_id,
          info.btf_value_type_id,
          info.btf_vmlinux_value_type_id,
          info.name,
          options.btf,
          options.key_type,
          options.value_type,
          options.btf.empty() ? "" : options.pin};
}

const Layouts* LayoutCache::find(const kernel::MapInfo& info, const TypeOptions& options) const {
  if (!is_told_by_ids(options)) return nullptr;
  const auto found = all_.find(about(info, options));
  return found == all_.end() ? nullptr : &found->second;
}

void LayoutCache::keep(const kernel::MapInfo& info, const TypeOptions& options,
                       const Layouts& layouts) {
  if (is_told_by_ids(options)) all_.insert_or_assign(about(info, options), layouts);
}

}  // namespace bpfmaps::entries
