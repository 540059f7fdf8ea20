// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/privileges.h"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

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

constexpr std::uint64_t bit(unsigned capability) { return std::uint64_t{1} << capability; }

}  // namespace

Status keep_reading_privileges() {
  return keep_capabilities(bit(CAP_SYS_ADMIN) | bit(kBpf) | bit(kPerfmon) |
                           bit(CAP_DAC_READ_SEARCH));
}

Status drop_all_privileges(const std::string& name) {
  if (geteuid() == 0) {
    errno = 0;
    const passwd* user = getpwnam(name.c_str());
    if (user == nullptr)
      return fail(Error::refused(Kind::not_found, "give up privileges", name,
                                 "there is no user of that name", "--user NAME names another one"));
    const uid_t uid = user->pw_uid;
    const gid_t gid = user->pw_gid;
    if (setgroups(0, nullptr) != 0 || setresgid(gid, gid, gid) != 0 ||
        setresuid(uid, uid, uid) != 0)
      return fail(refused(errno));
  }
  TRY(keep_capabilities(0));
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return fail(refused(errno));
  return {};
}

}  // namespace bpfmaps::kernel
