// SPDX-License-Identifier: BSD-2-Clause
#include "commands/metrics/words.h"

#include <algorithm>

namespace bpfmaps::commands {

void tell_failures(const std::vector<Error>& failures, std::vector<std::string>& told,
                   Context& context) {
  std::vector<std::string> now;
  for (const Error& failure : failures) {
    now.push_back(failure.subject + ": " + failure.message());
    if (std::ranges::count(told, now.back()) == 0) context.remark(now.back());
  }
  told = std::move(now);
}

Status check_metric_form(const Context& context) {
  if (context.style.is_table()) return {};
  return fail(Error::usage("metrics have forms of their own",
                           "`metrics show --format` tells Prometheus text from OpenMetrics"));
}

}  // namespace bpfmaps::commands
