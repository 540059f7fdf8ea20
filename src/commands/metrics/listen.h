// SPDX-License-Identifier: BSD-2-Clause
// Where metrics are served: sockets made here, or handed over by systemd.
#pragma once

#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace bpfmaps::commands {

/// In no list of Prometheus' exporters or of IANA.
inline constexpr const char* kUsualAddress = "127.0.0.1:12273";

struct Listening {
  std::vector<Fd> sockets;
  std::string address;    ///< for people
  std::string path = {};  ///< of a unix socket that is to be removed; or ""
};

/// `address` is IP:PORT, [IP]:PORT, or a path with a slash for a unix socket. "": the sockets that
/// systemd handed over (LISTEN_FDS), else kUsualAddress. Kind::usage for what is no address.
Result<Listening> listen_at(const std::string& address);

}  // namespace bpfmaps::commands
