// SPDX-License-Identifier: BSD-2-Clause
// The Style that the options and the terminal ask for.
#pragma once

#include <span>
#include <string>

#include "cli/request.h"
#include "output/form.h"

namespace bpfmaps::commands {

/// Form, colour and width for an answer to `request` written to `fd`. An error of Kind::usage
/// where two forms are asked for at once.
Result<output::Style> style_from(const cli::Request& request, int fd);

/// Whether errors should be JSON although the command line could not be read.
bool asks_for_json(std::span<const std::string> words);

}  // namespace bpfmaps::commands
