// SPDX-License-Identifier: BSD-2-Clause
// Attachments: every place where programs run, asked of all that the kernel tells it by: links,
// network interfaces, cgroups, maps of sockets, perf events, maps that call programs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/link/attachment.h"

namespace bpfmaps::kernel {

class Attachments {
 public:
  /// The programs whose places are wanted: their types (enum bpf_prog_type) by their ids.
  using Progs = std::map<std::uint32_t, std::uint32_t>;

  /// Looks wherever programs of these types can be. What cannot be looked at is told by unseen().
  /// `callers` asks for maps that call programs, too, for which every map of such a type is read.
  /// Perf events are asked for only of tracing programs that run nowhere else.
  static Attachments find(const Progs& progs, bool callers = true);

  /// Every place of that program that was seen.
  const std::vector<Attachment>& of(std::uint32_t prog_id) const;
  const std::map<std::uint32_t, std::vector<Attachment>>& all() const { return places_; }

  /// Where a program of that type may run that was not looked at, or cannot be, as
  /// "sockets (the kernel does not tell)". Empty: of() is all there is.
  std::vector<std::string> unseen(std::uint32_t prog_type) const;

 private:
  friend class AttachmentFinder;
  std::map<std::uint32_t, std::vector<Attachment>> places_;
  std::map<std::uint32_t, std::vector<std::string>> unseen_;  // by program type; 0: any
};

}  // namespace bpfmaps::kernel
