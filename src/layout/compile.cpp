// SPDX-License-Identifier: BSD-2-Clause
#include "layout/compile.h"

#include <bpf/btf.h>
#include <linux/btf.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "layout/enum_types.h"
#include "layout/kernel_fields.h"
#include "layout/members.h"
#include "layout/text_bound.h"
#include "layout/type_words.h"

namespace bpfmaps::layout {
namespace {

// Limits of ours: the kernel takes deeper and larger types.
constexpr int kMaxDepth = 32;
constexpr std::size_t kMaxNodes = 65536;
constexpr int kMaxTypedefs = 1024;  // one behind the other

constexpr char kCut[] =
    "parts of a type are shown as bytes: bpfmaps reads 32 levels and 65536 parts";

// What typedefs on the way to a type say of it.
struct Typedefs {
  std::string_view name = {};  // the outermost one
  bool network = false;        // in network order
  bool address = false;        // an IPv4 address
};

// Gives a flexible array at the end of `node` the bytes that `node` has behind its type's.
void extend(Node& node, std::uint32_t size) {
  if (size <= node.size) return;
  if (node.shape == Shape::record && !node.children.empty()) {
    Node& last = node.children.back();
    if (last.offset < size) extend(last, size - last.offset);
    node.size = std::max(node.size, last.offset + last.size);
    return;
  }
  const bool is_array = node.shape == Shape::array && node.children[0].size != 0;
  if (node.size != 0 || (!is_array && node.shape != Shape::text)) return;
  const std::uint32_t each = is_array ? node.children[0].size : 1;
  node.count = size / each;
  node.size = node.count * each;
  if (node.type.ends_with("[0]"))
    node.type.replace(node.type.size() - 2, 1, std::to_string(node.count));
}

class Compiler {
 public:
  explicit Compiler(const btf* types) : types_(types), enums_(types) {}

  Result<Node> node(std::uint32_t id, int depth) {
    Typedefs typedefs;
    const btf_type* type = nullptr;
    std::uint32_t at = id;  // behind the typedefs
    for (int step = 0;; ++step) {
      type = at == 0 ? nullptr : btf__type_by_id(types_, at);
      if (type == nullptr) return fail(malformed("type id " + std::to_string(at) + " is no value"));
      if (step > kMaxTypedefs) return fail(malformed("a typedef leads back to itself"));
      if (btf_is_typedef(type)) note(name_of(type->name_off), typedefs);
      if (!btf_is_mod(type) && !btf_is_typedef(type)) break;
      at = type->type;
    }
    const bool has_parts = btf_is_composite(type) || btf_is_array(type);
    const bool cut = ++nodes_ > kMaxNodes || depth > kMaxDepth;
    Node made = TRY(has_parts && cut ? uncompiled(at) : resolved(at, type, typedefs, depth));
    if (!typedefs.name.empty()) made.type = typedefs.name;
    if (!aligns_.contains(at)) aligns_[at] = natural_align(made);
    aligns_[id] = aligns_[at];
    return made;
  }

  Layout layout(Node root) && {
    Layout made(std::move(root), enums_.take_names());
    if (is_cut_) made.set_remark(kCut);
    return made;
  }

 private:
  std::string_view name_of(std::uint32_t offset) const {
    const char* name = btf__name_by_offset(types_, offset);
    return name != nullptr ? name : "";
  }

  static void note(std::string_view name, Typedefs& to) {
    if (to.name.empty()) to.name = name;
    const bool is_address = name == "in_addr_t";
    if (name == "__be16" || name == "__be32" || name == "__be64" || is_address) to.network = true;
    if (is_address || speaks_of_address(name)) to.address = true;
  }

  // Of all but records, in bytes: of numbers their size, of bytes what their size allows.
  std::uint32_t natural_align(const Node& node) const {
    constexpr std::uint32_t kWord = 8, kWidest = 16;
    if (node.shape == Shape::text || node.size == 0) return 1;
    const std::uint32_t most = node.shape == Shape::bytes ? kWord : kWidest;
    return std::min(node.size & (0 - node.size), most);
  }

  // The bytes of a type that is not looked into.
  Result<Node> uncompiled(std::uint32_t id) {
    is_cut_ = true;
    const std::int64_t size = btf__resolve_size(types_, id);
    if (size < 0 || size > UINT32_MAX) return fail(malformed("a type has no size"));
    return Node{.shape = Shape::bytes, .size = static_cast<std::uint32_t>(size)};
  }

