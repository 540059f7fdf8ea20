// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/privileges.h"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>

namespace bpfmaps::kernel {
namespace {

constexpr unsigned kPerfmon = 38, kBpf = 39;  // Linux 5.8

Error refused(int code) { return Error::from_errno(code, "give up privileges", ""); }

// Keeps those in `keep` of what the process may do.
Status keep_capabilities(std::uint64_t keep) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
  if (syscall(SYS_capget, &header, data) != 0) return fail(refused(errno));
  for (unsigned i = 0; i < 2; ++i) {
    const auto part = static_cast<std::uint32_t>(keep >> (32 * i));
    data[i].permitted &= part;
    data[i].effective = data[i].permitted;
    data[i].inheritable = 0;
  }
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) return fail(refused(errno));
  if (syscall(SYS_capset, &header, data) != 0) return fail(refused(errno));
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return fail(refused(errno));
  return {};
}

struct Ids {
  uid_t user;
  gid_t group;
};

// From /etc/passwd itself: what answers getpwnam() are modules of the C library's, which a static
// binary has not. Where there is no such file, in a container for one, `nobody` is who has no other
// number.
std::optional<Ids> ids_of(const std::string& name) {
  constexpr unsigned kNobody = 65534;
  unsigned number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error == std::errc() && end == name.data() + name.size()) return Ids{number, number};
  std::optional<Ids> found;
  if (name == "nobody") found = Ids{kNobody, kNobody};
  if (const std::unique_ptr<FILE, int (*)(FILE*)> file(fopen("/etc/passwd", "re"), fclose); file)
    while (const passwd* user = fgetpwent(file.get()))
      if (name == user->pw_name) return Ids{user->pw_uid, user->pw_gid};
  return found;
}

constexpr std::uint64_t bit(unsigned capability) { return std::uint64_t{1} << capability; }

}  // namespace

Status keep_reading_privileges() {
  return keep_capabilities(bit(CAP_SYS_ADMIN) | bit(kBpf) | bit(kPerfmon) |
                           bit(CAP_DAC_READ_SEARCH));
}

Status drop_all_privileges(const std::string& name) {
  if (geteuid() == 0) {
    const auto ids = ids_of(name);
    if (!ids)
      return fail(Error::refused(Kind::not_found, "give up privileges", name,
                                 "/etc/passwd has no user of that name",
                                 "--user NAME names another one; NAME may be a number"));
    const auto [uid, gid] = *ids;
    if (setgroups(0, nullptr) != 0 || setresgid(gid, gid, gid) != 0 ||
        setresuid(uid, uid, uid) != 0)
      return fail(refused(errno));
  }
  TRY(keep_capabilities(0));
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return fail(refused(errno));
  return {};
}

}  // namespace bpfmaps::kernel
