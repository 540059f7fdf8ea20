// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/pins.h"

#include "kernel/names.h"
#include "output/tree.h"

namespace bpfmaps::commands {
namespace {

using kernel::Noun;
using kernel::PinEntry;
using Is = PinEntry::Is;

std::string_view kind_of(const PinEntry& entry) {
  switch (entry.is) {
    case Is::pin: return kernel::noun_name(entry.object.noun);
    case Is::directory:
    case Is::mount_point: return "directory";
    case Is::symlink: return "symlink";
    case Is::unreadable: break;
  }
  return "";
}

std::string octal(std::uint32_t mode) {
  std::string text = "0000";
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, mode >>= 3)
    *digit = static_cast<char>('0' + (mode & 7));
  return text;
}

}  // namespace

std::string type_name(const kernel::Identity& object) {
  switch (object.noun) {
    case Noun::map: return kernel::map_type_name(object.type);
    case Noun::prog: return kernel::prog_type_name(object.type);
    case Noun::link: break;
  }
  return kernel::link_type_name(object.type);
}

output::Record pin_record(const PinEntry& entry) {
  output::Record record;
  record.add("path", entry.path);
  if (const auto kind = kind_of(entry); !kind.empty()) record.add("kind", kind);
  if (entry.is == Is::pin) {
    record.add("id", entry.object.id);
    if (!entry.object.name.empty()) record.add("name", entry.object.name);
    record.add("type", type_name(entry.object));
  }
  if (entry.status.st_mode != 0) {  // its type is part of it: 0 where it could not be looked at
    record.add("uid", entry.status.st_uid).add("gid", entry.status.st_gid);
    record.add("mode", octal(entry.status.st_mode));
  }
  if (entry.is == Is::symlink) record.add("target", entry.target);
  if (entry.failed()) record.add("error", entry.error.message());
  return record;
}

kernel::ProgName whole_name(const PinEntry& entry, kernel::ProgNames& names) {
  const std::string& kept = entry.object.name;
  if (!entry.is_pin_of(Noun::prog) || kept.size() < BPF_OBJ_NAME_LEN - 1) return {kept};
  const auto prog = kernel::prog_by_id(entry.object.id);
  if (prog) return names.full_name(*prog);
  if (prog.error().kind == Kind::not_found) return {kept};
  return {kept, prog.error()};
}

std::vector<std::string> tree_labels(const PinEntries& entries, bool ascii) {
  std::vector<output::TreeNode> nodes;
  for (const PinEntry& entry : entries) {
    std::string name = entry.depth == 0 ? entry.path : entry.name();
    if (entry.is == Is::directory && !name.ends_with('/')) name += '/';
    nodes.push_back({entry.depth, std::move(name)});
  }
  return output::tree_labels(nodes, ascii);
}

}  // namespace bpfmaps::commands
