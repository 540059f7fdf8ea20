// SPDX-License-Identifier: BSD-2-Clause
// BTF objects that the kernel holds: its own types, those of modules, of programs and of maps.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "kernel/btf.h"

namespace bpfmaps::kernel {

struct BtfInfo {
  std::uint32_t id = 0;
  std::string name = {};   ///< "vmlinux" or a module's; "" for those that programs brought
  std::uint32_t size = 0;  ///< bytes
  bool kernel = false;     ///< the kernel's own or a module's
};

/// Shows every BTF object, in the order of ids (Linux 5.1). Needs CAP_SYS_ADMIN.
Status for_each_btf(const std::function<void(const BtfInfo&)>& visit);

/// The types of that object, those of a module behind the kernel's own, which they build upon.
Result<Btf> any_btf_by_id(std::uint32_t id);

}  // namespace bpfmaps::kernel
