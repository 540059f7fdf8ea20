// SPDX-License-Identifier: BSD-2-Clause
#include "layout/compile.h"

#include <bpf/btf.h>
#include <linux/btf.h>

#include <algorithm>
#include <string_view>

namespace bpfmaps::layout {
namespace {

constexpr int kMaxDepth = 32;  // as the kernel's MAX_RESOLVE_DEPTH
constexpr std::size_t kMaxNodes = 65536;

Error malformed(std::string why) {
  return {.kind = Kind::invalid,
          .operation = "read types",
          .context = "the BTF does not make sense: " + std::move(why),
          .hint = "dump the bytes with --raw, or name other types with --btf FILE"};
}

// Kernel objects inside a value. The kernel hands out zeros for them and ignores what is written
// (check_and_init_map_value() and copy_map_value(), 5.1 and later), so they are no data.
bool is_kernel_owned(std::string_view name) {
  constexpr std::string_view kOwned[] = {
      "bpf_spin_lock", "bpf_res_spin_lock", "bpf_timer",   "bpf_wq",      "bpf_task_work",
      "bpf_list_head", "bpf_list_node",     "bpf_rb_root", "bpf_rb_node", "bpf_refcount"};
  return std::find(std::begin(kOwned), std::end(kOwned), name) != std::end(kOwned);
}

bool speaks_of_mac(std::string_view name) {
  for (const std::string_view word : {"mac", "eth", "h_dest", "h_source"})
    if (name.find(word) != std::string_view::npos) return true;
  return false;
}

class Compiler {
 public:
  explicit Compiler(const btf* types) : types_(types) {}

  // `typedef_name` is the outermost typedef on the way to the type, "" without one.
  Result<Node> node(std::uint32_t id, int depth) {
    std::string_view typedef_name;
    const btf_type* type = nullptr;
    for (;; ++depth) {
      type = id == 0 ? nullptr : btf__type_by_id(types_, id);
      if (type == nullptr) return fail(malformed("type id " + std::to_string(id) + " is no value"));
      if (depth > kMaxDepth) return fail(malformed("types nest deeper than 32 levels"));
      if (++nodes_ > kMaxNodes) return fail(malformed("a type has more than 65536 parts"));
      if (btf_is_typedef(type) && typedef_name.empty()) typedef_name = name_of(type->name_off);
      if (!btf_is_mod(type) && !btf_is_typedef(type)) break;
      id = type->type;
    }
    Result<Node> made = resolved(type, typedef_name, depth);
    if (made && !typedef_name.empty()) made->type = typedef_name;
    return made;
  }

  Layout::SharedNames take_names() {
    return std::make_shared<const std::vector<Names>>(std::move(names_));
  }

 private:
  std::string_view name_of(std::uint32_t offset) const {
    const char* name = btf__name_by_offset(types_, offset);
    return name != nullptr ? name : "";
  }

  Result<Node> resolved(const btf_type* type, std::string_view typedef_name, int depth) {
    const std::string name(name_of(type->name_off));
    switch (btf_kind(type)) {
      case BTF_KIND_INT: return integer(type, name, typedef_name);
      case BTF_KIND_ENUM:
      case BTF_KIND_ENUM64: return enumeration(type, name);
      case BTF_KIND_PTR: return Node{.shape = Shape::pointer, .size = 8, .type = "void *"};
      case BTF_KIND_FLOAT: return floating(type, name);
      case BTF_KIND_ARRAY: return array(type, depth);
      case BTF_KIND_STRUCT:
      case BTF_KIND_UNION: return record(type, name, depth);
      case BTF_KIND_DATASEC: return section(type, name, depth);
      default: return fail(malformed("`" + name + "` is no type a value can have"));
    }
  }

