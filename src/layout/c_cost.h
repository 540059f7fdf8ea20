// SPDX-License-Identifier: BSD-2-Clause
// What writing types as C would cost. libbpf's btf_dump follows types without a limit: a pointer to
// a function that returns that very pointer ends in a full stack, and whoever may load a map
// chooses its types. So they are followed here first, as btf_dump does.
#pragma once

#include <bpf/btf.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/result.h"

namespace bpfmaps::layout {

/// How much may be written. By default enough for the types of one map.
struct CLimits {
  std::uint64_t million_types = 1;  ///< millions of types on the way
  std::uint64_t text = 4;           ///< MiB
};

/// Adds up what is to be written. Errors are of Kind::unsupported and say that the limit is this
/// program's: 64 levels, and the types on the way and MiB of text that CLimits says.
class CCost {
 public:
  /// `types` outlives it. Its ids are those of types; see kernel/btf_check.h.
  CCost(const btf* types, const CLimits& limits) : types_(types), limits_(limits) {}

  /// What btf_dump__dump_type() would write: type `id` and those that it needs, each once.
  Status add_definition(std::uint32_t id);
  /// What btf_dump__emit_type_decl() would write for a variable of that type.
  Status add_declaration(std::uint32_t id, std::string_view name);

 private:
  struct Cost {
    std::uint64_t steps = 1;  ///< types on the way
    std::uint64_t bytes = 0;  ///< of text
    std::uint64_t lines = 0;
    int levels = 1;
  };
  /// Nothing stands for a type that is still being looked at.
  using Costs = std::unordered_map<std::uint32_t, std::optional<Cost>>;
  using Measure = Result<Cost> (CCost::*)(const btf_type&, int depth);

  Result<Cost> memoized(Costs& costs, Measure measure, std::uint32_t id, int depth);
  Result<Cost> declaration(std::uint32_t id, int depth);
  Result<Cost> measure_declaration(const btf_type& type, int depth);
  Result<Cost> body(const btf_type& type, int depth);
  Result<Cost> alignment(std::uint32_t id, int depth);
  Result<Cost> measure_alignment(const btf_type& type, int depth);
  Cost enumerators(const btf_type& type) const;
  Result<bool> order(std::uint32_t id, bool behind_pointer, int depth);
  Result<bool> order_parts(std::uint32_t id, const btf_type& type, bool behind_pointer, int depth);

  std::string_view name_at(std::uint32_t offset) const;
  std::uint64_t bits_of(std::uint32_t id) const;
  Status charge(const Cost& cost);
  static void add(Cost& to, const Cost& part);

  const btf* types_;
  CLimits limits_;
  Costs declarations_, alignments_;
  std::unordered_set<std::uint32_t> defined_;
  std::unordered_set<std::uint64_t> on_the_way_;
  Cost total_;
};

}  // namespace bpfmaps::layout
