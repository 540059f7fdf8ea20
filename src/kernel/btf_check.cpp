// SPDX-License-Identifier: BSD-2-Clause
// The format is that of the kernel's Documentation/bpf/btf.rst.
#include "kernel/btf_check.h"

#include <bpf/btf.h>
#include <linux/btf.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <utility>
#include <vector>

namespace bpfmaps::kernel {
namespace {

Error bad(const std::string& subject, std::string why) {
  return Error::refused(Kind::invalid, "check types", subject, "its BTF is malformed: " + why);
}

/// What stands behind a btf_type, by kind.
struct Shape {
  std::uint32_t fixed = 0;     ///< bytes
  std::uint32_t per_item = 0;  ///< bytes, `vlen` times
};

Shape shape_of(std::uint32_t kind) {
  switch (kind) {
    case BTF_KIND_INT: return {sizeof(std::uint32_t), 0};
    case BTF_KIND_ARRAY: return {sizeof(struct btf_array), 0};
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION: return {0, sizeof(btf_member)};
    case BTF_KIND_ENUM: return {0, sizeof(struct btf_enum)};
    case BTF_KIND_FUNC_PROTO: return {0, sizeof(btf_param)};
    case BTF_KIND_VAR: return {sizeof(struct btf_var), 0};
    case BTF_KIND_DATASEC: return {0, sizeof(btf_var_secinfo)};
    case BTF_KIND_DECL_TAG: return {sizeof(struct btf_decl_tag), 0};
    case BTF_KIND_ENUM64: return {0, sizeof(struct btf_enum64)};
    default: return {};
  }
}

/// Whether such a type's `size` field is its size in bytes.
bool has_size(std::uint32_t kind) {
  switch (kind) {
    case BTF_KIND_INT:
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION:
    case BTF_KIND_ENUM:
    case BTF_KIND_ENUM64:
    case BTF_KIND_FLOAT:
    case BTF_KIND_DATASEC: return true;
    default: return false;
  }
}

/// Whether such a type's `type` field is an id, and not a size or nothing.
bool refers(std::uint32_t kind) {
  switch (kind) {
    case BTF_KIND_PTR:
    case BTF_KIND_TYPEDEF:
    case BTF_KIND_VOLATILE:
    case BTF_KIND_CONST:
    case BTF_KIND_RESTRICT:
    case BTF_KIND_FUNC:
    case BTF_KIND_FUNC_PROTO:
    case BTF_KIND_VAR:
    case BTF_KIND_DECL_TAG:
    case BTF_KIND_TYPE_TAG: return true;
    default: return false;
  }
}

class BtfCheck {
 public:
  BtfCheck(Bytes bytes, const std::string& subject) : bytes_(bytes), subject_(subject) {}

  Status run() {
    TRY(read_header());
    TRY(find_types());
    for (std::uint32_t id = 1; id < starts_.size(); ++id) TRY(check_type(id));
    TRY(check_nesting());
    for (std::uint32_t id = 1; id < starts_.size(); ++id) TRY(check_variables(id));
    return {};
  }

 private:
  Status read_header() {
    if (bytes_.size() < sizeof(btf_header)) return fail(bad(subject_, "truncated in its header"));
    const auto header = read_at<btf_header>(bytes_, 0);
    if (header.magic == __builtin_bswap16(BTF_MAGIC))
      return fail(Error::refused(Kind::unsupported, "check types", subject_,
                                 "its BTF is in the other byte order, that of another machine",
                                 "compile it for this one: clang -target bpf"));
    if (header.magic != BTF_MAGIC)
      return fail(bad(subject_, "it does not start with BTF's magic number"));
    if (header.version != BTF_VERSION)
      return fail(bad(subject_, "version " + std::to_string(header.version) + " is not known"));
    const std::uint64_t size = bytes_.size();
    if (header.hdr_len < sizeof header || header.hdr_len > size ||
        !within(header.type_off, header.type_len, size - header.hdr_len) ||
        !within(header.str_off, header.str_len, size - header.hdr_len) || header.type_off % 4 != 0)
      return fail(bad(subject_, "its header points behind the end"));
    types_ = bytes_.subspan(header.hdr_len + header.type_off, header.type_len);
    strings_ = bytes_.subspan(header.hdr_len + header.str_off, header.str_len);
    if (strings_.empty() || strings_.front() != std::byte{0} || strings_.back() != std::byte{0})
      return fail(bad(subject_, "its strings do not start and end with a NUL"));
    return {};
  }

  /// Fills starts_ with where each type lies; entry 0 is void.
  Status find_types() {
    starts_.push_back(0);
    for (std::size_t at = 0; at < types_.size();) {
      if (!within(at, sizeof(btf_type), types_.size())) return fail(cut_short());
      const auto type = read_at<btf_type>(types_, at);
      const std::uint32_t kind = btf_kind(&type);
      if (kind == BTF_KIND_UNKN || kind > BTF_KIND_ENUM64) {
        return fail(bad(subject_, "type " + std::to_string(starts_.size()) + " is of kind " +
                                      std::to_string(kind) + ", which is not known"));
      }
      const Shape shape = shape_of(kind);
      const std::uint64_t size = sizeof type + shape.fixed + shape.per_item * btf_vlen(&type);
      if (!within(at, size, types_.size())) return fail(cut_short());
      starts_.push_back(at);
      at += size;
    }
    return {};
  }

