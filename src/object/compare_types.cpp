// SPDX-License-Identifier: BSD-2-Clause
#include "object/compare_types.h"

#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "object/types.h"

namespace bpfmaps::object {
namespace {

// The kernel takes no types that are nested deeper than 32.
constexpr int kDeepest = 64;

/// What typedefs and qualifiers stand before; the BTF has been checked for loops of these.
TypeRef behind_names(TypeRef type) {
  const btf_type* at = btf__type_by_id(type.types, type.id);
  while (at != nullptr && (btf_is_mod(at) || btf_is_typedef(at))) {
    type.id = at->type;
    at = btf__type_by_id(type.types, type.id);
  }
  return type;
}

struct Member {
  std::string_view name;
  std::uint32_t type;
  std::uint64_t bit;   ///< where it begins
  std::uint32_t bits;  ///< 0 where it is no bitfield
};

/// Members by name; anonymous members and static variables of one name in their order.
class Members {
 public:
  using Key = std::pair<std::string_view, std::uint32_t>;

  Members(const btf* types, const btf_type* type) {
    for (std::uint32_t i = 0; i < btf_vlen(type); ++i)
      add(btf_is_datasec(type) ? variable(types, btf_var_secinfos(type)[i])
                               : member(types, type, i));
  }

  auto begin() const { return in_order_.begin(); }
  auto end() const { return in_order_.end(); }
  /// The member of that key, or null.
  const Member* find(const Key& key) const {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? nullptr : &found->second;
  }

 private:
  static Member variable(const btf* types, const btf_var_secinfo& place) {
    const btf_type* variable = btf__type_by_id(types, place.type);
    return {btf__name_by_offset(types, variable->name_off), variable->type,
            std::uint64_t{place.offset} * 8, 0};
  }

  static Member member(const btf* types, const btf_type* type, std::uint32_t i) {
    const btf_member& member = btf_members(type)[i];
    return {btf__name_by_offset(types, member.name_off), member.type,
            btf_member_bit_offset(type, i), btf_member_bitfield_size(type, i)};
  }

  void add(const Member& member) {
    const Key key{member.name, seen_[member.name]++};
    by_key_.emplace(key, member);
    in_order_.emplace_back(key, member);
  }

  std::map<std::string_view, std::uint32_t> seen_;
  std::map<Key, Member> by_key_;
  std::vector<std::pair<Key, Member>> in_order_;
};

bool has_members(const btf_type* type) { return btf_is_composite(type) || btf_is_datasec(type); }

bool is_integer(const btf_type* type) { return btf_is_int(type) || btf_is_any_enum(type); }

/// Of what holds no other types; pointers fit each other.
bool is_same_scalar(const btf_type* is, const btf_type* wanted) {
  if (btf_is_ptr(is) && btf_is_ptr(wanted)) return true;
  if (is_integer(is) && is_integer(wanted)) {
    if (is->size != wanted->size) return false;
    constexpr int kCounts = BTF_INT_SIGNED | BTF_INT_BOOL;
    return !btf_is_int(is) || !btf_is_int(wanted) ||
           ((btf_int_encoding(is) ^ btf_int_encoding(wanted)) & kCounts) == 0;
  }
  return btf_kind(is) == btf_kind(wanted) && (!btf_is_float(is) || is->size == wanted->size);
}

class Comparer {
 public:
  void compare(const std::string& path, TypeRef named, TypeRef wanted_named, int depth = 0) {
    const TypeRef is = behind_names(named), wanted = behind_names(wanted_named);
    if (depth > kDeepest || !seen_.insert({is.id, wanted.id}).second) return;
    const btf_type* left = btf__type_by_id(is.types, is.id);
    const btf_type* right = btf__type_by_id(wanted.types, wanted.id);
    if (left == nullptr || right == nullptr) return;
    if (has_members(left) && btf_kind(left) == btf_kind(right))
      return compare_members(path, {is.types, left}, {wanted.types, right}, depth);
    const bool arrays = btf_is_array(left) && btf_is_array(right);
    if (arrays && btf_array(left)->nelems == btf_array(right)->nelems) {
      compare(path + "[]", {is.types, btf_array(left)->type},
              {wanted.types, btf_array(right)->type}, depth + 1);
    } else if (arrays || !is_same_scalar(left, right)) {
      tell(path, named, wanted_named);
    }
  }

  std::vector<Difference> found() && { return std::move(found_); }

 private:
  struct Whole {
    const btf* types;
    const btf_type* type;
  };

  void compare_members(const std::string& path, Whole is, Whole wanted, int depth) {
    const Members have(is.types, is.type), want(wanted.types, wanted.type);
    const std::size_t before = found_.size();
    for (const auto& [key, member] : want) {
      const std::string at = path_to(path, member);
      const Member* same = have.find(key);
      if (same == nullptr)
        found_.push_back({at, "absent", place_of(wanted.types, member)});
      else if (same->bit != member.bit || same->bits != member.bits)
        found_.push_back({at, place_of(is.types, *same), place_of(wanted.types, member)});
      else
        compare(at, {is.types, same->type}, {wanted.types, member.type}, depth + 1);
    }
    for (const auto& [key, member] : have)
      if (want.find(key) == nullptr)
        found_.push_back({path_to(path, member), place_of(is.types, member), "absent"});
    // Of a data section, the map's value size tells; a struct may end in bytes without a name.
    if (found_.size() == before && is.type->size != wanted.type->size && btf_is_composite(is.type))
      found_.push_back({path, size_text(is.type->size), size_text(wanted.type->size)});
  }

  /// By the names that were written, unless only what is behind these differs.
  void tell(const std::string& path, TypeRef is, TypeRef wanted) {
    const auto names = [](TypeRef type) { return type_name(type.types, type.id); };
    std::string left = names(is), right = names(wanted);
    if (left == right) {
      left = names(behind_names(is));
      right = names(behind_names(wanted));
    }
    if (left == right) {
      left += " of " + size_text(btf__resolve_size(is.types, is.id));
      right += " of " + size_text(btf__resolve_size(wanted.types, wanted.id));
    }
    found_.push_back({path, std::move(left), std::move(right)});
  }

  static std::string size_text(std::int64_t size) { return std::to_string(size) + " bytes"; }

  /// Members of anonymous members are their parent's, as in C.
  static std::string path_to(const std::string& path, const Member& member) {
    return member.name.empty() ? path : path + "." + std::string(member.name);
  }

  static std::string place_of(const btf* types, const Member& member) {
    std::string text = type_name(types, member.type);
    if (member.bits != 0) text += ":" + std::to_string(member.bits);
    if (member.bit % 8 == 0) return text + " at byte " + std::to_string(member.bit / 8);
    return text + " at bit " + std::to_string(member.bit);
  }

  std::set<std::pair<std::uint32_t, std::uint32_t>> seen_;
  std::vector<Difference> found_;
};

}  // namespace

std::vector<Difference> type_differences(const std::string& field, TypeRef is, TypeRef wanted) {
  Comparer comparer;
  comparer.compare(field, is, wanted);
  return std::move(comparer).found();
}

}  // namespace bpfmaps::object
