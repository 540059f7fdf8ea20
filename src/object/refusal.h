// SPDX-License-Identifier: BSD-2-Clause
// Why an object was not loaded, from what libbpf and the verifier said, and from what the object is
// where they say nothing.
#pragma once

#include <string>

#include "kernel/log.h"
#include "object/open.h"
#include "object/program_logs.h"

namespace bpfmaps::object {

/// A load that failed.
struct Refusal {
  const Object& object;
  const std::string& subject;  ///< the object's name
  const kernel::Log& log;
  const ProgramLogs& logs;
  bool all_told;  ///< the user sees both logs
};

/// `code` is the errno of the load.
Error explain_refusal(int code, const Refusal& refusal);

}  // namespace bpfmaps::object
