// SPDX-License-Identifier: BSD-2-Clause
// The two ways of prog run: on one packet or context, and on every packet of a capture.
#pragma once

#include <string>

#include "cli/request.h"
#include "commands/shared/context.h"
#include "kernel/prog/test_run.h"
#include "output/record.h"

namespace bpfmaps::commands {

/// Adds what `prog` returned to `record`: retval, and its name as action where it has one.
void add_verdict(output::Record& record, const kernel::Prog& prog, std::uint32_t retval);

/// Runs `prog` on every packet of the capture that `request` names; data and repeat of `input` are
/// set for each. Prints how often each verdict fell or, in other forms than tables, one row a
/// packet; writes what goes on to the capture `pcap_out` names.
Status run_capture(const kernel::Prog& prog, const kernel::TestInput& input,
                   const cli::Request& request, Context& context);

}  // namespace bpfmaps::commands
