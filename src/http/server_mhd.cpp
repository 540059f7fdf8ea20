// SPDX-License-Identifier: BSD-2-Clause
// The one file that knows libmicrohttpd. Built into the module that server.cpp loads, or into a
// static binary.
#include <microhttpd.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>

#include "http/server_module.h"

namespace {

using Clock = std::chrono::steady_clock;

/// Cuts the connections whose request takes too long: libmicrohttpd knows silence only.
class Cutter {
 public:
  explicit Cutter(unsigned seconds) : time_(seconds) {}
  ~Cutter() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
  }
  Cutter(const Cutter&) = delete;
  Cutter& operator=(const Cutter&) = delete;

  /// False, with errno, where no thread can be started.
  bool start() {
    try {
      thread_ = std::thread([this] { run(); });
    } catch (const std::system_error& refused) {
      return errno = refused.code().value(), false;
    }
    return true;
  }
  /// The time of the connection begins anew.
  void begin(MHD_Connection* connection) {
    const std::lock_guard lock(mutex_);
    try {
      ends_[connection] = Clock::now() + time_;
    } catch (const std::bad_alloc&) {
      return;  // it ends when it is silent
    }
    changed_.notify_one();
  }
  void forget(MHD_Connection* connection) {
    const std::lock_guard lock(mutex_);
    ends_.erase(connection);
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (!ended_) {
      Clock::time_point next = Clock::time_point::max();
      for (auto& [connection, end] : ends_) {
        if (end <= Clock::now()) {
          // Its thread sees the end of it, and closes it.
          const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
          if (info != nullptr) shutdown(info->connect_fd, SHUT_RDWR);
          end = Clock::time_point::max();
        }
        next = std::min(next, end);
      }
      if (next == Clock::time_point::max())
        changed_.wait(lock);
      else
        changed_.wait_until(lock, next);
    }
  }

  const std::chrono::seconds time_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<MHD_Connection*, Clock::time_point> ends_;
  bool ended_ = false;
  std::thread thread_;
};

struct Server {
  void* answerer;
  BpfmapsHttpAnswerOf answer_of;
  Cutter cutter;
  MHD_Daemon* daemon = nullptr;
};

void connected(void* self, MHD_Connection* connection, void**,
               MHD_ConnectionNotificationCode what) {
  Cutter& cutter = static_cast<Server*>(self)->cutter;
  if (what == MHD_CONNECTION_NOTIFY_STARTED)
    cutter.begin(connection);
  else
    cutter.forget(connection);
}

void answered(void* self, MHD_Connection* connection, void**, MHD_RequestTerminationCode) {
  static_cast<Server*>(self)->cutter.begin(connection);
}

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

void* start(int listening, BpfmapsHttpLimits limits, void* answerer,
            BpfmapsHttpAnswerOf answer_of) {
  auto* server = new Server{answerer, answer_of, Cutter(limits.request)};
  constexpr std::size_t kMemory = 32 << 10, kStack = 512 << 10;
  if (!server->cutter.start()) {
    delete server;
    return nullptr;
  }
  server->daemon = MHD_start_daemon(
      MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, 0, nullptr,
      nullptr, answer, server, MHD_OPTION_LISTEN_SOCKET, listening, MHD_OPTION_CONNECTION_LIMIT,
      limits.connections, MHD_OPTION_CONNECTION_TIMEOUT, limits.silence,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, kMemory, MHD_OPTION_NOTIFY_CONNECTION, connected, server,
      MHD_OPTION_NOTIFY_COMPLETED, answered, server, MHD_OPTION_THREAD_STACK_SIZE, kStack,
      MHD_OPTION_END);
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

#ifdef BPFMAPS_HTTP_LINKED
/// What the library calls of GnuTLS, in a static binary (cmake/Http.cmake): it starts and ends it
/// with the program, and does nothing else without TLS. 0 is success.
extern "C" int bpfmaps_no_tls() { return 0; }
#endif

const BpfmapsHttp bpfmaps_http_2 = {start, stop};
