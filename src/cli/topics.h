// SPDX-License-Identifier: BSD-2-Clause
// Pages of help that belong to no verb: `bpfmaps help where`.
#pragma once

#include <span>
#include <string_view>

namespace bpfmaps::cli {

struct Topic {
  std::string_view name, summary;
  std::string_view text;  ///< paragraphs, a blank line between; lines with blanks in front stay
};

std::span<const Topic> topics();
/// The topic of that name; null where there is none.
const Topic* find_topic(std::string_view name);

}  // namespace bpfmaps::cli
