// SPDX-License-Identifier: BSD-2-Clause
#include "http/message.h"

#include <gtest/gtest.h>

namespace bpfmaps::http {
namespace {

TEST(HttpMessage, requests) {
  const auto request = parse_request(
      "GET /metrics?x=1 HTTP/1.1\r\nHost: a\r\nAccept: a/b\r\naccept:c/d\r\n"
      "X-Prometheus-Scrape-Timeout-Seconds:  2.5 \r\n\r\nbody");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method, "GET");
  EXPECT_EQ(request->path, "/metrics");
  EXPECT_EQ(request->accept, "a/b,c/d");
  EXPECT_EQ(request->timeout, "2.5");
  for (const char* wrong : {"", "GET /", "GET x HTTP/1.1\n\n", "GET / HTTP/2\n\n",
                            "GET / HTTP/1.1\nno colon\n\n", "G\x01T / HTTP/1.1\n\n"})
    EXPECT_FALSE(parse_request(wrong)) << wrong;
}

TEST(HttpMessage, answers) {
  const Answer answer{.status = 503, .body = "late\n"};
  EXPECT_EQ(answer_text(answer, false),
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
            "Content-Length: 5\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
            "late\n");
  EXPECT_TRUE(answer_text(answer, true).ends_with("\r\n\r\n"));
}

TEST(HttpMessage, the_form_is_the_one_that_is_wanted_more) {
  EXPECT_TRUE(
      wants_openmetrics("application/openmetrics-text;version=1.0.0,"
                        "application/openmetrics-text;version=0.0.1;q=0.75,"
                        "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"));
  EXPECT_FALSE(wants_openmetrics("text/plain, application/openmetrics-text;q=0.3"));
  EXPECT_FALSE(wants_openmetrics("application/openmetrics-text;q=0"));
  EXPECT_FALSE(wants_openmetrics("*/*"));
  EXPECT_FALSE(wants_openmetrics(""));
}

}  // namespace
}  // namespace bpfmaps::http
