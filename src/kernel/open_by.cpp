// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/open_by.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <set>
#include <system_error>

#include "base/file.h"
#include "base/number.h"
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

/// What a process that ended, or closed a descriptor, while it was looked at answers.
bool is_gone(int code) { return code == ENOENT || code == ESRCH; }

Error unread(int code, const fs::path& path) {
  return Error::from_errno(code, "look at what processes have open", path);
}

class EntryFinder {
 public:
  EntryFinder(std::string_view target, const std::function<void(const Descriptor&)>& visit)
      : target_(target), visit_(visit) {}

  Unseen find() {
    for (const std::uint32_t pid : other_processes()) look_into(pid);
    return std::move(unseen_);
  }

 private:
  std::set<std::uint32_t> other_processes() {
    std::set<std::uint32_t> pids;
    std::error_code failed;
    for (fs::directory_iterator at("/proc", failed), end; !failed && at != end;
         at.increment(failed))
      if (const auto pid = parse_u64(at->path().filename().string()))
        pids.insert(static_cast<std::uint32_t>(*pid));
    if (failed) note(unread(failed.value(), "/proc"));
    if (pids.empty() && !failed)
      note(Error::refused(Kind::system, "look at what processes have open", "/proc",
                          "no process is there", "mount -t proc proc /proc"));
    pids.erase(static_cast<std::uint32_t>(getpid()));
    return pids;
  }

  void look_into(std::uint32_t pid) {
    const fs::path process = directory_of(pid);
    if (visit_all(process, pid)) return;
    // Once the first thread has ended, only the others show what the process has open.
    std::error_code failed;
    for (fs::directory_iterator at(process / "task", failed), end; !failed && at != end;
         at.increment(failed))
      if (visit_all(at->path(), pid)) return;
    if (failed && !is_gone(failed.value())) note(unread(failed.value(), process / "task"));
  }

  /// What a process or thread has open; whether that is anything at all, as far as can be seen.
  bool visit_all(const fs::path& process, std::uint32_t pid) {
    std::error_code failed, unreadable;
    bool any = false, closed = false;
    for (fs::directory_iterator at(process / "fd", failed), end; !failed && at != end;
         at.increment(failed)) {
      any = true;
      const fs::path target = fs::read_symlink(*at, unreadable);
      if (unreadable && !is_gone(unreadable.value())) note(unread(unreadable.value(), *at));
      closed = closed || unreadable == std::errc::permission_denied;
      if (target != target_) continue;
      if (const auto fd = parse_u64(at->path().filename().string()))
        visit_({pid, static_cast<std::uint32_t>(*fd)});
    }
    if (failed && !is_gone(failed.value())) note(unread(failed.value(), process / "fd"));
    if (closed || failed == std::errc::permission_denied) ++unseen_.closed;
    return any || failed;
  }

  void note(Error error) {
    if (!unseen_.gap) unseen_.gap = std::move(error);
  }

  const std::string_view target_;
  const std::function<void(const Descriptor&)>& visit_;
  Unseen unseen_;
};

}  // namespace

Result<std::string> Descriptor::comm() const {
  auto name = read_file(directory_of(pid) / "comm");
  if (!name && is_gone(name.error().code)) return std::string();
  if (name && name->ends_with('\n')) name->pop_back();
  return name;
}

Unseen for_each_descriptor(std::string_view target,
                           const std::function<void(const Descriptor&)>& visit) {
  return EntryFinder(target, visit).find();
}

OpenBy find_open_by(Noun noun) {
  const Looks& looks = kLooks[static_cast<std::size_t>(noun)];
  OpenBy holders;
  std::optional<Error> gap;
  Unseen unseen = for_each_descriptor(looks.target, [&](const Descriptor& held) {
    const auto info = read_file(directory_of(held.pid) / "fdinfo" / std::to_string(held.fd));
    if (!info && !is_gone(info.error().code)) gap = info.error();
    const auto id = fdinfo_number(info.value_or(""), looks.key);
    if (!id) return;
    auto& known = holders.of[static_cast<std::uint32_t>(*id)];
    if (!known.empty() && known.back().pid == held.pid) return;
    const auto name = held.comm();
    if (!name) gap = name.error();
    known.push_back({held.pid, name.value_or("")});
  });
  holders.closed = unseen.closed;
  holders.gap = unseen.gap ? std::move(unseen.gap) : std::move(gap);
  if (!holders.gap) return holders;
  auto all = find_open_by_iterator(noun);
  return all ? *std::move(all) : std::move(holders);
}

}  // namespace bpfmaps::kernel