  Result<Node> integer(const btf_type* type, const std::string& name,
                       std::string_view typedef_name) {
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
    if (typedef_name == "__be32" && made.size == 4) made.meaning = Meaning::ipv4;
    if (typedef_name == "__be16" && made.size == 2) made.meaning = Meaning::port;
    // Before BTF kept bitfields in the member, it kept them in the integer (kernel 4.18).
    if (const unsigned bits = btf_int_bits(type); bits != 0 && bits < type->size * 8) {
      if (bits + btf_int_offset(type) > type->size * 8 || type->size == 16)
        return fail(malformed("integer `" + name + "` has bits outside its bytes"));
      made.bits = static_cast<std::uint8_t>(bits);
      made.bit_offset = static_cast<std::uint8_t>(btf_int_offset(type));
    }
    if (!typedef_name.empty() && made.size <= 8) {
      const std::string enum_name(typedef_name);
      const int found = btf__find_by_name_kind(types_, enum_name.c_str(), BTF_KIND_ENUM);
      if (found > 0) {
        const btf_type* type_of_names = btf__type_by_id(types_, static_cast<std::uint32_t>(found));
        made.shape = Shape::enumeration;
        made.is_signed = btf_kflag(type_of_names);
        made.names = intern(type_of_names, enum_name);
      }
    }
    return made;
  }

  Result<Node> enumeration(const btf_type* type, const std::string& name) {
    if (type->size != 1 && type->size != 2 && type->size != 4 && type->size != 8)
      return fail(malformed("enum `" + name + "` has " + std::to_string(type->size) + " bytes"));
    return Node{.shape = Shape::enumeration,
                .is_signed = btf_kflag(type),
                .size = type->size,
                .names = intern(type, name),
                .type = "enum " + name};
  }

  // The index of the names of that enum; each enum is kept once.
  std::int32_t intern(const btf_type* type, const std::string& name) {
    for (const auto& [known, index] : interned_)
      if (known == type) return index;
    Names names(name);
    const bool is_signed = btf_kflag(type);
    for (std::uint32_t i = 0; i < btf_vlen(type); ++i) {
      if (btf_is_enum64(type)) {
        const struct btf_enum64& entry = btf_enum64(type)[i];
        names.add(static_cast<std::int64_t>(btf_enum64_value(&entry)),
                  std::string(name_of(entry.name_off)));
      } else {
        const struct btf_enum& entry = btf_enum(type)[i];
        // clang before 15 never sets the flag, and writes -1 with the bits of an unsigned value.
        names.add(is_signed ? entry.val : static_cast<std::int64_t>(static_cast<__u32>(entry.val)),
                  std::string(name_of(entry.name_off)));
      }
    }
    names.seal();
    names_.push_back(std::move(names));
    const auto index = static_cast<std::int32_t>(names_.size() - 1);
    interned_.emplace_back(type, index);
    return index;
  }

  static Result<Node> floating(const btf_type* type, const std::string& name) {
    Node made{.size = type->size, .type = name};
    if (type->size == 4 || type->size == 8) made.shape = Shape::floating;
    return made;  // a long double stays bytes: no form can hold it
  }

  Result<Node> array(const btf_type* type, int depth) {
    const struct btf_array* of = btf_array(type);
    Node element = TRY(node(of->type, depth + 1));
    const std::uint64_t size = std::uint64_t{element.size} * of->nelems;
    if (size > UINT32_MAX) return fail(malformed("an array is larger than 4 GiB"));
    Node made{.shape = Shape::array, .size = static_cast<std::uint32_t>(size), .count = of->nelems};
    made.type = element.type + "[" + std::to_string(of->nelems) + "]";
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
    for (int depth = 0; type != nullptr && btf_is_mod(type) && depth < kMaxDepth; ++depth)
      type = btf__type_by_id(types_, type->type);
    return type != nullptr && btf_is_int(type) && type->size == 1 &&
           name_of(type->name_off) == "char";
  }

  Result<Node> record(const btf_type* type, const std::string& name, int depth) {
    const bool is_union = btf_is_union(type);
    Node made{.shape = Shape::record, .is_union = is_union, .size = type->size};
    made.type = (is_union ? "union " : "struct ") + name;
    if (name == "in_addr" && made.size == 4) made.meaning = Meaning::ipv4;
    if (name == "in6_addr" && made.size == 16) made.meaning = Meaning::ipv6;
    for (std::uint32_t i = 0; i < btf_vlen(type); ++i) {
      const btf_member& member = btf_members(type)[i];
      Node child = TRY(node(member.type, depth + 1));
      child.name = name_of(member.name_off);
      TRY(place(child, btf_member_bit_offset(type, i), btf_member_bitfield_size(type, i), made));
      append(made, std::move(child));
    }
    return made;
  }

