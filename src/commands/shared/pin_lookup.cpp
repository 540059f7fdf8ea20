// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/pin_lookup.h"

namespace bpfmaps::commands {

using cli::Option;
using kernel::PinIndex;

PinIndex pins_for_list(const cli::Request&, kernel::Nouns nouns) { return kernel::all_pins(nouns); }

PinIndex pins_for_show(const cli::Request& request, cli::OperandId named, kernel::Noun noun,
                       std::uint32_t id, std::string_view name) {
  const cli::Selector& selector = request.selector(named);
  return kernel::pins_of({.noun = noun,
                          .id = id,
                          .name = std::string(name),
                          .path = selector.by == cli::Selector::By::pinned ? selector.text : "",
                          .all = request.has(Option::bpffs)});
}

}  // namespace bpfmaps::commands
