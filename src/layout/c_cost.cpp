// SPDX-License-Identifier: BSD-2-Clause
// Follows what src/btf_dump.c of libbpf does, from 1.1 on.
#include "layout/c_cost.h"

#include <linux/btf.h>

#include <algorithm>
#include <string>

namespace bpfmaps::layout {
namespace {

constexpr int kMostLevels = 64;      // the kernel follows 32
constexpr std::uint64_t kLine = 16;  // bytes around the names on a line, at least

Error limit(const std::string& what) {
  return Error::refused(Kind::unsupported, "write types as C", "",
                        what + ": a limit of this program");
}

/// libbpf divides by the alignment of members, and of such a type it is 0.
Error no_size() {
  return Error::refused(Kind::invalid, "write types as C", "",
                        "a member or an element is of a type that has no size");
}

Error loop() {
  return Error::refused(Kind::unsupported, "write types as C", "",
                        "a type leads back to itself with no name on the way: C has no such type");
}

}  // namespace

Status CCost::add_definition(std::uint32_t id) {
  TRY(order(id, false, 0));
  return {};
}

Status CCost::add_declaration(std::uint32_t id, std::string_view name) {
  Cost cost = TRY(declaration(id, 0));
  cost.bytes += name.size();
  return charge(cost);
}

void CCost::add(Cost& to, const Cost& part) {
  // Far beyond the limits, and far from an overflow.
  constexpr std::uint64_t kEndless = 1ULL << 40;
  to.steps = std::min(to.steps + part.steps, kEndless);
  to.bytes = std::min(to.bytes + part.bytes, kEndless);
  to.lines = std::min(to.lines + part.lines, kEndless);
  to.levels = std::max(to.levels, part.levels + 1);
}

Status CCost::charge(const Cost& cost) {
  add(total_, cost);
  if (total_.steps > limits_.million_types << 20)
    return fail(
        limit("these types are made of more than " +
              (limits_.million_types == 1 ? std::string("a million")
                                          : std::to_string(limits_.million_types) + " million")));
  if (total_.bytes > limits_.text << 20)
    return fail(limit("these types take more than " + std::to_string(limits_.text) + " MiB of C"));
  return {};
}

std::string_view CCost::name_at(std::uint32_t offset) const {
  const char* name = btf__name_by_offset(types_, offset);
  return name != nullptr ? name : "";
}

std::uint64_t CCost::bits_of(std::uint32_t id) const {
  const std::int64_t size = btf__resolve_size(types_, id);
  return size > 0 ? static_cast<std::uint64_t>(size) * 8 : 0;
}

Result<CCost::Cost> CCost::memoized(Costs& costs, Measure measure, std::uint32_t id, int depth) {
  if (depth > kMostLevels) return fail(limit("these types nest deeper than 64 levels"));
  const btf_type* type = id == 0 ? nullptr : btf__type_by_id(types_, id);
  if (type == nullptr) return Cost{.bytes = kLine};  // void
  if (const auto [known, is_new] = costs.try_emplace(id); !is_new) {
    if (!known->second) return fail(loop());
    if (depth + known->second->levels > kMostLevels)
      return fail(limit("these types nest deeper than 64 levels"));
    return *known->second;
  }
  const Cost cost = TRY((this->*measure)(*type, depth));
  costs[id] = cost;
  return cost;
}

Result<CCost::Cost> CCost::declaration(std::uint32_t id, int depth) {
  return memoized(declarations_, &CCost::measure_declaration, id, depth);
}

/// A declaration ends at what has a name. What has none is written where it stands, each time.
Result<CCost::Cost> CCost::measure_declaration(const btf_type& type, int depth) {
  Cost cost{.bytes = kLine + name_at(type.name_off).size() * 2};  // its name may be declared, too
  switch (btf_kind(&type)) {
    case BTF_KIND_PTR:
    case BTF_KIND_CONST:
    case BTF_KIND_VOLATILE:
    case BTF_KIND_RESTRICT:
    case BTF_KIND_TYPE_TAG: add(cost, TRY(declaration(type.type, depth + 1))); break;
    case BTF_KIND_ARRAY: add(cost, TRY(declaration(btf_array(&type)->type, depth + 1))); break;
    case BTF_KIND_FUNC_PROTO:
      add(cost, TRY(declaration(type.type, depth + 1)));
      for (std::uint32_t i = 0; i < btf_vlen(&type); ++i) {
        cost.bytes += name_at(btf_params(&type)[i].name_off).size();
        add(cost, TRY(declaration(btf_params(&type)[i].type, depth + 1)));
      }
      break;
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION:
      if (type.name_off != 0) break;
      add(cost, TRY(body(type, depth)));
      cost.bytes += cost.lines;  // each is indented by one more
      break;
    case BTF_KIND_ENUM:
    case BTF_KIND_ENUM64:
      if (type.name_off == 0) add(cost, enumerators(type));
      break;
    default: break;
  }
  return cost;
}

/// The members of a struct or union and, between those of a struct, what fills the gaps.
Result<CCost::Cost> CCost::body(const btf_type& type, int depth) {
  Cost cost;
  std::uint64_t end = 0;
  const auto fill_up_to = [&](std::uint64_t bit) {
    if (btf_is_union(&type) || bit <= end) return;
    const std::uint64_t fillers = (bit - end) / 64 + 4;
    add(cost, {.bytes = fillers * kLine, .lines = fillers});
  };
  for (std::uint32_t i = 0; i < btf_vlen(&type); ++i) {
    const btf_member& member = btf_members(&type)[i];
    Cost line = TRY(declaration(member.type, depth + 1));
    line.bytes += kLine + name_at(member.name_off).size();
    line.lines += 1;
    add(cost, line);
    // Whether a struct is packed is found by the alignment of all that it is made of, for each
    // member and for the whole.
    const Cost alignment_cost = TRY(alignment(member.type, depth + 1));
    for (int times = 0; times < 4; ++times) add(cost, alignment_cost);
    const std::uint64_t start = btf_member_bit_offset(&type, i);
    const std::uint64_t bits = btf_member_bitfield_size(&type, i);
    fill_up_to(start);
    end = start + (bits != 0 ? bits : bits_of(member.type));
  }
  fill_up_to(std::uint64_t{type.size} * 8);
  return cost;
}

CCost::Cost CCost::enumerators(const btf_type& type) const {
  Cost cost{.lines = btf_vlen(&type)};
  for (std::uint32_t i = 0; i < btf_vlen(&type); ++i) {
    const std::uint32_t name =
        btf_is_enum64(&type) ? btf_enum64(&type)[i].name_off : btf_enum(&type)[i].name_off;
    cost.bytes += kLine * 2 + name_at(name).size();
  }
  return cost;
}

Result<CCost::Cost> CCost::alignment(std::uint32_t id, int depth) {
  if (id == 0) return fail(no_size());
  return memoized(alignments_, &CCost::measure_alignment, id, depth);
}

/// btf__align_of() remembers nothing: structs that hold one another twice double its way.
Result<CCost::Cost> CCost::measure_alignment(const btf_type& type, int depth) {
  Cost cost;
  if (btf_is_composite(&type)) {
    for (std::uint32_t i = 0; i < btf_vlen(&type); ++i)
      add(cost, TRY(alignment(btf_members(&type)[i].type, depth + 1)));
  } else if (btf_is_array(&type)) {
    add(cost, TRY(alignment(btf_array(&type)->type, depth + 1)));
  } else if (btf_is_mod(&type) || btf_is_typedef(&type)) {
    add(cost, TRY(alignment(type.type, depth + 1)));
  } else {
    const bool is_number = btf_is_int(&type) || btf_is_any_enum(&type) || btf_is_float(&type);
    if (!btf_is_ptr(&type) && !(is_number && type.size != 0)) return fail(no_size());
  }
  return cost;
}

/// Puts what is to be defined into order, and charges for each definition. True for what has to
/// be whole before it is used: btf_dump comes back to a typedef that need not be.
Result<bool> CCost::order(std::uint32_t id, bool behind_pointer, int depth) {
  if (depth > kMostLevels) return fail(limit("these types nest deeper than 64 levels"));
  TRY(charge({}));
  const btf_type* type = id == 0 ? nullptr : btf__type_by_id(types_, id);
  if (type == nullptr) return false;
  if (defined_.contains(id)) return true;
  if (behind_pointer && btf_is_composite(type) && type->name_off != 0) return false;
  // A typedef may lead to itself through a pointer, where its struct needs no definition.
  const std::uint64_t here = std::uint64_t{id} << 1 | (behind_pointer ? 1 : 0);
  if (!on_the_way_.insert(here).second) return fail(loop());
  const bool is_strong = TRY(order_parts(id, *type, behind_pointer, depth));
  on_the_way_.erase(here);
  return is_strong;
}

Result<bool> CCost::order_parts(std::uint32_t id, const btf_type& type, bool behind_pointer,
                                int depth) {
  switch (btf_kind(&type)) {
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION:
      for (std::uint32_t i = 0; i < btf_vlen(&type); ++i)
        TRY(order(btf_members(&type)[i].type, false, depth + 1));
      if (type.name_off != 0) {
        Cost definition = TRY(body(type, depth));
        definition.bytes += kLine + name_at(type.name_off).size() * 2 + definition.lines;
        TRY(charge(definition));
      }
      break;
    case BTF_KIND_ENUM:
    case BTF_KIND_ENUM64: TRY(charge(enumerators(type))); break;
    case BTF_KIND_TYPEDEF: {
      const bool is_strong = TRY(order(type.type, behind_pointer, depth + 1));
      if (behind_pointer && !is_strong) return false;
      Cost definition = TRY(declaration(type.type, depth + 1));
      definition.bytes += kLine + name_at(type.name_off).size();
      TRY(charge(definition));
      break;
    }
    case BTF_KIND_PTR: TRY(order(type.type, true, depth + 1)); break;
    case BTF_KIND_ARRAY: return order(btf_array(&type)->type, false, depth + 1);
    case BTF_KIND_CONST:
    case BTF_KIND_VOLATILE:
    case BTF_KIND_RESTRICT:
    case BTF_KIND_TYPE_TAG: return order(type.type, behind_pointer, depth + 1);
    case BTF_KIND_FUNC_PROTO: {
      bool is_strong = TRY(order(type.type, behind_pointer, depth + 1));
      for (std::uint32_t i = 0; i < btf_vlen(&type); ++i)
        is_strong |= TRY(order(btf_params(&type)[i].type, behind_pointer, depth + 1));
      return is_strong;
    }
    default: return false;
  }
  defined_.insert(id);
  return true;
}

}  // namespace bpfmaps::layout
