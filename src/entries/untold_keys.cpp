// SPDX-License-Identifier: BSD-2-Clause
#include "entries/untold_keys.h"

#include "base/number.h"

namespace bpfmaps::entries {

UntoldKeys::UntoldKeys(const TypedMap& typed) {
  const layout::RowSpec spec = typed.row_spec();
  const bool resolved = typed.resolver && typed.resolver->of_keys();
  if (spec.key != nullptr && !resolved) untold_.emplace(*spec.key);
}

std::uint64_t UntoldKeys::count(const Entries& entries) const {
  if (!untold_ || !untold_->possible() || entries.keys == nullptr) return 0;
  std::uint64_t found = 0;
  for (std::uint32_t i = 0; i < entries.count; ++i) found += untold_->in(entries.key(i)) ? 1 : 0;
  return found;
}

std::string UntoldKeys::remark(std::uint64_t count) const {
  if (count == 0) return {};
  return (count == 1 ? "1 key holds" : number_text(count) + " keys hold") +
         " more than is shown (" + untold_->describe() +
         "): --raw shows all bytes, and `key hex` takes them";
}

}  // namespace bpfmaps::entries
