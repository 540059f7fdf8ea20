// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/map/create.h"

#include <bpf/bpf.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>

#include "kernel/map/map_kind.h"
#include "kernel/map/reader.h"
#include "kernel/names.h"
#include "kernel/permission.h"

namespace bpfmaps::kernel {
namespace {

constexpr std::size_t kNameMax = BPF_OBJ_NAME_LEN - 1;

bool is_name(std::string_view name) {
  return name.size() <= kNameMax && std::ranges::all_of(name, [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '_' || c == '.';
         });
}

// The rule of the kernel (the map_alloc_check() of each type, map_create()) that `wanted` breaks
// first; "" where none of these does.
std::string broken_rule(const NewMap& wanted, bool has_inner) {
  if (!is_name(wanted.name))
    return "a name is at most 15 letters, digits, `_` and `.`, which `" + wanted.name + "` is not";
  const MapKind& kind = kind_of(wanted.type);
  const Structure structure = kind.structure;
  if (kind.holds == Holds::maps && !has_inner)
    return "`inner_map MAP` must show what the maps in it look like";
  if (kind.holds != Holds::maps && has_inner)
    return "`inner_map` is for array_of_maps and hash_of_maps";
  if (kind.holds == Holds::callbacks)
    return "its value is one of the kernel's own structs, which only the loader of an object fills";
  const bool is_bloom = structure == Structure::bloom_filter;
  if (wanted.extra != 0 && !is_bloom && structure != Structure::memory)
    return "`map_extra` is for bloom_filter and arena";
  if (is_bloom && wanted.extra > 15)
    return "`map_extra` of a bloom_filter is the number of its hash functions: at most 15";
  if (structure == Structure::memory)
    return "the type takes `entries N flags mmapable`, N pages, and neither `key` nor `value`";
  if (kind.keys == Keys::none && wanted.key_size != 0)
    return "the type has no keys: leave `key` out";
  if (is_indexed(wanted.type) && wanted.key_size != 4)
    return "its keys are indices: `key 4`, not " + std::to_string(wanted.key_size);
  if (kind.keys != Keys::none && wanted.key_size == 0) return "`key` is missing";
  if (kind.keys == Keys::objects) {
    const bool fits = wanted.key_size == 4 && wanted.value_size != 0 && wanted.max_entries == 0 &&
                      (wanted.flags & BPF_F_NO_PREALLOC) != 0 && wanted.types != nullptr;
    return fits ? "" : "the type takes `key int value TYPE flags no_prealloc`, and no `entries`";
  }
  if (structure == Structure::ring || structure == Structure::user_ring) {
    const auto page = static_cast<std::uint32_t>(sysconf(_SC_PAGESIZE));
    const std::uint32_t size = wanted.max_entries;
    if (wanted.value_size != 0) return "the type has no values: leave `value` out";
    if (size < page || (size & (size - 1)) != 0)
      return "`entries` is its size in bytes: a power of two, at least " + std::to_string(page);
    return {};
  }
  if (wanted.value_size == 0) return "`value` is missing";
  if (kind.holds == Holds::cgroups)
    return wanted.max_entries == 0 ? ""
                                   : "the type takes no `entries`: there is one for each cgroup";
  if (wanted.max_entries == 0) return "`entries` is missing";
  if (structure == Structure::prefixes) {
    if ((wanted.flags & BPF_F_NO_PREALLOC) == 0) return "an lpm_trie needs `flags no_prealloc`";
    if (wanted.key_size < 5 || wanted.key_size > 260)
      return "the key of an lpm_trie is a __u32 prefix length and 1 to 256 bytes";
  }
  return {};
}

}  // namespace

Error explain_refused_map(int code, const NewMap& wanted, bool has_inner) {
  Error error = Error::from_errno(code, "create map", wanted.name);
  if (code == EPERM)
    return std::move(error).advise(permission_hint("run as root, or with CAP_BPF"));
  if (code == E2BIG || code == ENOMEM)
    return std::move(error)
        .because("the map would be too large")
        .advise("fewer `entries`, or smaller values");
  if (code != EINVAL) return error;
  const std::string rule = broken_rule(wanted, has_inner);
  if (!rule.empty()) return std::move(error).as(Kind::invalid).because(rule);
  return std::move(error).advise("the flags may not suit the type, or need a newer kernel");
}

Result<Map> create_map(const NewMap& wanted) {
  bpf_map_create_opts options{};
  options.sz = sizeof options;
  options.map_flags = wanted.flags;
  options.map_extra = wanted.extra;
  if (wanted.inner != nullptr) options.inner_map_fd = static_cast<__u32>(wanted.inner->fd());
  if (wanted.types != nullptr) {
    TRY(load_types(wanted.types));
    options.btf_fd = static_cast<__u32>(btf__fd(wanted.types));
    options.btf_key_type_id = wanted.key_type_id;
    options.btf_value_type_id = wanted.value_type_id;
  }
  // libbpf would cut a long name in silence.
  if (!is_name(wanted.name))
    return fail(explain_refused_map(EINVAL, wanted, wanted.inner != nullptr));
  Fd fd(bpf_map_create(static_cast<bpf_map_type>(wanted.type), wanted.name.c_str(), wanted.key_size,
                       wanted.value_size, wanted.max_entries, &options));
  const int code = errno;
  if (!fd) return fail(explain_refused_map(code, wanted, wanted.inner != nullptr));
  return adopt_map(std::move(fd), wanted.name);
}

}  // namespace bpfmaps::kernel
