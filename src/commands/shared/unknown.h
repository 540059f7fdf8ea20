// SPDX-License-Identifier: BSD-2-Clause
// What could not be told in lists: JSON has the reason in each object, tables and CSV get a remark.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "commands/shared/context.h"
#include "output/record.h"

namespace bpfmaps::commands {

/// One remark for each field that some records could not tell, with the first reason.
class UnknownFields {
 public:
  void note(const output::Record& record, Context& context);
  void remark(Context& context) const;

 private:
  std::vector<std::pair<std::string, std::string>> reasons_;  // by field, as they were met
};

/// One remark for each field that some of `records` could not tell, with the first reason.
void remark_unknown(const std::vector<output::Record>& records, Context& context);

}  // namespace bpfmaps::commands