  // Puts `child` at its place in `parent`, which it must not leave.
  static Status place(Node& child, std::uint32_t bit, std::uint32_t bits, const Node& parent) {
    const auto refuse = [&child] {
      return fail(malformed("member `" + child.name + "` lies outside its struct"));
    };
    child.offset = bit / 8;
    if (bits != 0 || bit % 8 != 0 || child.bits != 0) {
      const std::uint32_t first = bit % 8 + child.bit_offset;
      const std::uint32_t width = bits != 0 ? bits : child.bits != 0 ? child.bits : child.size * 8;
      const bool holds_bits = child.shape != Shape::record && child.shape != Shape::array &&
                              child.shape != Shape::text && child.size <= 8;
      if (!holds_bits || width > 64 || width > child.size * 8) return refuse();
      child.offset += first / 8;
      child.bit_offset = static_cast<std::uint8_t>(first % 8);
      child.bits = static_cast<std::uint8_t>(width);
      child.meaning = Meaning::plain;
      const std::uint32_t touched = (child.bit_offset + width + 7) / 8;
      return std::uint64_t{child.offset} + touched > parent.size ? refuse() : Status();
    }
    return std::uint64_t{child.offset} + child.size > parent.size ? refuse() : Status();
  }

  // Adds a member; those of an anonymous struct or union move up, as C lets one name them.
  static void append(Node& parent, Node child) {
    if (child.shape == Shape::record && is_kernel_owned(tag_of(child))) return;
    if (child.shape == Shape::record && child.name.empty()) {
      for (Node& grandchild : child.children) {
        grandchild.offset += child.offset;
        parent.children.push_back(std::move(grandchild));
      }
      return;
    }
    if (child.name.empty()) return;  // an unnamed bitfield is padding
    if (child.shape == Shape::array && child.size == 6 && child.count == 6 &&
        child.children[0].shape == Shape::unsigned_int && speaks_of_mac(child.name))
      child.meaning = Meaning::mac;
    parent.children.push_back(std::move(child));
  }

  static std::string_view tag_of(const Node& record) {
    std::string_view tag = record.type;
    tag.remove_prefix(std::min(tag.size(), tag.find(' ') + 1));
    return tag;
  }

  Result<Node> section(const btf_type* type, const std::string& name, int depth) {
    Node made{.shape = Shape::record, .size = type->size, .type = name};
    for (std::uint32_t i = 0; i < btf_vlen(type); ++i) {
      const btf_var_secinfo& entry = btf_var_secinfos(type)[i];
      const btf_type* variable = btf__type_by_id(types_, entry.type);
      if (variable == nullptr || !btf_is_var(variable))
        return fail(malformed("section `" + name + "` holds what is no variable"));
      Node child = TRY(node(variable->type, depth + 1));
      child.name = name_of(variable->name_off);
      if (std::uint64_t{entry.offset} + child.size > made.size)
        return fail(malformed("variable `" + child.name + "` lies outside its section"));
      child.offset = entry.offset;
      append(made, std::move(child));
    }
    return made;
  }

  const btf* types_;
  std::size_t nodes_ = 0;
  std::vector<Names> names_;
  std::vector<std::pair<const btf_type*, std::int32_t>> interned_;
};

}  // namespace

Result<Layout> compile(const btf* types, std::uint32_t id, std::uint32_t size) {
  Compiler compiler(types);
  Node root = TRY(compiler.node(id, 0));
  const btf_type* type = btf__type_by_id(types, id);
  const bool fits = btf_is_datasec(type) ? root.size <= size : root.size == size;
  if (!fits)
    return fail(Error{.kind = Kind::invalid,
                      .operation = "read types",
                      .context = "type `" + root.type + "` has " + std::to_string(root.size) +
                                 " bytes where the map has " + std::to_string(size),
                      .hint = "dump the bytes with --raw, or name other types with --btf FILE"});
  return Layout(std::move(root), compiler.take_names());
}

}  // namespace bpfmaps::layout
