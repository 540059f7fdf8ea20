// SPDX-License-Identifier: BSD-2-Clause
// References: what in the kernel uses which map or program. Processes that hold one open are not
// seen.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kernel/handle.h"
#include "kernel/link/attachments.h"

namespace bpfmaps::kernel {

/// A program that uses a map; a link that holds a program, or works on a map; a map that has an
/// inner map, or a program, in it; what runs a program without a link.
struct User {
  /// "prog", "link", "map", "interface", "cgroup", "netns" (a network namespace),
  /// "action" (of traffic control) or "process".
  std::string_view kind;
  std::uint64_t id = 0;   ///< an interface's index, the number of a namespace or of a process
  std::string type = {};  ///< of the program, link or map; else of the place: "xdp", "tc", "cgroup"
  std::string name = {};  ///< "" for links
};

class References {
 public:
  /// Looks at every program, link and map, into maps that hold others, and wherever programs are
  /// attached. Needs CAP_SYS_ADMIN.
  static Result<References> find();
  /// Looks at programs and at maps that hold others: what uses maps, apart from links.
  static Result<References> of_maps();

  /// Why there may be more users of maps, and more detached links: what could not be looked into,
  /// such as a map that user space may not read. Nothing where all was seen. Of programs
  /// attachments().unseen() tells.
  const std::optional<Error>& gap() const { return gap_; }

  std::span<const User> of(Noun noun, std::uint32_t id) const;
  /// Whether the link is attached to nothing any more.
  bool is_detached(std::uint32_t link) const { return detached_.contains(link); }
  /// Where programs are attached.
  const Attachments& attachments() const { return attachments_; }

 private:
  Status add_programs();
  Status add_links();
  Status add_maps();
  void add_attachments();
  void note(Error error) {
    if (!gap_) gap_ = std::move(error);
  }
  void add(Noun noun, std::uint32_t id, User user) {
    if (id != 0) users_[{noun, id}].push_back(std::move(user));
  }

  std::map<std::pair<Noun, std::uint32_t>, std::vector<User>> users_;
  std::set<std::uint32_t> detached_;
  Attachments::Progs prog_types_;
  Attachments attachments_;
  std::optional<Error> gap_;
};

}  // namespace bpfmaps::kernel
