// SPDX-License-Identifier: BSD-2-Clause
// struct_ops: structs of functions that programs put in the place of the kernel's own, such as a
// congestion control of TCP.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/handle.h"

namespace bpfmaps::kernel {

/// One function of such a struct, and the program that stands for it.
struct Callback {
  std::string member = {};  ///< "ssthresh"
  std::uint32_t prog_id = 0;
};

struct StructOps {
  std::string type = {};  ///< "tcp_congestion_ops"
  /// enum bpf_struct_ops_state, by name: "init", "in_use", "to_be_free", "ready". A map that is
  /// registered without a link is in use; with one it stays ready.
  std::string_view state = {};
  std::vector<Callback> callbacks = {};
};

/// What `map`, of type struct_ops, holds. Its types are the kernel's own: Kind::unsupported where
/// they are a module's.
Result<StructOps> struct_ops_of(const Map& map);

/// Registers the struct by a link, which holds it there for as long as it is open or pinned (Linux
/// 6.4). Kind::invalid where the map is of another type or was not made for links.
Result<Link> register_struct_ops(const Map& map, const std::string& subject);

}  // namespace bpfmaps::kernel
