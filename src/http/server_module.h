// SPDX-License-Identifier: BSD-2-Clause
// What the program and its module for HTTP agree on. libmicrohttpd stands behind it: it and what it
// needs are loaded by the one verb that serves.
#pragma once

#include <cstddef>

extern "C" {

struct BpfmapsHttpRequest {
  const char *method, *path, *accept, *timeout;  ///< "" for a header that was not sent
};
struct BpfmapsHttpAnswer {
  unsigned status;
  const char* type;  ///< valid as long as the program
  char* body;        ///< from malloc(); the module frees it
  std::size_t size;
};
/// Called from several threads.
using BpfmapsHttpAnswerOf = void (*)(void* answerer, const BpfmapsHttpRequest* request,
                                     BpfmapsHttpAnswer* answer);

struct BpfmapsHttpLimits {
  unsigned connections;  ///< at a time
  unsigned silence;      ///< seconds without a word
  unsigned request;  ///< seconds from the end of one request, or the connection, to the next end
};

struct BpfmapsHttp {
  /// Serves what connects to `listening`, within `limits`. Null where it cannot; errno tells why.
  void* (*start)(int listening, BpfmapsHttpLimits limits, void* answerer,
                 BpfmapsHttpAnswerOf answer_of);
  /// Ends it: no thread of it runs any more, and `listening` is closed.
  void (*stop)(void* server);
};

/// Its name changes when what is above does: an old module is no module.
extern __attribute__((visibility("default"))) const BpfmapsHttp bpfmaps_http_2;
}
