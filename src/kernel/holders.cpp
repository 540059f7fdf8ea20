// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/holders.h"

#include <unistd.h>

#include <filesystem>
#include <set>

#include "base/number.h"
#include "base/text.h"
#include "kernel/fdinfo.h"

namespace bpfmaps::kernel {
namespace {

namespace fs = std::filesystem;

/// How descriptors of a kind look: where their link in /proc/PID/fd leads, and the line of their
/// fdinfo that holds the id.
struct Looks {
  std::string_view target, key;
};
constexpr Looks kLooks[] = {{"anon_inode:bpf-map", "map_id"},
                            {"anon_inode:bpf-prog", "prog_id"},
                            {"anon_inode:bpf_link", "link_id"}};

/// The ids of the objects that one process has open; false where it may not be looked into.
bool find_open(const fs::path& process, const Looks& looks, std::set<std::uint32_t>& ids) {
  std::error_code failed, gone;
  for (fs::directory_iterator at(process / "fd", failed), end; !failed && at != end;
       at.increment(failed)) {
    if (fs::read_symlink(*at, gone) != looks.target) continue;
    const fs::path info = process / "fdinfo" / at->path().filename();
    if (const auto id = fdinfo_number(read_small_file(info.c_str()), looks.key))
      ids.insert(static_cast<std::uint32_t>(*id));
  }
  return failed != std::errc::permission_denied;
}

}  // namespace

Holders all_holders(Noun noun) {
  const Looks& looks = kLooks[static_cast<std::size_t>(noun)];
  std::set<std::uint32_t> processes;
  std::error_code failed;
  for (fs::directory_iterator at("/proc", failed), end; !failed && at != end; at.increment(failed))
    if (const auto pid = parse_u64(at->path().filename().string()))
      processes.insert(static_cast<std::uint32_t>(*pid));
  processes.erase(static_cast<std::uint32_t>(getpid()));

  Holders holders;
  for (const std::uint32_t pid : processes) {
    const fs::path process = "/proc/" + std::to_string(pid);
    std::set<std::uint32_t> ids;
    if (!find_open(process, looks, ids)) ++holders.closed;
    if (ids.empty()) continue;
    std::string name = read_small_file((process / "comm").c_str());
    if (name.ends_with('\n')) name.pop_back();
    for (const std::uint32_t id : ids) holders.of[id].push_back({pid, name});
  }
  return holders;
}

}  // namespace bpfmaps::kernel