  Result<Node> resolved(std::uint32_t id, const btf_type* type, const Typedefs& typedefs,
                        int depth) {
    const std::string name(name_of(type->name_off));
    switch (btf_kind(type)) {
      case BTF_KIND_INT: return integer(type, name, typedefs);
      case BTF_KIND_ENUM:
      case BTF_KIND_ENUM64: return enumeration(type, name);
      case BTF_KIND_PTR: return Node{.shape = Shape::pointer, .size = 8, .type = "void *"};
      case BTF_KIND_FLOAT: return floating(type, name);
      case BTF_KIND_ARRAY: return array(id, type, depth);
      case BTF_KIND_STRUCT:
      case BTF_KIND_UNION: return record(id, type, name, depth);
      case BTF_KIND_DATASEC: return section(type, name, depth);
      default: return fail(malformed("`" + name + "` is no type a value can have"));
    }
  }

  Result<Node> integer(const btf_type* type, const std::string& name, const Typedefs& typedefs) {
    const int encoding = btf_int_encoding(type);
    Node made{.size = type->size, .type = name};
    if (type->size != 1 && type->size != 2 && type->size != 4 && type->size != 8 &&
        type->size != 16)
      return fail(malformed("integer `" + name + "` has " + std::to_string(type->size) + " bytes"));
    made.is_signed = (encoding & BTF_INT_SIGNED) != 0;
    made.shape = type->size == 16                 ? Shape::wide_int
                 : (encoding & BTF_INT_BOOL) != 0 ? Shape::boolean
                 : made.is_signed                 ? Shape::signed_int
                                                  : Shape::unsigned_int;
    // Before BTF kept bitfields in the member, it kept them in the integer (kernel 4.18).
    if (const unsigned bits = btf_int_bits(type); bits != 0 && bits < type->size * 8) {
      if (bits + btf_int_offset(type) > type->size * 8 || type->size == 16)
        return fail(malformed("integer `" + name + "` has bits outside its bytes"));
      made.bits = static_cast<std::uint8_t>(bits);
      made.bit_offset = static_cast<std::uint8_t>(btf_int_offset(type));
    } else if (typedefs.network && made.shape == Shape::unsigned_int && made.size > 1) {
      made.big_endian = true;
      if (typedefs.address && made.size == 4) made.meaning = Meaning::ipv4;
    }
    if (!typedefs.name.empty() && made.size <= 8) name_values(std::string(typedefs.name), made);
    return made;
  }

  void name_values(const std::string& enum_name, Node& number) {
    const int found = btf__find_by_name_kind(types_, enum_name.c_str(), BTF_KIND_ENUM);
    if (found <= 0) return;
    const btf_type* type = btf__type_by_id(types_, static_cast<std::uint32_t>(found));
    const Node named = enums_.node(type, enum_name, number.size);
    number.shape = Shape::enumeration;
    number.is_signed = named.is_signed;
    number.names = named.names;
  }

  Result<Node> enumeration(const btf_type* type, const std::string& name) {
    if (type->size != 1 && type->size != 2 && type->size != 4 && type->size != 8)
      return fail(malformed("enum `" + name + "` has " + std::to_string(type->size) + " bytes"));
    Node made = enums_.node(type, name, type->size);
    made.type = "enum " + name;
    return made;
  }

  static Result<Node> floating(const btf_type* type, const std::string& name) {
    Node made{.size = type->size, .type = name};
    if (type->size == 4 || type->size == 8) made.shape = Shape::floating;
    return made;  // a long double stays bytes: no form can hold it
  }

  Result<Node> array(std::uint32_t id, const btf_type* type, int depth) {
    const struct btf_array* of = btf_array(type);
    Node element = TRY(node(of->type, depth + 1));
    const std::uint64_t size = std::uint64_t{element.size} * of->nelems;
    if (size > UINT32_MAX) return fail(malformed("an array is larger than 4 GiB"));
    // Elements without bytes hold nothing, however many there are said to be.
    Node made{.shape = Shape::array,
              .size = static_cast<std::uint32_t>(size),
              .count = size == 0 ? 0 : of->nelems};
    made.type = element.type + "[" + std::to_string(of->nelems) + "]";
    aligns_[id] = aligns_[of->type];
    if (is_char(of->type)) {
      made.shape = Shape::text;
    } else {
      made.children.push_back(std::move(element));
    }
    return made;
  }

  // clang gives `char` no encoding of its own, and `signed char` and `__u8` must stay numbers:
  // the name decides, seen through qualifiers but not through typedefs.
  bool is_char(std::uint32_t id) const {
    const btf_type* type = btf__type_by_id(types_, id);
    for (int step = 0; type != nullptr && btf_is_mod(type) && step < kMaxTypedefs; ++step)
      type = btf__type_by_id(types_, type->type);
    return type != nullptr && btf_is_int(type) && type->size == 1 &&
           name_of(type->name_off) == "char";
  }

