// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/pin_lookup.h"

namespace bpfmaps::commands {

using cli::Option;
using kernel::PinIndex;

Result<PinIndex> pins_for_list(const cli::Request& request, ListQuery& query, kernel::Nouns nouns) {
  if (!request.has(Option::no_pins)) return kernel::all_pins(nouns);
  if (query.names("pinned"))
    return fail(Error::usage("`--no-pins` leaves out `pinned`, which is asked for",
                             "leave out one of them"));
  query.without("pinned");
  return PinIndex::left_out();
}

PinIndex pins_for_show(const cli::Request& request, cli::OperandId named, kernel::Noun noun,
                       std::uint32_t id, std::string_view name) {
  if (request.has(Option::no_pins)) return PinIndex::left_out();
  const cli::Selector& selector = request.selector(named);
  return kernel::pins_of({.noun = noun,
                          .id = id,
                          .name = std::string(name),
                          .path = selector.by == cli::Selector::By::pinned ? selector.text : "",
                          .all = request.has(Option::bpffs)});
}

}  // namespace bpfmaps::commands
