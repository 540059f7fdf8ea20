// SPDX-License-Identifier: BSD-2-Clause
// HTTP messages: what a request for metrics says, and an answer. Knows no maps.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace bpfmaps::http {

struct Request {
  std::string method, path;  ///< the path without a query
  std::string accept = {};
  std::string timeout = {};  ///< X-Prometheus-Scrape-Timeout-Seconds, or ""
};

struct Answer {
  unsigned status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body = {};
};

/// Reads the lines before the body of a request of HTTP/1, up to the empty one. Kind::invalid for
/// what is none.
Result<Request> parse_request(std::string_view head);

/// `answer` as HTTP/1.1, after which the connection ends. Without its body for HEAD.
std::string answer_text(const Answer& answer, bool head);

/// Whether the header Accept asks for OpenMetrics rather than for text/plain.
bool wants_openmetrics(std::string_view accept);

/// The path without what is behind a `?`.
std::string_view without_query(std::string_view target);

}  // namespace bpfmaps::http
