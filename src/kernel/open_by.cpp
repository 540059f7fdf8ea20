// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/open_by.h"

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

fs::path directory_of(std::uint32_t pid) { return "/proc/" + std::to_string(pid); }

std::set<std::uint32_t> other_processes() {
  std::set<std::uint32_t> pids;
  std::error_code failed;
  for (fs::directory_iterator at("/proc", failed), end; !failed && at != end; at.increment(failed))
    if (const auto pid = parse_u64(at->path().filename().string()))
      pids.insert(static_cast<std::uint32_t>(*pid));
  pids.erase(static_cast<std::uint32_t>(getpid()));
  return pids;
}

}  // namespace

std::string Descriptor::comm() const {
  std::string name = read_small_file((directory_of(pid) / "comm").c_str());
  if (name.ends_with('\n')) name.pop_back();
  return name;
}

unsigned for_each_descriptor(std::string_view target,
                             const std::function<void(const Descriptor&)>& visit) {
  unsigned closed = 0;
  for (const std::uint32_t pid : other_processes()) {
    std::error_code failed, gone;
    for (fs::directory_iterator at(directory_of(pid) / "fd", failed), end; !failed && at != end;
         at.increment(failed)) {
      if (fs::read_symlink(*at, gone) != target) continue;
      if (const auto fd = parse_u64(at->path().filename().string()))
        visit({pid, static_cast<std::uint32_t>(*fd)});
    }
    if (failed == std::errc::permission_denied) ++closed;
  }
  return closed;
}

OpenBy find_open_by(Noun noun) {
  const Looks& looks = kLooks[static_cast<std::size_t>(noun)];
  OpenBy holders;
  holders.closed = for_each_descriptor(looks.target, [&](const Descriptor& held) {
    const fs::path info = directory_of(held.pid) / "fdinfo" / std::to_string(held.fd);
    const auto id = fdinfo_number(read_small_file(info.c_str()), looks.key);
    if (!id) return;
    auto& known = holders.of[static_cast<std::uint32_t>(*id)];
    if (known.empty() || known.back().pid != held.pid) known.push_back({held.pid, held.comm()});
  });
  return holders;
}

}  // namespace bpfmaps::kernel
