// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/names.h"

#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include <algorithm>
#include <charconv>
#include <span>

#include "kernel/btf.h"

namespace bpfmaps::kernel {
namespace {

// Names that libbpf 1.1 does not have, from the first on. The running kernel's BTF has them, too,
// but loading it takes 10 ms: that is left to what is newer still.
constexpr const char* kNewerMapTypes[] = {"cgrp_storage", "arena"};  // Linux 6.2, 6.9
constexpr const char* kNewerProgTypes[] = {"netfilter"};             // Linux 6.4
constexpr const char* kNewerLinkTypes[] = {                          // Linux 6.4 to 6.10
    "netfilter", "tcx", "uprobe_multi", "netkit", "sockmap"};
constexpr const char* kNewerAttachTypes[] = {  // Linux 6.4 to 6.13
    "struct_ops",
    "netfilter",
    "tcx_ingress",
    "tcx_egress",
    "trace_uprobe_multi",
    "cgroup_unix_connect",
    "cgroup_unix_sendmsg",
    "cgroup_unix_recvmsg",
    "cgroup_unix_getpeername",
    "cgroup_unix_getsockname",
    "netkit_primary",
    "netkit_peer",
    "trace_kprobe_session",
    "trace_uprobe_session"};

// libbpf names none of these.
constexpr const char* kCommands[] = {  // up to Linux 6.17
    "map_create",        "map_lookup_elem",
    "map_update_elem",   "map_delete_elem",
    "map_get_next_key",  "prog_load",
    "obj_pin",           "obj_get",
    "prog_attach",       "prog_detach",
    "prog_test_run",     "prog_get_next_id",
    "map_get_next_id",   "prog_get_fd_by_id",
    "map_get_fd_by_id",  "obj_get_info_by_fd",
    "prog_query",        "raw_tracepoint_open",
    "btf_load",          "btf_get_fd_by_id",
    "task_fd_query",     "map_lookup_and_delete_elem",
    "map_freeze",        "btf_get_next_id",
    "map_lookup_batch",  "map_lookup_and_delete_batch",
    "map_update_batch",  "map_delete_batch",
    "link_create",       "link_update",
    "link_get_fd_by_id", "link_get_next_id",
    "enable_stats",      "iter_create",
    "link_detach",       "prog_bind_map",
    "token_create",      "prog_stream_read_by_fd"};

/// One enum of the kernel: what it is called in its BTF, what its names start with, libbpf's names,
/// and the names from the value `first_newer` on.
struct TypeEnum {
  const char* name;
  std::string_view prefix;
  const char* (*in_libbpf)(std::uint32_t value);
  std::uint32_t first_newer;
  std::span<const char* const> newer;
};
constexpr TypeEnum kEnums[] = {  // in the order of Enum
    {"bpf_map_type", "BPF_MAP_TYPE_",
     [](std::uint32_t type) { return libbpf_bpf_map_type_str(static_cast<bpf_map_type>(type)); },
     32, kNewerMapTypes},
    {"bpf_prog_type", "BPF_PROG_TYPE_",
     [](std::uint32_t type) { return libbpf_bpf_prog_type_str(static_cast<bpf_prog_type>(type)); },
     32, kNewerProgTypes},
    {"bpf_link_type", "BPF_LINK_TYPE_",
     [](std::uint32_t type) { return libbpf_bpf_link_type_str(static_cast<bpf_link_type>(type)); },
     10, kNewerLinkTypes},
    {"bpf_attach_type", "BPF_",
     [](std::uint32_t type) {
       return libbpf_bpf_attach_type_str(static_cast<bpf_attach_type>(type));
     },
     44, kNewerAttachTypes},
    {"bpf_cmd", "BPF_", [](std::uint32_t) -> const char* { return nullptr; }, 0, kCommands}};

const TypeEnum& known(Enum of) { return kEnums[static_cast<std::size_t>(of)]; }

/// The running kernel's own name of `value`, as libbpf would write it; "" where it has none.
std::string name_in_kernel(const TypeEnum& of, std::uint32_t value) {
  const btf* types = vmlinux_btf();
  if (types == nullptr) return {};
  const int id = btf__find_by_name_kind(types, of.name, BTF_KIND_ENUM);
  if (id < 0) return {};
  const btf_type* type = btf__type_by_id(types, static_cast<std::uint32_t>(id));
  const struct btf_enum* values = btf_enum(type);
  for (std::uint32_t i = 0; i < btf_vlen(type); ++i) {
    std::string_view name = btf__name_by_offset(types, values[i].name_off);
    // The kernel keeps an old name beside its successor, and the end of the enum is no type.
    if (static_cast<std::uint32_t>(values[i].val) != value || !name.starts_with(of.prefix) ||
        name.ends_with("_DEPRECATED"))
      continue;
    name.remove_prefix(of.prefix.size());
    std::string text(name);
    for (char& letter : text)
      if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter | 0x20);
    return text;
  }
  return {};
}

std::string name_of(Enum of, std::uint32_t value) {
  std::string name = known_name(of, value);
  return name.empty() ? "type " + std::to_string(value) : name;
}

struct Flag {
  std::string_view name;
  std::uint32_t bit;
};
constexpr Flag kMapFlags[] = {
    {"no_prealloc", BPF_F_NO_PREALLOC},
    {"no_common_lru", BPF_F_NO_COMMON_LRU},
    {"numa_node", BPF_F_NUMA_NODE},
    {"rdonly", BPF_F_RDONLY},
    {"wronly", BPF_F_WRONLY},
    {"stack_build_id", BPF_F_STACK_BUILD_ID},
    {"zero_seed", BPF_F_ZERO_SEED},
    {"rdonly_prog", BPF_F_RDONLY_PROG},
    {"wronly_prog", BPF_F_WRONLY_PROG},
    {"clone", BPF_F_CLONE},
    {"mmapable", BPF_F_MMAPABLE},
    {"preserve_elems", BPF_F_PRESERVE_ELEMS},
    {"inner_map", BPF_F_INNER_MAP},
    {"link", 1U << 13},              // Linux 6.4
    {"vtype_btf_obj_fd", 1U << 15},  // Linux 6.9, as are the next three
    {"token_fd", 1U << 16},
    {"segv_on_fault", 1U << 17},
    {"no_user_conv", 1U << 18},
    {"rb_overwrite", 1U << 19},  // Linux 6.19
};

}  // namespace

