// SPDX-License-Identifier: BSD-2-Clause
// Layout: the one typed description of a key or value. Compiled once from BTF (compile.h), or made
// raw where there is none; rendering, typed input, queries and schemas all read it.
// Knows bytes and their meaning; knows no descriptor, no path, no output form.
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bpfmaps::layout {

static_assert(std::endian::native == std::endian::little, "bytes are read as little-endian");

/// How bytes become a value.
enum class Shape : std::uint8_t {
  unsigned_int,
  signed_int,
  boolean,
  enumeration,
  floating,  ///< 4 or 8 bytes
  pointer,
  wide_int,  ///< 128 bits
  text,      ///< char[N], up to the first NUL
  bytes,     ///< no type known: shown in memory order
  array,
  record,  ///< struct, union or data section
};

/// What the type says beyond its shape. Tables show it as text, JSON with --net.
enum class Meaning : std::uint8_t {
  plain,
  ipv4,   ///< struct in_addr, a __be32 whose name speaks of an address
  ipv6,   ///< struct in6_addr
  mac,    ///< __u8[6] whose name speaks of a MAC or Ethernet address
  cidr4,  ///< an LPM key: prefix length, then 4 bytes
  cidr6,  ///< an LPM key: prefix length, then 16 bytes
};

/// The names of an enum's values. Move-only: what it hands out points into itself.
class Names {
 public:
  explicit Names(std::string type_name) : type_name_(std::move(type_name)) {}
  Names(Names&&) = default;
  Names& operator=(Names&&) = default;
  Names(const Names&) = delete;
  Names& operator=(const Names&) = delete;

  struct Entry {
    std::int64_t value;  ///< values of an unsigned 64-bit enum keep their bits
    std::string name;
    bool operator==(const Entry&) const = default;
  };

  void add(std::int64_t value, std::string name);
  /// Call once after the last add().
  void seal();

  /// "" where no name fits. The first of several names of one value wins, as C lists them.
  /// kReadable bytes may be read from where a name starts, however short it is.
  static constexpr std::size_t kReadable = 32;
  std::string_view name_of(std::int64_t value) const {
    if (value >= 0 && value < static_cast<std::int64_t>(dense_.size()))
      return dense_[static_cast<std::size_t>(value)];
    return sparse_name_of(value);
  }
  /// The value of that name; false where there is none.
  bool value_of(std::string_view name, std::int64_t& value) const;

  const std::vector<Entry>& entries() const { return entries_; }  ///< as declared
  bool operator==(const Names& other) const {
    return type_name_ == other.type_name_ && entries_ == other.entries_;
  }
  const std::string& type_name() const { return type_name_; }
  std::size_t longest() const { return longest_; }

 private:
  std::string_view sparse_name_of(std::int64_t value) const;

  std::string type_name_;
  std::size_t longest_ = 0;
  std::vector<Entry> entries_;
  std::string text_;                                               // all names, end to end
  std::vector<std::string_view> dense_;                            // values 0 to 255
  std::vector<std::pair<std::int64_t, std::string_view>> sparse_;  // the others, sorted
};

/// A type laid out in memory. The tree has qualifiers and typedefs resolved and the members of
/// anonymous structs and unions moved up into their parent.
struct Node {
  Shape shape = Shape::bytes;
  Meaning meaning = Meaning::plain;
  bool is_signed = false;       ///< integers and enumerations
  bool big_endian = false;      ///< an unsigned integer of 2, 4 or 8 bytes in network order
  bool is_union = false;        ///< a record whose members share their bytes
  bool counted = false;         ///< of an array: a __u32 behind it tells how many elements count
  std::uint8_t bit_offset = 0;  ///< a bitfield's first bit, counted from `offset`; 0 to 7
  std::uint8_t bits = 0;        ///< a bitfield's width; 0: all of `size`
  std::uint32_t offset = 0;     ///< bytes from the start of the parent; 0 in an array's element
  std::uint32_t size = 0;       ///< bytes; of a bitfield: those of its declared type
  std::uint32_t count = 0;      ///< elements of an array
  std::int32_t names = -1;      ///< index into Layout::names() of an enumeration
  std::string name = {};        ///< the member's name; "" for the whole and for elements
  std::string type = {};        ///< as C spells it: "__u64", "struct flow_key", "char[16]"
  std::vector<Node> children = {};  ///< a record's members; an array's one element

  /// Shown as a number, so not addresses, enums, pointers or booleans.
  bool is_number() const {
    return meaning == Meaning::plain &&
           (shape == Shape::unsigned_int || shape == Shape::signed_int || shape == Shape::floating);
  }
  /// A number that can be added up: nothing counts in network order.
  bool is_countable() const { return is_number() && !big_endian; }
  /// Shown as one text although it is a record or an array.
  bool is_leaf() const {
    return meaning != Meaning::plain || (shape != Shape::record && shape != Shape::array);
  }
  bool operator==(const Node&) const = default;
};

/// Owns the tree; layouts made from one another share their enum names.
class Layout {
 public:
  using SharedNames = std::shared_ptr<const std::vector<Names>>;

  Layout(Node root, SharedNames names) : root_(std::move(root)), names_(std::move(names)) {}

  /// `size` bytes of which nothing is known.
  static Layout raw(std::uint32_t size);
  /// The __u32 index of an array.
  static Layout index();

  const Node& root() const { return root_; }
  Node& root() { return root_; }
  const SharedNames& names() const { return names_; }
  const Names& names_of(const Node& node) const {
    return (*names_)[static_cast<std::size_t>(node.names)];
  }
  /// Whether it says the same of every byte.
  bool operator==(const Layout& other) const {
    return root_ == other.root_ &&
           (names_ == other.names_ ||
            (names_ != nullptr && other.names_ != nullptr && *names_ == *other.names_));
  }
  /// False where no type is known.
  bool is_typed() const { return root_.shape != Shape::bytes; }

  /// Why some parts of a type that is known are bytes all the same; "" where none are.
  const std::string& remark() const { return remark_; }
  void set_remark(std::string why) { remark_ = std::move(why); }

  /// Says that this is the key of an LPM trie: the number of bits that count, in host order, and
  /// what they are bits of in network order (bpf_lpm_trie_key). Shown as an address with its prefix
  /// where that is one member of 4 or 16 bytes that can be an address, or of no known type.
  void make_prefix();
  bool is_prefix() const { return is_prefix_; }

 private:
  Node root_;
  SharedNames names_;
  std::string remark_;
  bool is_prefix_ = false;
};

/// An array of single bytes that tables show in hex.
inline bool is_byte_array(const Node& node) {
  return node.shape == Shape::array && !node.counted && node.meaning == Meaning::plain &&
         node.children[0].shape == Shape::unsigned_int && node.children[0].size == 1;
}

/// What makes one column of a table: a leaf, or an array as a whole.
struct Column {
  std::string path;      ///< "key.saddr", "value.packets", "value" where the whole is one
  const Node* node;      ///< owned by the Layout
  std::uint32_t offset;  ///< bytes from the start of the key or value
  bool of_key = false;
};

/// The columns of `layout`; paths start with `prefix`, "key" or "value".
std::vector<Column> columns_of(const Layout& layout, std::string_view prefix);
/// The columns of a part of a layout, `offset` bytes from its start.
std::vector<Column> columns_of(const Node& node, std::string_view path, std::uint32_t offset);

/// `value` of up to 64 bits with its bytes as the node has them in memory, and back.
std::uint64_t in_order_of(const Node& node, std::uint64_t value);

/// An integer, boolean, enumeration or pointer of up to 64 bits; `bytes` is where the node itself
/// starts. Sign-extended where it is signed.
std::uint64_t load_bits(const Node& node, const unsigned char* bytes);

}  // namespace bpfmaps::layout