  Status check_type(std::uint32_t id) {
    const btf_type type = at(id);
    const std::uint32_t kind = btf_kind(&type);
    TRY(check_name(type.name_off));
    if (has_size(kind) && type.size > kMostBytes) return fail(too_large(id, type.size));
    if (refers(kind)) TRY(check_id(id, type.type));
    if (kind == BTF_KIND_FUNC && kind_of(type.type) != BTF_KIND_FUNC_PROTO)
      return fail(bad(subject_, "function type " + std::to_string(id) + " has no prototype"));
    if (kind == BTF_KIND_ARRAY) {
      const auto array = item<struct btf_array>(id, 0);
      TRY(check_id(id, array.type));
      return check_id(id, array.index_type);
    }
    for (std::uint32_t i = 0; i < btf_vlen(&type); ++i) TRY(check_item(id, kind, i));
    return {};
  }

  /// The i-th member, enumerator, parameter or variable of a type.
  Status check_item(std::uint32_t id, std::uint32_t kind, std::uint32_t i) {
    switch (kind) {
      case BTF_KIND_STRUCT:
      case BTF_KIND_UNION:
        TRY(check_name(item<btf_member>(id, i).name_off));
        return check_id(id, item<btf_member>(id, i).type);
      case BTF_KIND_FUNC_PROTO:
        TRY(check_name(item<btf_param>(id, i).name_off));
        return check_id(id, item<btf_param>(id, i).type);
      case BTF_KIND_ENUM: return check_name(item<struct btf_enum>(id, i).name_off);
      case BTF_KIND_ENUM64: return check_name(item<struct btf_enum64>(id, i).name_off);
      case BTF_KIND_DATASEC: {
        const std::uint32_t variable = item<btf_var_secinfo>(id, i).type;
        TRY(check_id(id, variable));
        const std::uint32_t is = kind_of(variable);
        if (is == BTF_KIND_VAR || is == BTF_KIND_FUNC) return {};  // functions in .ksyms
        return fail(bad(subject_, "section type " + std::to_string(id) + " holds no variable"));
      }
      default: return {};
    }
  }

  Status check_name(std::uint32_t offset) const {
    if (offset < strings_.size()) return {};
    return fail(bad(subject_, "a name lies behind the end of its strings"));
  }

  Status check_id(std::uint32_t id, std::uint32_t other) const {
    if (other < starts_.size()) return {};
    return fail(bad(subject_, "type " + std::to_string(id) + " refers to type " +
                                  std::to_string(other) + ", which is not there"));
  }

  /// The ids of which a type is made by value: not those behind a pointer or a function.
  void parts_of(std::uint32_t id, std::vector<std::uint32_t>& parts) const {
    const btf_type type = at(id);
    const std::uint32_t kind = btf_kind(&type);
    if (btf_is_composite(&type)) {
      for (std::uint32_t i = 0; i < btf_vlen(&type); ++i)
        parts.push_back(item<btf_member>(id, i).type);
    } else if (kind == BTF_KIND_ARRAY) {
      parts.push_back(item<struct btf_array>(id, 0).type);
    } else if (btf_is_mod(&type) || kind == BTF_KIND_TYPEDEF || kind == BTF_KIND_VAR) {
      parts.push_back(type.type);
    }
  }

  /// Depth first over all types, without recursion: a file decides how deep they nest. libbpf
  /// walks them with recursion, and the kernel each member of a member where it looks for locks in
  /// the value of a map that is created: structs that hold the one before twice took it minutes,
  /// in which nothing ends the process. An array is one element to it.
  Status check_nesting() const {
    enum class State : std::uint8_t { unseen, open, done };
    std::vector<State> states(starts_.size(), State::unseen);
    std::vector<std::uint32_t> pending, parts;
    std::vector<std::uint16_t> depths(starts_.size());  // of those done; they end with kDeepest
    std::vector<std::uint64_t> counts(starts_.size());  // of parts; they end with kMostParts
    states[0] = State::done;
    for (std::uint32_t root = 1; root < starts_.size(); ++root) {
      pending.push_back(root);
      while (!pending.empty()) {
        const std::uint32_t id = pending.back();
        if (states[id] != State::unseen) {
          pending.pop_back();
          if (std::exchange(states[id], State::done) == State::done) continue;  // met twice
          parts.clear();
          parts_of(id, parts);
          for (const std::uint32_t part : parts) {
            depths[id] = std::max<std::uint16_t>(depths[id], depths[part] + 1);
            counts[id] += counts[part] + 1;
          }
          if (depths[id] > kDeepest)
            return fail(bad(subject_, "type " + std::to_string(id) + " nests more than " +
                                          std::to_string(kDeepest) + " types in each other"));
          if (counts[id] > kMostParts) return fail(too_many(id));
          continue;
        }
        states[id] = State::open;
        const std::size_t before = pending.size();
        parts_of(id, pending);
        for (std::size_t i = before; i < pending.size(); ++i) {
          if (states[pending[i]] == State::open)
            return fail(bad(subject_, "type " + std::to_string(id) + " contains itself"));
        }
      }
    }
    return {};
  }

