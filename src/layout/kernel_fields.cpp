// SPDX-License-Identifier: BSD-2-Clause
#include "layout/kernel_fields.h"

#include <linux/btf.h>

#include <algorithm>
#include <string_view>

namespace bpfmaps::layout {
namespace {

constexpr int kMostSteps = 64;  // through typedefs and arrays

// struct bpf_... of linux/bpf.h and bpf_experimental.h.
constexpr std::string_view kStructs[] = {
    "bpf_spin_lock", "bpf_res_spin_lock", "bpf_timer",   "bpf_wq",      "bpf_task_work",
    "bpf_list_head", "bpf_list_node",     "bpf_rb_root", "bpf_rb_node", "bpf_refcount"};
// BTF_TYPE_TAG behind a pointer, as btf_find_kptr() and btf_get_field_type() know them.
constexpr std::string_view kTags[] = {"kptr", "kptr_untrusted", "kptr_ref", "percpu_kptr", "uptr"};

template <std::size_t size>
bool is_one_of(const std::string_view (&names)[size], const char* name) {
  return name != nullptr && std::ranges::find(names, std::string_view(name)) != std::end(names);
}

}  // namespace

bool is_kernel_owned(const btf* types, std::uint32_t id) {
  const btf_type* type = btf__type_by_id(types, id);
  for (int step = 0; type != nullptr && step < kMostSteps; ++step) {
    if (btf_is_mod(type) || btf_is_typedef(type)) {
      type = btf__type_by_id(types, type->type);
    } else if (btf_is_array(type)) {
      type = btf__type_by_id(types, btf_array(type)->type);
    } else {
      break;
    }
  }
  if (type == nullptr) return false;
  if (btf_is_struct(type)) return is_one_of(kStructs, btf__name_by_offset(types, type->name_off));
  if (!btf_is_ptr(type)) return false;
  const btf_type* to = btf__type_by_id(types, type->type);
  return to != nullptr && btf_is_type_tag(to) &&
         is_one_of(kTags, btf__name_by_offset(types, to->name_off));
}

namespace {

bool holds(const btf* types, std::uint32_t id, int depth) {
  constexpr int kMostDepth = 16;  // the kernel looks for them 4 structs deep
  if (depth > kMostDepth) return false;
  if (is_kernel_owned(types, id)) return true;
  const btf_type* type = btf__type_by_id(types, id);
  if (type == nullptr) return false;
  if (btf_is_mod(type) || btf_is_typedef(type)) return holds(types, type->type, depth + 1);
  if (btf_is_array(type)) return holds(types, btf_array(type)->type, depth + 1);
  if (btf_is_datasec(type)) {
    for (std::uint32_t i = 0; i < btf_vlen(type); ++i) {
      const btf_type* variable = btf__type_by_id(types, btf_var_secinfos(type)[i].type);
      if (variable != nullptr && holds(types, variable->type, depth + 1)) return true;
    }
  }
  if (!btf_is_composite(type)) return false;
  for (std::uint32_t i = 0; i < btf_vlen(type); ++i)
    if (holds(types, btf_members(type)[i].type, depth + 1)) return true;
  return false;
}

}  // namespace

bool holds_kernel_owned(const btf* types, std::uint32_t id) {
  return id != 0 && holds(types, id, 0);
}

}  // namespace bpfmaps::layout
