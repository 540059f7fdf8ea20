// SPDX-License-Identifier: BSD-2-Clause
// EnumTypes: the enums that a layout uses, and whether their values have a sign, which not every
// compiler says.
#pragma once

#include <bpf/btf.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "layout/layout.h"

namespace bpfmaps::layout {

class EnumTypes {
 public:
  /// `types` outlives it.
  explicit EnumTypes(const btf* types) : types_(types) {}

  /// The enumeration `type` called `name`, for fields of `size` bytes; without its own type's name.
  Node node(const btf_type* type, const std::string& name, std::uint32_t size);

  /// What Node::names are indices into.
  Layout::SharedNames take_names() {
    return std::make_shared<const std::vector<Names>>(std::move(names_));
  }

 private:
  struct Known {
    const btf_type* type;
    std::uint32_t size;
    std::int32_t index;
    bool is_signed;
  };
  bool is_signed(const btf_type* type, std::uint32_t size);
  bool compiler_tells();
  Names names_of(const btf_type* type, const std::string& name, bool is_signed) const;

  const btf* types_;
  std::vector<Names> names_;
  std::vector<Known> known_;
  int tells_ = -1;  // compiler_tells(), once it was asked
};

}  // namespace bpfmaps::layout
