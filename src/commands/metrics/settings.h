// SPDX-License-Identifier: BSD-2-Clause
// Settings: lines of words, each as it could stand behind `bpfmaps metrics show`.
#pragma once

#include <string>
#include <vector>

#include "cli/request.h"

namespace bpfmaps::cli {
struct Table;
}

namespace bpfmaps::commands {

struct SettingsLine {
  std::string where;  ///< "/etc/bpfmaps/metrics.conf:3"
  cli::Request request;
};

/// The lines of the file at `path`, or of every *.conf in that folder, by name. Errors have the
/// place as their subject.
Result<std::vector<SettingsLine>> read_settings(const std::string& path, const cli::Table& table);

}  // namespace bpfmaps::commands
