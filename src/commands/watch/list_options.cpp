// SPDX-License-Identifier: BSD-2-Clause
// What --watch asks of a list.
#include "commands/watch/list_view.h"

namespace bpfmaps::commands {

using cli::Option;

Result<std::optional<WatchOptions>> list_watch_options(const cli::Request& request,
                                                       const output::Style& style) {
  if (!request.has(Option::watch)) {
    for (const Option option : {Option::interval, Option::count, Option::once})
      if (request.has(option))
        return fail(Error::usage(
            "--" + std::string(cli::spec(option).name) + " is about looks, and a list is one look",
            "--watch looks again and again"));
    return std::nullopt;
  }
  for (const Option option : {Option::quiet, Option::vertical})
    if (request.has(option))
      return fail(Error::usage("--watch has no use for --" + std::string(cli::spec(option).name),
                               "--jsonl and --fields print what changes for programs"));
  return std::optional(TRY(watch_options(request, style)));
}

}  // namespace bpfmaps::commands
