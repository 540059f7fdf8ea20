// SPDX-License-Identifier: BSD-2-Clause
// What verbs on single entries share: the key that was typed, as bytes and in errors.
#pragma once

#include <vector>

#include "cli/request.h"
#include "commands/typed_map.h"

namespace bpfmaps {

/// The bytes of `key DATA`.
Result<std::vector<unsigned char>> parse_key(const cli::Request& request, const TypedMap& typed);

/// `error` of an operation on one entry, with the map and the key as they were typed and, where
/// there is no such key, what keys there are.
Error about_key(Error error, const cli::Request& request, const TypedMap& typed);

}  // namespace bpfmaps