  /// The bytes of a type as libbpf counts them; 0 where it says that it cannot.
  std::uint64_t size_of(std::uint32_t id) const {
    constexpr int kMostSteps = 32;  // MAX_RESOLVE_DEPTH
    constexpr struct btf_array kNone {};
    std::uint64_t count = 1;
    for (int step = 0; step < kMostSteps && id != 0; ++step) {
      const btf_type type = at(id);
      const std::uint32_t kind = btf_kind(&type);
      if (has_size(kind)) return count * type.size;
      if (kind == BTF_KIND_PTR) return count * sizeof(std::uint64_t);
      if (kind != BTF_KIND_ARRAY && kind != BTF_KIND_TYPEDEF && !btf_is_mod(&type)) return 0;
      const auto array = kind == BTF_KIND_ARRAY ? item<struct btf_array>(id, 0) : kNone;
      if (kind == BTF_KIND_ARRAY && (count *= array.nelems) > UINT32_MAX) return 0;
      id = kind == BTF_KIND_ARRAY ? array.type : type.type;
    }
    return 0;
  }

  /// Variables are where libbpf keeps sizes and places in an int: for those of .kconfig a negative
  /// one became an error that it handed out as a pointer, and others wrapped around. Arrays may be
  /// larger elsewhere: their lengths are the numbers in declarations of maps.
  Status check_variables(std::uint32_t id) const {
    const btf_type type = at(id);
    const std::uint32_t kind = btf_kind(&type);
    if (kind == BTF_KIND_VAR && size_of(type.type) > kMostBytes)
      return fail(too_large(type.type, size_of(type.type)));
    if (kind != BTF_KIND_DATASEC) return {};
    std::uint64_t all = 0;
    for (std::uint32_t i = 0; i < btf_vlen(&type); ++i) {
      const std::uint32_t variable = item<btf_var_secinfo>(id, i).type;
      constexpr std::uint64_t kAlignment = 8;
      if (kind_of(variable) == BTF_KIND_VAR) all += size_of(at(variable).type) + kAlignment;
    }
    return all <= kMostBytes ? Status() : fail(too_large(id, all));
  }

  Error too_large(std::uint32_t id, std::uint64_t bytes) const {
    return bad(subject_, "type " + std::to_string(id) + " has " + std::to_string(bytes) +
                             " bytes, more than anything in BPF");
  }
  Error too_many(std::uint32_t id) const {
    const btf_type type = at(id);
    const std::string name(reinterpret_cast<const char*>(strings_.data()) + type.name_off);
    return Error::refused(
        Kind::unsupported, "check types", subject_,
        "type " + std::to_string(id) + (name.empty() ? "" : " (" + name + ")") +
            " holds more than a million members, counting those of each member: a limit of this "
            "program, since the kernel goes through them all for each map",
        "a struct that holds another one twice doubles its members: hold it once, in an array, or "
        "leave it out where it is empty");
  }
  Error cut_short() const {
    return bad(subject_, "type " + std::to_string(starts_.size()) + " is cut short");
  }
  btf_type at(std::uint32_t id) const { return read_at<btf_type>(types_, starts_[id]); }
  std::uint32_t kind_of(std::uint32_t id) const {
    const btf_type type = at(id);
    return id == 0 ? std::uint32_t{BTF_KIND_UNKN} : std::uint32_t{btf_kind(&type)};
  }
  template <class T>
  T item(std::uint32_t id, std::uint32_t i) const {
    return read_at<T>(types_, starts_[id] + sizeof(btf_type) + i * sizeof(T));
  }

  static constexpr std::uint32_t kMostBytes = INT_MAX;  // libbpf takes more for error numbers
  static constexpr std::uint16_t kDeepest = 512;        // the kernel refuses more than 32
  static constexpr std::uint64_t kMostParts = 1 << 20;  // 50 ms of the kernel's time

  const Bytes bytes_;
  const std::string& subject_;
  Bytes types_, strings_;
  std::vector<std::size_t> starts_;
};

}  // namespace

Status check_btf(Bytes bytes, const std::string& subject) { return BtfCheck(bytes, subject).run(); }

Status check_btf(const btf* types, const std::string& subject) {
  std::uint32_t size = 0;
  const void* bytes = btf__raw_data(types, &size);
  if (bytes == nullptr) return fail(Error::from_errno(ENOMEM, "check types", subject));
  return check_btf(Bytes(static_cast<const std::byte*>(bytes), size), subject);
}

}  // namespace bpfmaps::kernel
