// SPDX-License-Identifier: BSD-2-Clause
// Handles: owners of open maps, programs and links, with what the kernel says of them read once.
// Opened read-only unless the caller will write.
#pragma once

#include <linux/bpf.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace bpfmaps::kernel {

enum class Noun : std::uint8_t { map, prog, link };

/// "map", "prog", "link".
std::string_view noun_name(Noun noun);

enum class Access : std::uint8_t { read, write };

/// What the kernel's info structure and fdinfo say of a map. Names are cut at 15 bytes by the
/// kernel.
struct MapInfo {
  std::uint32_t id = 0;
  std::uint32_t type = 0;  ///< enum bpf_map_type, possibly one this build has no name for
  std::string name;
  std::uint32_t flags = 0;  ///< BPF_F_*
  std::uint32_t key_size = 0;
  std::uint32_t value_size = 0;  ///< bytes, before per-CPU rounding
  std::uint32_t max_entries = 0;
  std::uint64_t extra = 0;
  std::uint32_t ifindex = 0;
  std::uint64_t netns_dev = 0, netns_ino = 0;
  std::uint32_t btf_id = 0;  ///< 0: the map carries no types
  std::uint32_t btf_key_type_id = 0, btf_value_type_id = 0;
  std::uint32_t btf_vmlinux_value_type_id = 0;
};

/// The lines of /proc/self/fdinfo/N that bpf_map_info does not hold.
struct MapFdInfo {
  std::uint64_t memlock = 0;  ///< bytes
  bool frozen = false;
  bool has_owner = false;  ///< a prog_array that a program uses
  std::uint32_t owner_prog_type = 0;
  bool owner_jited = false;
};

class Map {
 public:
  Map(Fd fd, MapInfo info) : fd_(std::move(fd)), info_(std::move(info)) {}
  int fd() const { return fd_.get(); }
  const MapInfo& info() const { return info_; }
  /// Reads fdinfo, for which /proc must be mounted.
  Result<MapFdInfo> fd_info() const;

 private:
  Fd fd_;
  MapInfo info_;
};

struct ProgInfo {
  std::uint32_t id = 0;
  std::uint32_t type = 0;  ///< enum bpf_prog_type
  std::string name;
  std::string tag;  ///< 16 hex digits
  bool gpl_compatible = false;
  std::uint64_t load_time = 0;  ///< nanoseconds since boot
  std::uint32_t uid = 0;
  std::uint32_t xlated_size = 0, jited_size = 0;  ///< bytes
  std::vector<std::uint32_t> map_ids;
  std::uint32_t btf_id = 0;
  std::uint64_t run_time_ns = 0, run_cnt = 0;
  std::uint64_t recursion_misses = 0;
  std::uint32_t ifindex = 0;
};

class Prog {
 public:
  Prog(Fd fd, ProgInfo info) : fd_(std::move(fd)), info_(std::move(info)) {}
  int fd() const { return fd_.get(); }
  const ProgInfo& info() const { return info_; }
  Result<std::uint64_t> memlock() const;  ///< bytes, from fdinfo

 private:
  Fd fd_;
  ProgInfo info_;
};

class Link {
 public:
  Link(Fd fd, bpf_link_info info) : fd_(std::move(fd)), info_(info) {}
  int fd() const { return fd_.get(); }
  /// It holds another program now.
  void holds(std::uint32_t prog_id) { info_.prog_id = prog_id; }
  /// As the kernel filled it; texts behind its pointers are read by kernel/link/link_info.h.
  const bpf_link_info& info() const { return info_; }

 private:
  Fd fd_;
  bpf_link_info info_;
};

/// Takes an open descriptor of that kind and reads its info.
Result<Map> adopt_map(Fd fd, std::string_view subject);
Result<Prog> adopt_prog(Fd fd, std::string_view subject);
Result<Link> adopt_link(Fd fd, std::string_view subject);

/// What tells an object from the others, for where that is enough: one call to the kernel.
struct Identity {
  Noun noun = Noun::map;
  std::uint32_t id = 0;
  std::uint32_t type = 0;  ///< of the enum that goes with `noun`
  std::string name = {};   ///< links have none
};
Result<Identity> identify(int fd, Noun noun, std::string_view subject);

Result<Map> map_by_id(std::uint32_t id, Access access);
Result<Prog> prog_by_id(std::uint32_t id);
Result<Link> link_by_id(std::uint32_t id);

/// The next id after `id` (0 starts), or 0 at the end. Needs CAP_SYS_ADMIN: the error says
/// that a pin can be opened by path without it.
Result<std::uint32_t> next_id(Noun noun, std::uint32_t id);

/// Opens every object of a kind, in the order of ids, and hands it over: it is closed unless
/// `visit` keeps it. One that vanishes meanwhile is skipped, and so is a link still being made.
Status for_each_map(Access access, const std::function<void(Map)>& visit);
Status for_each_prog(const std::function<void(Prog)>& visit);
Status for_each_link(const std::function<void(Link)>& visit);

}  // namespace bpfmaps::kernel
