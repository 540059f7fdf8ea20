// SPDX-License-Identifier: BSD-2-Clause
#include "commands/metrics/listen.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/number.h"

namespace bpfmaps::commands {
namespace {

constexpr int kWaiting = 64;  // connections that nobody has taken yet
constexpr int kFirstHandedOver = 3;

struct Address {
  sockaddr_storage storage = {};
  socklen_t size = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

Error no_address(const std::string& text) {
  return Error::usage("--listen: `" + text + "` is no address",
                      "127.0.0.1:PORT, [::1]:PORT, a socket's PATH with a slash, or - for one "
                      "request on standard input");
}

Result<Address> inet_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return fail(no_address(text));
  const auto port = parse_u64(text.substr(colon + 1));
  if (!port || *port > 65535) return fail(no_address(text));
  const auto net_port = htons(static_cast<std::uint16_t>(*port));
  std::string host = text.substr(0, colon);
  Address made;
  if (host.starts_with('[') && host.ends_with(']')) {
    auto* to = reinterpret_cast<sockaddr_in6*>(&made.storage);
    *to = {.sin6_family = AF_INET6, .sin6_port = net_port};
    made.size = sizeof *to;
    host = host.substr(1, host.size() - 2);
    if (inet_pton(AF_INET6, host.c_str(), &to->sin6_addr) == 1) return made;
  } else {
    auto* to = reinterpret_cast<sockaddr_in*>(&made.storage);
    *to = {.sin_family = AF_INET, .sin_port = net_port};
    made.size = sizeof *to;
    if (inet_pton(AF_INET, host.c_str(), &to->sin_addr) == 1) return made;
  }
  return fail(no_address(text));
}

// A socket that nobody listens at any more was left by a process that was killed.
void remove_stale(const std::string& path, const Address& address) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return;
  const Fd probe(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connect(probe.get(), address.get(), address.size) != 0 && errno == ECONNREFUSED)
    unlink(path.c_str());
}

Result<Address> unix_address(const std::string& path) {
  Address made;
  auto* to = reinterpret_cast<sockaddr_un*>(&made.storage);
  to->sun_family = AF_UNIX;
  if (path.size() >= sizeof to->sun_path)
    return fail(Error::usage("--listen: the path of a socket has at most 107 bytes"));
  std::memcpy(to->sun_path, path.c_str(), path.size() + 1);
  made.size = sizeof *to;
  remove_stale(path, made);
  return made;
}

Result<Fd> bound(const Address& address, const std::string& text) {
  Fd fd(socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  int code = errno;
  const int on = 1;
  if (fd) setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (fd && bind(fd.get(), address.get(), address.size) == 0 && listen(fd.get(), kWaiting) == 0)
    return fd;
  if (fd) code = errno;
  return fail(Error::from_errno(code, "listen", text));
}

// sd_listen_fds(3), without its library.
Result<std::vector<Fd>> handed_over() {
  std::vector<Fd> sockets;
  const char *pid = std::getenv("LISTEN_PID"), *count = std::getenv("LISTEN_FDS");
  if (pid == nullptr || count == nullptr) return sockets;
  if (parse_u64(pid) != static_cast<std::uint64_t>(getpid())) return sockets;
  const auto most = parse_u64(count).value_or(0);
  for (int fd = kFirstHandedOver; fd < kFirstHandedOver + static_cast<int>(most % 64); ++fd) {
    int listens = 0;
    socklen_t size = sizeof listens;
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0)
      return fail(Error::refused(Kind::invalid, "listen", "",
                                 "what systemd handed over is no socket that listens",
                                 "with Accept=yes: StandardInput=socket, and --listen -"));
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    sockets.emplace_back(fd);
  }
  return sockets;
}

}  // namespace

Result<Listening> listen_at(const std::string& address) {
  Listening made;
  if (address.empty()) {
    made.sockets = TRY(handed_over());
    made.address = "the sockets of systemd";
    if (!made.sockets.empty()) return made;
  }
  made.address = address.empty() ? kUsualAddress : address;
  const bool is_path = address.find('/') != address.npos;
  const Address where = TRY(is_path ? unix_address(address) : inet_address(made.address));
  made.sockets.push_back(TRY(bound(where, made.address)));
  if (is_path) {
    made.path = address;
    chmod(address.c_str(), 0660);
  }
  return made;
}

}  // namespace bpfmaps::commands
