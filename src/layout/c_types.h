// SPDX-License-Identifier: BSD-2-Clause
// Types as C, the way a program would declare them.
#pragma once

#include <bpf/btf.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "layout/c_cost.h"

namespace bpfmaps::layout {

/// Collects C text. Every type is defined once, before whatever needs it. Types that lead back to
/// themselves, or that would take more than some MiB of text, are refused before anything is
/// written.
class CTypes {
 public:
  /// `types` outlives it.
  static Result<CTypes> open(const btf* types, const CLimits& limits = {});

  /// Appends the definitions that type `id` needs: structs, unions, enums and typedefs.
  Status define(std::uint32_t id);
  /// Appends the variables of data section `id`, each with its semicolon on a line, behind the
  /// definitions that they need.
  Status define_variables(std::uint32_t id);
  /// "struct flow_key", or with a name "char label[8]".
  Result<std::string> declaration(std::uint32_t id, std::string_view name = {});

  const std::string& text() const { return *text_; }

 private:
  CTypes(const btf* types, const CLimits& limits) : types_(types), cost_(types, limits) {}
  struct Free {
    void operator()(btf_dump* dump) const { btf_dump__free(dump); }
  };
  const btf* types_;
  std::unique_ptr<std::string> text_ = std::make_unique<std::string>();  // libbpf keeps its address
  std::unique_ptr<btf_dump, Free> dump_;
  CCost cost_;  // of all that was asked for
};

}  // namespace bpfmaps::layout
