// SPDX-License-Identifier: BSD-2-Clause
// Requests of HTTP: whatever comes is refused, or answered by a message that is whole.
#include <string>

#include "commands/metrics/reading.h"
#include "fuzz/fuzz.h"
#include "http/message.h"

using namespace bpfmaps;

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string head(reinterpret_cast<const char*>(bytes), size);
  const auto request = http::parse_request(head);
  if (!request) {
    fuzz::expect(request.error().kind == Kind::invalid, "a refusal is about the request");
    return 0;
  }
  fuzz::expect(request->path.starts_with('/'), "a path begins with a slash");
  bool asked = false;
  const http::Answer answer =
      commands::answer_to(*request, [&](output::MetricForm form, std::uint64_t) {
        asked = true;
        fuzz::expect(
            (form == output::MetricForm::openmetrics) == http::wants_openmetrics(request->accept),
            "the form is the one that was asked for");
        return Result<std::string>("up 1\n");
      });
  fuzz::expect(asked == (answer.status == 200 && request->path == "/metrics"),
               "only /metrics reads maps");
  const std::string text = http::answer_text(answer, request->method == "HEAD");
  const std::size_t end = text.find("\r\n\r\n");
  fuzz::expect(text.starts_with("HTTP/1.1 ") && end != text.npos, "an answer has a head");
  fuzz::expect(request->method == "HEAD" || text.substr(end + 4) == answer.body,
               "an answer has its body");
  return 0;
}
