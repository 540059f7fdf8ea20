// SPDX-License-Identifier: BSD-2-Clause
// Context: what a command works with once its words are read. Made by main, passed by reference.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/request.h"
#include "output/form.h"
#include "output/writer.h"

namespace bpfmaps::cli {
struct Table;
}
namespace bpfmaps::entries {
class LayoutCache;
}

namespace bpfmaps::commands {

struct Context {
  const cli::Table& table;
  output::Writer& out;
  output::Style style;
  /// One line to standard error, now: for what the user should know although all went well
  /// ("the kernel keeps the map's types back: bytes are shown"). At most a few a run. With a form
  /// of JSON it is an object with one member, `remark`.
  std::function<void(const std::string& text)> remark;
  /// Layouts of the maps that were opened before, in a process that runs many commands; or null.
  entries::LayoutCache* layouts = nullptr;
  /// Set by a command that compares: what it compared is not the same, which is exit code 5.
  bool differs = false;
};

}  // namespace bpfmaps::commands
