// SPDX-License-Identifier: BSD-2-Clause
// Serving answers over HTTP, by a library that is loaded when this is asked for.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "http/message.h"

namespace bpfmaps::http {

/// Called from several threads.
using Answerer = std::function<Answer(const Request&)>;

class Server {
 public:
  /// Loads the library. Kind::unsupported, with what to do, where the program was built or
  /// installed without it.
  static Result<std::unique_ptr<Server>> load();
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Serves what connects to the sockets for as long as this lives.
  Status start(std::vector<Fd> listening, Answerer answerer);

 private:
  explicit Server(const void* module) : module_(module) {}
  const void* module_;
  Answerer answerer_;
  std::vector<void*> started_;
};

}  // namespace bpfmaps::http