std::string listed_name(Enum of, std::uint32_t value) {
  const TypeEnum& names = known(of);
  if (const char* in_libbpf = names.in_libbpf(value)) return in_libbpf;
  const std::uint32_t newer = value - names.first_newer;
  return newer < names.newer.size() ? names.newer[newer] : "";
}

std::string known_name(Enum of, std::uint32_t value) {
  std::string name = listed_name(of, value);
  return name.empty() ? name_in_kernel(known(of), value) : name;
}

std::string map_type_name(std::uint32_t type) { return name_of(Enum::map_types, type); }
std::string prog_type_name(std::uint32_t type) { return name_of(Enum::prog_types, type); }
std::string link_type_name(std::uint32_t type) { return name_of(Enum::link_types, type); }
std::string attach_type_name(std::uint32_t type) { return name_of(Enum::attach_types, type); }

int map_type_from_name(std::string_view name) {
  const std::vector<std::string> names = map_type_names();
  const auto found = std::ranges::find(names, name);
  return found == names.end() ? -1 : static_cast<int>(found - names.begin()) + 1;
}

std::vector<std::string> map_type_names() {
  std::vector<std::string> names;
  std::string name;
  for (std::uint32_t type = 1; !(name = known_name(Enum::map_types, type)).empty(); ++type)
    names.push_back(std::move(name));
  return names;
}

std::vector<std::string> map_flag_names(std::uint32_t flags) {
  std::vector<std::string> names;
  for (const Flag& flag : kMapFlags) {
    if ((flags & flag.bit) == 0) continue;
    names.emplace_back(flag.name);
    flags &= ~flag.bit;
  }
  if (flags != 0) {
    char digits[8];
    const auto end = std::to_chars(digits, std::end(digits), flags, 16).ptr;
    names.push_back("0x" + std::string(digits, end));
  }
  return names;
}

std::uint32_t map_flag_from_name(std::string_view name) {
  const Flag* flag = std::ranges::find(kMapFlags, name, &Flag::name);
  return flag == std::end(kMapFlags) ? 0 : flag->bit;
}

std::vector<std::string_view> all_map_flag_names() {
  std::vector<std::string_view> names;
  for (const Flag& flag : kMapFlags) names.push_back(flag.name);
  return names;
}

std::string_view helper_name(std::uint32_t helper) {
#define BPFMAPS_HELPER_NAME(name) "bpf_" #name
  static constexpr std::string_view kNames[] = {__BPF_FUNC_MAPPER(BPFMAPS_HELPER_NAME)};
#undef BPFMAPS_HELPER_NAME
  return helper != BPF_FUNC_unspec && helper < std::size(kNames) ? kNames[helper] : "";
}

}  // namespace bpfmaps::kernel
