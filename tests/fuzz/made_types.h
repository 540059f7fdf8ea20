// SPDX-License-Identifier: BSD-2-Clause
// BTF made of any bytes: a few types that refer to one another as the bytes say, also forwards and
// in circles, under names that mean something to a layout or to a terminal.
#pragma once

#include <linux/btf.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace bpfmaps::fuzz {

class MadeTypes {
 public:
  explicit MadeTypes(std::span<const std::uint8_t> bytes) : left_(bytes) {
    count_ = 1 + next() % 32u;
    sizes_.resize(count_ + 1);
    for (const char* name : kNames) {
      name_offsets_.push_back(static_cast<std::uint32_t>(strings_.size()));
      strings_.append(name).push_back('\0');
    }
    for (std::uint32_t id = 1; id <= count_; ++id) sizes_[id] = add_type();
  }

  std::uint32_t count() const { return count_; }
  /// A whole .BTF section.
  std::vector<std::byte> btf() const {
    btf_header header{.magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof header};
    header.type_len = header.str_off = static_cast<std::uint32_t>(types_.size());
    header.str_len = static_cast<std::uint32_t>(strings_.size());
    std::vector<std::byte> all;
    const auto append = [&all](const void* from, std::size_t size) {
      const auto* begin = static_cast<const std::byte*>(from);
      all.insert(all.end(), begin, begin + size);
    };
    append(&header, sizeof header);
    append(types_.data(), types_.size());
    append(strings_.data(), strings_.size());
    return all;
  }
  /// `size` bytes for a value: what is left of the input, again and again.
  std::vector<unsigned char> value(std::size_t size) const {
    std::vector<unsigned char> bytes(size);
    for (std::size_t i = 0; i < size && !left_.empty(); ++i) bytes[i] = left_[i % left_.size()];
    return bytes;
  }

 private:
  static constexpr std::array kNames = {
      "",     "a",      "b",       "key",      "value",           "cpu",       "char",
      "int",  "__be32", "in_addr", "in6_addr", "bpf_spin_lock",   "eth_mac",   "a.b",
      "x[0]", "a@0",    "A\",\"x", "E\x1b[3m", "\xe2\x80\xaegnp", "\xff\xfe,", "long_name_of_it"};

  std::uint8_t next() {
    if (left_.empty()) return 0;
    const std::uint8_t byte = left_[0];
    left_ = left_.subspan(1);
    return byte;
  }
  std::uint32_t next_id() { return next() % (count_ + 1); }
  std::uint32_t next_name() { return name_offsets_[next() % name_offsets_.size()]; }
  /// Small more often than not.
  std::uint32_t next_number() {
    const std::uint8_t byte = next();
    return byte < 0xf0 ? byte : std::uint32_t{next()} << (byte - 0xe8);
  }
  template <class... Words>
  void put(Words... words) {
    const std::uint32_t all[] = {static_cast<std::uint32_t>(words)...};
    types_.append(reinterpret_cast<const char*>(all), sizeof all);
  }
  void head(std::uint32_t kind, std::uint32_t items, std::uint32_t size_or_type,
            bool flag = false) {
    put(next_name(), kind << 24 | items | (flag ? 1U << 31 : 0), size_or_type);
  }

  /// Returns the size of the type in bytes as far as it is known, for what is made of it.
  std::uint32_t add_type() {
    const std::uint32_t kind = next() % (BTF_KIND_ENUM64 + 1U);
    const std::uint32_t items = next() % 5, id = next_id();
    switch (kind) {
      case BTF_KIND_INT: {
        const std::uint32_t size = 1U << items;
        const std::uint8_t how = next();
        head(kind, 0, size);
        put((how & 7U) << 24 | ((how & 8) != 0 ? next() : size * 8));
        return size;
      }
      case BTF_KIND_FLOAT: return head(kind, 0, 1U << items), 1U << items;
      case BTF_KIND_PTR: return head(kind, 0, id), 8;
      case BTF_KIND_ARRAY: {
        const std::uint32_t elements = next_number();
        head(kind, 0, 0);
        put(id, next_id(), elements);
        return sizes_[id] * elements;
      }
      case BTF_KIND_STRUCT:
      case BTF_KIND_UNION: return add_record(kind, items);
      case BTF_KIND_ENUM:
      case BTF_KIND_ENUM64: return add_enum(kind, items);
      case BTF_KIND_FUNC_PROTO:
        head(kind, items, id);
        for (std::uint32_t i = 0; i < items; ++i) put(next_name(), next_id());
        return 0;
      case BTF_KIND_VAR: return head(kind, 0, id), put(1), sizes_[id];
      case BTF_KIND_DECL_TAG: return head(kind, 0, id), put(-1), 0;
      case BTF_KIND_DATASEC: {
        const std::uint32_t size = next_number();
        head(kind, items, size);
        for (std::uint32_t i = 0; i < items; ++i) put(next_id(), next_number(), next());
        return size;
      }
      case BTF_KIND_UNKN: return add_record(BTF_KIND_STRUCT, items);
      default: return head(kind, 0, id), sizes_[id];  // qualifiers, typedefs, forwards, functions
    }
  }

  /// Members one behind the other where a bit of the input says so, else at any place.
  std::uint32_t add_record(std::uint32_t kind, std::uint32_t items) {
    const std::uint8_t how = next();
    const bool in_order = (how & 1) == 0, has_bitfields = (how & 2) != 0;
    std::vector<std::array<std::uint32_t, 3>> members;
    std::uint32_t end = 0;
    for (std::uint32_t i = 0; i < items; ++i) {
      const std::uint32_t name = next_name(), id = next_id();
      const std::uint32_t at = kind == BTF_KIND_UNION ? 0 : in_order ? end * 8 : next_number();
      const std::uint32_t bits = has_bitfields ? next() % 65U : 0;
      members.push_back({name, id, has_bitfields ? bits << 24 | (at & 0xffffff) : at});
      end = std::max(end, at / 8 + sizes_[id]);
    }
    const std::uint32_t size = (how & 4) != 0 ? next_number() : end;
    head(kind, items, size, has_bitfields);
    for (const auto& [name, id, at] : members) put(name, id, at);
    return size;
  }

  std::uint32_t add_enum(std::uint32_t kind, std::uint32_t items) {
    const std::uint8_t how = next();
    const std::uint32_t size = 1U << how % 4;
    head(kind, items, size, (how & 8) != 0);
    for (std::uint32_t i = 0; i < items; ++i) {
      put(next_name(), next_number());
      if (kind == BTF_KIND_ENUM64) put(next_number());
    }
    return size;
  }

  std::span<const std::uint8_t> left_;
  std::uint32_t count_ = 0;
  std::vector<std::uint32_t> sizes_, name_offsets_;
  std::string types_, strings_;
};

}  // namespace bpfmaps::fuzz