  Result<Node> record(std::uint32_t id, const btf_type* type, const std::string& name, int depth) {
    if (std::ranges::find(open_, id) != open_.end())
      return fail(malformed("`" + name + "` holds itself"));
    const bool is_union = btf_is_union(type);
    Node made{.shape = Shape::record, .is_union = is_union, .size = type->size};
    made.type = (is_union ? "union " : "struct ") + name;
    if (empty_.contains(id)) return made;
    if (btf_vlen(type) == 0 && made.size != 0) {
      made.shape = Shape::bytes;  // a compiler had no C for what is in it
      return made;
    }
    if (name == "in_addr" && made.size == 4) made.meaning = Meaning::ipv4;
    if (name == "in6_addr" && made.size == 16) made.meaning = Meaning::ipv6;
    if (made.size == 6 && speaks_of_mac(name)) made.meaning = Meaning::mac;  // struct ethaddr
    open_.push_back(id);
    Members members(made);
    // Behind twice the limit even names are too many: the rest is one field of bytes.
    for (std::uint32_t i = 0; i < btf_vlen(type); ++i) {
      if (nodes_ > 2 * kMaxNodes) {
        is_cut_ = true;
        break;
      }
      const btf_member& member = btf_members(type)[i];
      const std::uint32_t bit = btf_member_bit_offset(type, i);
      Node child = TRY(node(member.type, depth + 1));
      child.name = name_of(member.name_off);
      const std::uint32_t align = aligns_[member.type];
      if (is_kernel_owned(types_, member.type)) {
        TRY(members.skip(std::move(child), bit, align));
      } else {
        TRY(members.add(std::move(child), bit, btf_member_bitfield_size(type, i), align));
      }
    }
    open_.pop_back();
    if (made.meaning == Meaning::plain) members.add_holes();
    members.finish();
    aligns_[id] = members.align();
    // Nothing made of nothing: if it were shown, few types would make many millions of it.
    const auto is_nothing = [](const Node& child) {
      return child.shape == Shape::record && child.size == 0 && child.children.empty();
    };
    if (made.size == 0 && std::ranges::all_of(made.children, is_nothing)) {
      made.children.clear();
      empty_.insert(id);
    }
    return made;
  }

  Result<Node> section(const btf_type* type, const std::string& name, int depth) {
    Node made{.shape = Shape::record, .size = type->size, .type = name};
    Members members(made);
    for (std::uint32_t i = 0; i < btf_vlen(type); ++i) {
      const btf_var_secinfo& entry = btf_var_secinfos(type)[i];
      const btf_type* variable = btf__type_by_id(types_, entry.type);
      if (variable == nullptr || !btf_is_var(variable))
        return fail(malformed("section `" + name + "` holds what is no variable"));
      Node child = TRY(node(variable->type, depth + 1));
      child.name = name_of(variable->name_off);
      extend(child, entry.size);
      if (std::uint64_t{entry.offset} + child.size > made.size)
        return fail(malformed("variable `" + child.name + "` lies outside its section"));
      if (is_kernel_owned(types_, variable->type)) continue;
      TRY(members.add(std::move(child), std::uint64_t{entry.offset} * 8, 0, 1));
    }
    members.finish();
    return made;
  }

  const btf* types_;
  EnumTypes enums_;
  std::size_t nodes_ = 0;
  bool is_cut_ = false;
  std::unordered_set<std::uint32_t> empty_;                  // records of none but empty ones
  std::vector<std::uint32_t> open_;                          // the records around what is compiled
  std::unordered_map<std::uint32_t, std::uint32_t> aligns_;  // of each type, in bytes
};

Error wrong_size(const Node& root, std::uint32_t size) {
  return {.kind = Kind::invalid,
          .operation = "read types",
          .context = "type `" + root.type + "` has " + std::to_string(root.size) +
                     " bytes where the map has " + std::to_string(size),
          .hint = "dump the bytes with --raw, or name other types with --btf FILE"};
}

Error too_much_text(const Node& root, std::uint64_t bound) {
  return {.kind = Kind::unsupported,
          .operation = "read types",
          .context = "type `" + root.type + "` can make " + std::to_string(bound >> 20) +
                     " MiB of text of its " + std::to_string(root.size) +
                     " bytes, and bpfmaps writes at most " +
                     std::to_string(most_text(root.size) >> 20) + " MiB",
          .hint = "dump the bytes with --raw, or name other types with --btf FILE"};
}

}  // namespace

Result<Layout> compile(const btf* types, std::uint32_t id, std::uint32_t size) {
  Compiler compiler(types);
  Node root = TRY(compiler.node(id, 0));
  const bool is_section = btf_is_datasec(btf__type_by_id(types, id));
  if (!is_section) extend(root, size);
  const bool fits = is_section ? root.size <= size : root.size == size;
  if (!fits) return fail(wrong_size(root, size));
  Layout layout = std::move(compiler).layout(std::move(root));
  if (const std::uint64_t bound = text_bound(layout); bound > most_text(size))
    return fail(too_much_text(layout.root(), bound));
  return layout;
}

}  // namespace bpfmaps::layout
