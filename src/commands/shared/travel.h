// SPDX-License-Identifier: BSD-2-Clause
// What verbs that carry the contents of maps share: their options, and what they print.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/request.h"
#include "commands/shared/context.h"
#include "entries/apply.h"
#include "layout/conversion.h"

namespace bpfmaps::commands {

/// "A=B,C=D" of an option in its parts; an error of Kind::usage for one without an equals sign.
Result<std::vector<std::pair<std::string, std::string>>> pairs_of(const cli::Request& request,
                                                                  cli::Option option);

/// The words of DATA that stand in one word: FIELD=VALUE,... or one value, or JSON.
std::vector<std::string> words_of_option(const std::string& text);

/// --default, --drop and --rename.
Result<layout::ConversionOptions> conversion_options(const cli::Request& request);

/// any, exist or noexist.
kernel::Want want_of(const cli::Request& request);

/// `blocks` into `to`, with a progress line; prints what changed. `read` is how many entries there
/// were to begin with.
Status apply_and_print(const entries::TypedMap& to, const entries::EntryBlocks& blocks,
                       const entries::ApplyOptions& options, Context& context);

/// What of `blocks`, entries of `from`, goes into `to`: converted by `options`, with descriptors in
/// the place of what they stand for. Tells which fields are new.
struct Carried {
  entries::EntryBlocks blocks;
  bool keys_differ = false;                 ///< it is known that no two are the same
  std::vector<kernel::Prog> programs = {};  ///< open until they are written
};
Result<Carried> carry(const entries::TypedMap& from, const entries::TypedMap& to,
                      entries::EntryBlocks blocks, const layout::ConversionOptions& options,
                      const entries::Remark& remark);

}  // namespace bpfmaps::commands
