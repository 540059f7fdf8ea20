// SPDX-License-Identifier: BSD-2-Clause
#include "http/message.h"

#include <algorithm>
#include <cctype>

#include "base/number.h"
#include "base/text.h"

namespace bpfmaps::http {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return made;
}

Error no_request() {
  return Error::refused(Kind::invalid, "read request", "", "this is no request of HTTP/1");
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

std::string_view reason(unsigned status) {
  switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    default: return "Internal Server Error";
  }
}

}  // namespace

std::string_view without_query(std::string_view target) {
  return target.substr(0, target.find('?'));
}

Result<Request> parse_request(std::string_view head) {
  const auto lines = split(head, '\n');
  if (lines.empty()) return fail(no_request());
  const auto words = split(trimmed(lines[0]), ' ');
  if (words.size() != 3 || !words[2].starts_with("HTTP/1.") || !is_printable(words[0]) ||
      !is_printable(words[1]) || !words[1].starts_with('/'))
    return fail(no_request());
  Request request{.method = std::string(words[0]), .path = std::string(without_query(words[1]))};
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::string_view line = trimmed(lines[i]);
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    if (colon == line.npos || colon == 0) return fail(no_request());
    const std::string name = lower(line.substr(0, colon));
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (name == "accept")
      request.accept.append(request.accept.empty() ? "" : ",").append(value);
    else if (name == "x-prometheus-scrape-timeout-seconds")
      request.timeout = value;
  }
  return request;
}

std::string answer_text(const Answer& answer, bool head) {
  std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " ";
  text.append(reason(answer.status)).append("\r\nContent-Type: ").append(answer.type);
  text += "\r\nContent-Length: " + std::to_string(answer.body.size());
  text += "\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n";
  if (!head) text += answer.body;
  return text;
}

bool wants_openmetrics(std::string_view accept) {
  double open = 0, text = 0;
  for (const std::string_view one : split(accept, ',')) {
    const auto parts = split(one, ';');
    const std::string type = lower(trimmed(parts.empty() ? one : parts[0]));
    double quality = 1;
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const std::string_view part = trimmed(parts[i]);
      if (part.starts_with("q=")) quality = parse_double(part.substr(2)).value_or(0);
    }
    if (type == "application/openmetrics-text") open = std::max(open, quality);
    if (type == "text/plain") text = std::max(text, quality);
  }
  return open > 0 && open >= text;
}

}  // namespace bpfmaps::http
