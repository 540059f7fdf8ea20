// SPDX-License-Identifier: BSD-2-Clause
#include "http/server.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/caught.h"
#include "http/server_module.h"
#ifdef BPFMAPS_HTTP_MODULE
#include "base/module.h"
#endif

namespace bpfmaps::http {
namespace {

// A slow client may say a byte now and then: that is no silence, and takes a connection from
// others.
constexpr BpfmapsHttpLimits kLimits = {.connections = 32, .silence = 10, .request = 120};

[[maybe_unused]] Error no_server() {
  return Error::refused(
      Kind::unsupported, "serve metrics", "", "this build has no HTTP server",
      "the package bpfmaps-metrics has it, and builds that find libmicrohttpd; `metrics write` "
      "makes a file for node_exporter, and `metrics serve --listen -` answers one request on "
      "standard input");
}

const BpfmapsHttp& as_module(const void* module) {
  return *static_cast<const BpfmapsHttp*>(module);
}

// Types outlive their answers: there are few of them.
const char* kept_type(const std::string& type) {
  for (const char* known : {"application/openmetrics-text; version=1.0.0; charset=utf-8",
                            "text/plain; version=0.0.4; charset=utf-8"})
    if (type == known) return known;
  return "text/plain; charset=utf-8";
}

void answer_of(void* answerer, const BpfmapsHttpRequest* asked, BpfmapsHttpAnswer* to) {
  const Status done = caught([&]() -> Status {
    const Answer answer = (*static_cast<const Answerer*>(answerer))(
        {asked->method, std::string(without_query(asked->path)), asked->accept, asked->timeout});
    to->body = static_cast<char*>(std::malloc(answer.body.size() + 1));
    if (to->body == nullptr) return {};
    std::memcpy(to->body, answer.body.data(), answer.body.size());
    to->size = answer.body.size();
    to->status = answer.status;
    to->type = kept_type(answer.type);
    return {};
  });
  if (!done) to->status = 500;
}

}  // namespace

#ifdef BPFMAPS_HTTP_LINKED
Result<std::unique_ptr<Server>> Server::load() {
  return std::unique_ptr<Server>(new Server(&bpfmaps_http_2));
}
#elif defined(BPFMAPS_HTTP_MODULE)
Result<std::unique_ptr<Server>> Server::load() {
  return std::unique_ptr<Server>(new Server(TRY(
      find_in_module(BPFMAPS_HTTP_MODULE, BPFMAPS_HTTP_FOLDER, "bpfmaps_http_2", no_server()))));
}
#else
Result<std::unique_ptr<Server>> Server::load() { return fail(no_server()); }
#endif

Server::~Server() {
  for (void* server : started_) as_module(module_).stop(server);
}

Status Server::start(std::vector<Fd> listening, Answerer answerer) {
  answerer_ = std::move(answerer);
  for (Fd& socket : listening) {
    void* server = as_module(module_).start(socket.get(), kLimits, &answerer_, answer_of);
    const int code = errno;
    if (server == nullptr) return fail(Error::from_errno(code, "serve metrics", ""));
    started_.push_back(server);
    (void)socket.release();
  }
  return {};
}

}  // namespace bpfmaps::http
