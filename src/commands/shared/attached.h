// SPDX-License-Identifier: BSD-2-Clause
// Where programs are attached, as fields of their records.
#pragma once

#include <set>
#include <string>

#include "commands/shared/context.h"
#include "kernel/link/attachments.h"
#include "output/record.h"

namespace bpfmaps::commands {

/// `place` as an object: `link_id` where a link holds the program there, `type`, and what else
/// tells the place.
output::Value::Members members_of(const kernel::Attachment& place);

/// One such object in few words: "xdp eth0".
std::string place_in_short(const output::Value& place);

/// `places` in few words, for a column of a table: "xdp eth0", "iter bpf_map".
output::Value::List in_short(const std::vector<kernel::Attachment>& places);

/// Adds `attached`, every place of the program, and `attached_unseen`, where it may run that could
/// not be looked at.
class AttachedFields {
 public:
  explicit AttachedFields(kernel::Attachments attachments) : attachments_(std::move(attachments)) {}

  /// `brief` says in few words where it is attached, and "?" where that is not known. Such words
  /// are explained by remark().
  void add_to(output::Record& record, std::uint32_t id, std::uint32_t type, bool brief);

  /// Says what the "?" of tables stand for.
  void remark(Context& context) const;

 private:
  kernel::Attachments attachments_;
  std::set<std::string> unseen_;  // behind each "?" that was shown
};

}  // namespace bpfmaps::commands
