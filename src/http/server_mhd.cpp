// SPDX-License-Identifier: BSD-2-Clause
// The one file that knows libmicrohttpd. Built into the module that server.cpp loads.
#include <microhttpd.h>

#include <cstdlib>
#include <cstring>

#include "http/server_module.h"

namespace {

struct Server {
  void* answerer;
  BpfmapsHttpAnswerOf answer_of;
  MHD_Daemon* daemon = nullptr;
};

const char* header(MHD_Connection* connection, const char* name) {
  const char* value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? "" : value;
}

// Called twice or more for each request: first when its headers are there.
MHD_Result answer(void* self, MHD_Connection* connection, const char* path, const char* method,
                  const char*, const char*, std::size_t* upload_size, void** begun) {
  static char mark;
  if (*begun == nullptr) return *begun = &mark, MHD_YES;
  if (*upload_size != 0) return MHD_NO;  // nobody uploads here: the connection is cut
  const auto* server = static_cast<const Server*>(self);
  const BpfmapsHttpRequest request{method, path, header(connection, "Accept"),
                                   header(connection, "X-Prometheus-Scrape-Timeout-Seconds")};
  BpfmapsHttpAnswer made{500, "text/plain; charset=utf-8", nullptr, 0};
  server->answer_of(server->answerer, &request, &made);
  MHD_Response* response =
      MHD_create_response_from_buffer(made.size, made.body, MHD_RESPMEM_MUST_FREE);
  if (response == nullptr) return std::free(made.body), MHD_NO;
  MHD_add_response_header(response, "Content-Type", made.type);
  MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
  const MHD_Result queued = MHD_queue_response(connection, made.status, response);
  MHD_destroy_response(response);
  return queued;
}

void* start(int listening, unsigned most, unsigned seconds, void* answerer,
            BpfmapsHttpAnswerOf answer_of) {
  auto* server = new Server{answerer, answer_of};
  constexpr std::size_t kMemory = 32 << 10, kStack = 512 << 10;
  server->daemon = MHD_start_daemon(
      MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, 0, nullptr,
      nullptr, answer, server, MHD_OPTION_LISTEN_SOCKET, listening, MHD_OPTION_CONNECTION_LIMIT,
      most, MHD_OPTION_CONNECTION_TIMEOUT, seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT, kMemory,
      MHD_OPTION_THREAD_STACK_SIZE, kStack, MHD_OPTION_END);
  if (server->daemon != nullptr) return server;
  delete server;
  return nullptr;
}

void stop(void* self) {
  auto* server = static_cast<Server*>(self);
  MHD_stop_daemon(server->daemon);
  delete server;
}

}  // namespace

const BpfmapsHttp bpfmaps_http_1 = {start, stop};
