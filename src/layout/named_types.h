// SPDX-License-Identifier: BSD-2-Clause
// NamedTypes: C types that a user names, such as `struct flow_key` or `u64[4]`, as BTF of their
// own. For maps that are created, and for those whose types the kernel does not know.
#pragma once

#include <bpf/btf.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "layout/copy_types.h"

namespace bpfmaps::layout {

class NamedTypes {
 public:
  /// Looks names up in `from`, which outlives it; null knows the basic types alone.
  explicit NamedTypes(const btf* from);

  /// The id in types() of the type called `name`: `struct`, `union` or `enum` and a tag, a
  /// typedef, or a basic type (`u32`, `__u32`, `int`, `unsigned long`, `char`, `bool`, `__be32`,
  /// `struct in_addr`, ...), with array bounds behind it; or "#7", a type by its id. Of several
  /// types of one name that differ it is the one for values of `size` bytes, 0 where that is not
  /// known. Kind::usage where there is none of that name, and where several are left.
  Result<std::uint32_t> add(std::string_view name, std::uint32_t size = 0);
  /// The id of a struct that can be the key of an LPM trie: the prefix length and what is left of
  /// `size` bytes, at least 5. The kernel takes nothing but a struct.
  Result<std::uint32_t> add_lpm_key(std::uint32_t size);
  /// Its size in bytes.
  std::uint32_t size_of(std::uint32_t id) const;

  /// Holds what was added, and what that is made of.
  btf* types() const { return types_.get(); }

 private:
  Result<std::uint32_t> find(std::string_view name, std::uint32_t size);
  std::vector<std::uint32_t> called(std::string_view name) const;
  std::uint32_t add_basic(std::string_view name);
  std::uint32_t add_address(const char* tag, std::string_view of, const char* member);
  Error unknown(std::string_view name) const;

  struct Free {
    void operator()(btf* types) const { btf__free(types); }
  };
  const btf* from_;
  std::unique_ptr<btf, Free> types_;
  TypeCopier copier_;
  int index_ = 0;  // the type of array indices
};

}  // namespace bpfmaps::layout
