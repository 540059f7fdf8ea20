// SPDX-License-Identifier: BSD-2-Clause
#include "entries/create_like.h"

#include "base/error_pointer.h"
#include "kernel/btf_check.h"
#include "kernel/map/create.h"
#include "kernel/map/map_kind.h"
#include "kernel/names.h"
#include "layout/copy_types.h"

namespace bpfmaps::entries {
namespace {

// The kernel sets this one for maps of devices by itself, and takes it from nobody
// (dev_map_init_map(), 5.3).
std::uint32_t flags_of(const kernel::MapInfo& info) {
  const bool devices = kernel::kind_of(info.type).holds == kernel::Holds::devices;
  return devices ? info.flags & ~static_cast<std::uint32_t>(BPF_F_RDONLY_PROG) : info.flags;
}

// BTF that was loaded once belongs to whoever loaded it: a copy is loaded anew.
struct OwnTypes {
  kernel::Btf types;
  std::uint32_t key = 0, value = 0;
};

Result<OwnTypes> copy_types(const kernel::MapInfo& info, const btf* from) {
  OwnTypes own;
  own.types.reset(unless_error(btf__new_empty()));
  layout::TypeCopier copier(from, own.types.get());
  if (info.btf_key_type_id != 0) own.key = TRY(copier.copy(info.btf_key_type_id));
  if (info.btf_value_type_id != 0) own.value = TRY(copier.copy(info.btf_value_type_id));
  return own;
}

}  // namespace

Result<kernel::Map> create_like(const kernel::MapInfo& info, const btf* types,
                                const CreateLike& differs, const Remark& remark) {
  kernel::Btf loaded;
  if (types == nullptr && info.btf_id != 0) {
    auto found = kernel::btf_by_id(info.btf_id);
    if (found)
      loaded = *std::move(found);
    else
      remark("made without types: those of the map could not be read: " + found.error().message());
    types = loaded.get();
  }
  kernel::NewMap wanted{
      .type = info.type,
      .name = info.name,
      .key_size = info.key_size,
      .value_size = info.value_size,
      .max_entries = differs.max_entries != 0 ? differs.max_entries : info.max_entries,
      .flags = flags_of(info),
      .extra = info.extra,
      .inner = differs.inner};
  const bool typed = types != nullptr && (info.btf_key_type_id != 0 || info.btf_value_type_id != 0);
  if (!typed) return kernel::create_map(wanted);
  const OwnTypes own = TRY(copy_types(info, types));
  // Whoever made the map chose its types, and may have waited for the kernel to go through them.
  if (const Status sound = kernel::check_btf(own.types.get(), info.name); !sound) {
    remark("made without types: " + sound.error().message());
    return kernel::create_map(wanted);
  }
  wanted.types = own.types.get();
  wanted.key_type_id = own.key;
  wanted.value_type_id = own.value;
  auto made = kernel::create_map(wanted);
  if (made) return made;
  const std::string code = errno_name(made.error().code);
  wanted.types = nullptr;
  made = kernel::create_map(wanted);
  if (made)
    remark("made without types: the kernel refuses them for a map of type " +
           kernel::map_type_name(info.type) + " (" + code + ")");
  return made;
}

}  // namespace bpfmaps::entries
