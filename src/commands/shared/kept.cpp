// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/kept.h"

#include "kernel/open_by.h"
#include "kernel/pin/index.h"

namespace bpfmaps::commands {

Status check_kept(std::uint32_t map_id, const cli::Selector& named, const std::string& operation,
                  const std::string& loses, Context& context) {
  if (named.by == cli::Selector::By::pinned) return {};
  const kernel::PinIndex pins = kernel::all_pins(kernel::nouns({kernel::Noun::map}));
  if (!pins.of(kernel::Noun::map, map_id).empty()) return {};
  const kernel::OpenBy open = kernel::find_open_by(kernel::Noun::map);
  if (open.of.contains(map_id)) return {};
  const std::string when =
      loses + " when its last pin and the last process that has it open are gone";
  for (const std::optional<Error>& gap : {pins.gap(), open.gap}) {
    if (!gap) continue;
    context.remark("whether this lasts is not known, since not all could be seen (" + gap->subject +
                   ": " + gap->message() + "): " + when);
    return {};
  }
  const std::string id = std::to_string(map_id);
  return fail(Error::refused(
      Kind::unsupported, operation, "map id " + id,
      "this would last no longer than this command: " + when + ", and there are none",
      "pin the map first: `bpfmaps map pin id " + id + " PATH`"));
}

}  // namespace bpfmaps::commands
