// SPDX-License-Identifier: BSD-2-Clause
// What the running system has for a value that may be typed next: ids, names, pins, files. What it
// will not tell is left out without a word, since nobody asked for an answer yet.
#pragma once

#include <string>
#include <vector>

#include "cli/complete.h"
#include "commands/shared/context.h"
#include "kernel/handle.h"

namespace bpfmaps::commands {

struct Found {
  std::string text;
  std::string doc = {};
  bool is_path = false;  ///< shells quote and shorten paths; a directory's ends in a slash
  bool is_open = false;  ///< more belongs into the same word
};

/// Values of the kind `wanted` that begin with `completion.typed`. None that holds what a
/// terminal could obey.
std::vector<Found> candidates(const cli::Completion& completion, const cli::Wanted& wanted,
                              Context& context);

/// Fields of the map that was given, and names of enums where one may stand.
std::vector<Found> field_candidates(const cli::Completion& completion, const cli::Wanted& wanted,
                                    Context& context);

/// One more of `names` behind those that `typed` has, with a comma between.
std::vector<Found> list_candidates(const std::vector<std::string_view>& names,
                                   const std::string& typed);

/// Files and directories in any file system that `typed` begins; of files only those whose name
/// ends in `suffix`.
std::vector<Found> file_candidates(const std::string& typed, bool files, std::string_view suffix);

/// Which pins are offered beside the directories that lead to them.
enum class Pins : std::uint8_t { maps, programs, links, all, none };

/// Mounts of bpffs, directories in them, and pins.
std::vector<Found> pin_candidates(const std::string& typed, Pins pins);

/// The same for maps, and files that hold a saved map. Other directories are offered where no pin
/// and no mount begins so.
std::vector<Found> map_or_file_candidates(const std::string& typed);

}  // namespace bpfmaps::commands
