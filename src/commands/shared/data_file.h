// SPDX-License-Identifier: BSD-2-Clause
// DATA that stands in a file or comes from standard input: values longer than a command line can
// be, and those that another program writes.
#pragma once

#include <span>
#include <vector>

#include "cli/request.h"
#include "entries/typed_map.h"
#include "layout/parse.h"

namespace bpfmaps::commands {

/// Reads what `request` names as `key`, `value` or `values` by `@FILE` or `-`, standard input, into
/// Given::content. What is far too long for a key or value of `typed` is refused.
Result<cli::Request> with_files(const cli::Request& request, const entries::TypedMap& typed);

/// layout::parse() of what was given under `name`, as words or as a file. A file is text (JSON, a
/// number, a name: what one word can be) where it can be read so, with any blanks around it; else
/// it is the bytes themselves, as many as the type has. Text and bytes without a type are never
/// taken for a word when they have that size. A file that could be both, a lone digit for a byte,
/// is refused.
Status parse_data(const layout::Layout& layout, std::string_view name, const cli::Given& given,
                  std::span<unsigned char> bytes, std::vector<unsigned char>* filled = nullptr);

/// The words of `given`, those of a file as one.
std::vector<std::string> words_of(const cli::Given& given);

}  // namespace bpfmaps::commands
