// SPDX-License-Identifier: BSD-2-Clause
// Copying one type and what it is made of from a large BTF (a kernel's, an object's) into a small
// one. Knows BTF, no map and no kernel.
#pragma once

#include <bpf/btf.h>

#include <cstdint>
#include <map>

#include "base/result.h"

namespace bpfmaps::layout {

class TypeCopier {
 public:
  /// Both outlive the copier; `from` is not trusted.
  TypeCopier(const btf* from, btf* to) : from_(from), to_(to) {}

  /// The id in `to` of a type that holds values as `id` of `from` does. Qualifiers are dropped and
  /// pointers point to void, so that a struct does not bring the whole kernel along; those that
  /// the kernel alone uses stay such. An enum named
  /// like a typedef comes with it: it may hold the names of the typedef's values.
  Result<std::uint32_t> copy(std::uint32_t id) { return copy(id, 0); }

 private:
  Result<std::uint32_t> copy(std::uint32_t id, int depth);
  Result<std::uint32_t> add(const btf_type* type, int depth);
  Result<std::uint32_t> add_pointer(const btf_type* type);
  Result<std::uint32_t> add_section(const btf_type* type, int depth);
  Result<std::uint32_t> add_typedef(const btf_type* type, int depth);
  Result<std::uint32_t> add_record(const btf_type* type, int depth);
  const char* name_of(const btf_type* type) const;

  const btf* from_;
  btf* to_;
  std::map<std::uint32_t, std::uint32_t> copied_;
};

}  // namespace bpfmaps::layout
