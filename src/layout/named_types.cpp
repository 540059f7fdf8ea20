// SPDX-License-Identifier: BSD-2-Clause
#include "layout/named_types.h"

#include <linux/btf.h>

#include <algorithm>
#include <vector>

#include "base/error_pointer.h"
#include "base/number.h"
#include "base/text.h"
#include "layout/compile.h"

namespace bpfmaps::layout {
namespace {

struct Basic {
  std::string_view name;
  std::uint32_t size;
  int encoding = 0;
};
// Sizes as the BPF target has them.
constexpr Basic kBasic[] = {
    {"u8", 1},
    {"u16", 2},
    {"u32", 4},
    {"u64", 8},
    {"s8", 1, BTF_INT_SIGNED},
    {"s16", 2, BTF_INT_SIGNED},
    {"s32", 4, BTF_INT_SIGNED},
    {"s64", 8, BTF_INT_SIGNED},
    {"__u8", 1},
    {"__u16", 2},
    {"__u32", 4},
    {"__u64", 8},
    {"__s8", 1, BTF_INT_SIGNED},
    {"__s16", 2, BTF_INT_SIGNED},
    {"__s32", 4, BTF_INT_SIGNED},
    {"__s64", 8, BTF_INT_SIGNED},
    {"char", 1, BTF_INT_SIGNED},
    {"short", 2, BTF_INT_SIGNED},
    {"int", 4, BTF_INT_SIGNED},
    {"long", 8, BTF_INT_SIGNED},
    {"unsigned char", 1},
    {"unsigned short", 2},
    {"unsigned int", 4},
    {"unsigned long", 8},
    {"bool", 1, BTF_INT_BOOL},
};
// Typedefs that say more than their size.
constexpr Basic kNetwork[] = {{"__be16", 2}, {"__be32", 4}, {"__be64", 8}};

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// A kind that a name may be of, and the word that C puts before the name.
struct Tag {
  std::string_view word;
  std::uint32_t kind;
};
constexpr Tag kTags[] = {{"struct ", BTF_KIND_STRUCT}, {"union ", BTF_KIND_UNION},
                         {"enum ", BTF_KIND_ENUM},     {"enum ", BTF_KIND_ENUM64},
                         {"", BTF_KIND_TYPEDEF},       {"", BTF_KIND_INT},
                         {"", BTF_KIND_FLOAT}};

// "u64[4][2]" as "u64" and {2, 4}: the bounds from the inside out.
Result<std::vector<std::uint32_t>> take_bounds(std::string_view& name) {
  std::vector<std::uint32_t> bounds;
  const std::string_view whole = name;
  while (name.ends_with(']')) {
    const std::size_t open = name.rfind('[');
    const auto count =
        open == name.npos ? std::nullopt : parse_u64(name.substr(open + 1, name.size() - open - 2));
    if (!count || *count > UINT32_MAX)
      return fail(Error::usage("`" + std::string(whole) + "` has no array bounds as in `u64[4]`"));
    bounds.push_back(static_cast<std::uint32_t>(*count));
    name = trimmed(name.substr(0, open));
  }
  return bounds;
}

std::uint32_t size_in(const btf* types, std::uint32_t id) {
  return static_cast<std::uint32_t>(std::max<std::int64_t>(btf__resolve_size(types, id), 0));
}

// "#7, 8 bytes: pid, tid"
std::string described(const btf* types, std::uint32_t id) {
  constexpr int kMostMembers = 4;
  std::string text =
      "#" + std::to_string(id) + ", " + std::to_string(size_in(types, id)) + " bytes";
  const btf_type* type = btf__type_by_id(types, id);
  for (int i = 0; btf_is_composite(type) && i < btf_vlen(type); ++i) {
    text += i == 0 ? ": " : ", ";
    if (i == kMostMembers) return text + "...";
    text += btf__name_by_offset(types, btf_members(type)[i].name_off);
  }
  return text;
}

Error ambiguous(const btf* types, std::string_view name, const std::vector<std::uint32_t>& ids) {
  constexpr std::size_t kMost = 6;
  std::string hint = "name one of them by its number:";
  for (std::size_t i = 0; i < std::min(ids.size(), kMost); ++i)
    hint += (i == 0 ? " " : "; ") + described(types, ids[i]);
  return Error::usage("several types are called `" + std::string(name) + "`, and they differ",
                      hint + (ids.size() > kMost ? "; ..." : ""));
}

}  // namespace

NamedTypes::NamedTypes(const btf* from)
    : from_(from), types_(unless_error(btf__new_empty())), copier_(from, types_.get()) {}

Result<std::uint32_t> NamedTypes::add(std::string_view name, std::uint32_t size) {
  name = trimmed(name);
  const auto bounds = TRY(take_bounds(name));
  for (const std::uint32_t count : bounds)
    size = count != 0 && size % count == 0 ? size / count : 0;
  std::uint32_t id = TRY(find(name, size));
  for (const std::uint32_t count : bounds) {
    if (index_ == 0) index_ = btf__add_int(types(), "__ARRAY_SIZE_TYPE__", 4, 0);
    id = static_cast<std::uint32_t>(btf__add_array(types(), index_, static_cast<int>(id), count));
  }
  return id;
}

Result<std::uint32_t> NamedTypes::add_lpm_key(std::uint32_t size) {
  const std::uint32_t prefix = TRY(add("__u32"));
  const std::uint32_t data = TRY(add("__u8[" + std::to_string(size - sizeof(__u32)) + "]"));
  const int key = btf__add_struct(types(), "lpm_key", size);
  btf__add_field(types(), "prefixlen", static_cast<int>(prefix), 0, 0);
  btf__add_field(types(), "data", static_cast<int>(data), 32, 0);
  return static_cast<std::uint32_t>(key);
}

std::uint32_t NamedTypes::size_of(std::uint32_t id) const { return size_in(types(), id); }

// The types of that name, without those that say the same as one before them.
std::vector<std::uint32_t> NamedTypes::called(std::string_view name) const {
  std::vector<std::uint32_t> found;
  std::vector<Layout> layouts;
  const std::uint32_t end = from_ == nullptr ? 0 : btf__type_cnt(from_);
  for (const Tag& tag : kTags) {
    if (!name.starts_with(tag.word)) continue;
    const std::string_view rest = trimmed(name.substr(tag.word.size()));
    for (std::uint32_t id = 1; id < end; ++id) {
      const btf_type* type = btf__type_by_id(from_, id);
      if (btf_kind(type) != tag.kind || rest != btf__name_by_offset(from_, type->name_off))
        continue;
      auto layout = compile(from_, id, size_in(from_, id));
      if (layout && std::ranges::find(layouts, *layout) != layouts.end()) continue;
      if (layout) layouts.push_back(*std::move(layout));
      found.push_back(id);
    }
  }
  return found;
}

Result<std::uint32_t> NamedTypes::find(std::string_view name, std::uint32_t size) {
  if (name.starts_with('#')) {
    const auto id = parse_u64(name.substr(1));
    if (!id || from_ == nullptr || *id == 0 || *id >= btf__type_cnt(from_))
      return fail(Error::usage("there is no type `" + std::string(name) + "`"));
    return copier_.copy(static_cast<std::uint32_t>(*id));
  }
  std::vector<std::uint32_t> ids = called(name);
  const auto fits = [&](std::uint32_t id) { return size_in(from_, id) == size; };
  if (size != 0 && std::ranges::any_of(ids, fits))
    std::erase_if(ids, [&](std::uint32_t id) { return !fits(id); });
  if (ids.size() > 1) return fail(ambiguous(from_, name, ids));
  if (!ids.empty()) return copier_.copy(ids[0]);
  if (const std::uint32_t id = add_basic(name); id != 0) return id;
  return fail(unknown(name));
}

// 0 where no basic type has that name.
std::uint32_t NamedTypes::add_basic(std::string_view name) {
  const auto add_int = [this](const Basic& basic, std::string_view called) {
    return btf__add_int(types(), std::string(called).c_str(), basic.size, basic.encoding);
  };
  for (const Basic& basic : kBasic)
    if (basic.name == name) return static_cast<std::uint32_t>(add_int(basic, name));
  for (const Basic& basic : kNetwork)
    if (basic.name == name)
      return static_cast<std::uint32_t>(btf__add_typedef(
          types(), std::string(name).c_str(), add_int(basic, "__u" + std::string(name.substr(4)))));
  if (name == "struct in_addr") return add_address("in_addr", "__be32", "s_addr");
  if (name == "struct in6_addr") return add_address("in6_addr", "__u8[16]", "s6_addr");
  return 0;
}

std::uint32_t NamedTypes::add_address(const char* tag, std::string_view of, const char* member) {
  const auto id = add(of);
  if (!id) return 0;
  const int made = btf__add_struct(types(), tag, size_of(*id));
  btf__add_field(types(), member, static_cast<int>(*id), 0, 0);
  return static_cast<std::uint32_t>(made);
}

Error NamedTypes::unknown(std::string_view name) const {
  std::vector<std::string> known;
  const std::uint32_t end = from_ == nullptr ? 0 : btf__type_cnt(from_);
  for (std::uint32_t id = 1; id < end; ++id) {
    const btf_type* type = btf__type_by_id(from_, id);
    for (const Tag& tag : kTags) {
      const std::string_view called = btf__name_by_offset(from_, type->name_off);
      if (btf_kind(type) == tag.kind && !called.empty())
        known.push_back(std::string(tag.word).append(called));
    }
  }
  // `flow_key` for `struct flow_key` is a step that edit distance does not see.
  std::vector<std::string_view> candidates(known.begin(), known.end());
  for (const Basic& basic : kBasic) candidates.push_back(basic.name);
  candidates.insert(candidates.end(), {"struct in_addr", "struct in6_addr"});
  std::string hint;
  for (const std::string_view candidate : candidates)
    if (hint.empty() && candidate.ends_with(" " + std::string(name)))
      hint = "did you mean `" + std::string(candidate) + "`?";
  if (hint.empty()) hint = did_you_mean(name, candidates);
  if (hint.empty() && from_ == nullptr) hint = "--btf FILE tells where your own types are";
  return Error::usage("no type is called `" + std::string(name) + "`", std::move(hint));
}

}  // namespace bpfmaps::layout
