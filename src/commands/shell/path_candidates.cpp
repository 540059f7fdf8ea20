// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <filesystem>

#include "commands/shell/candidates.h"
#include "entries/saved_map.h"
#include "kernel/names.h"
#include "kernel/pin/mounts.h"
#include "kernel/pin/pin.h"
#include "kernel/pin/walker.h"

namespace bpfmaps::commands {
namespace {

namespace fs = std::filesystem;
using kernel::Noun;
using kernel::PinEntry;

// "/sys/fs/bpf/x" is the directory "/sys/fs/bpf/" and the beginning "x" of a name in it.
struct Typed {
  explicit Typed(const std::string& text)
      : directory(text.substr(0, text.rfind('/') + 1)), name(text.substr(directory.size())) {}
  std::string directory, name;
};

bool offers(Pins pins, Noun noun) {
  switch (pins) {
    case Pins::maps: return noun == Noun::map;
    case Pins::programs: return noun == Noun::prog;
    case Pins::links: return noun == Noun::link;
    case Pins::all: return true;
    case Pins::none: return false;
  }
  return false;
}

std::string type_name(const kernel::Identity& object) {
  switch (object.noun) {
    case Noun::map: return kernel::map_type_name(object.type) + " map";
    case Noun::prog: return kernel::prog_type_name(object.type) + " program";
    case Noun::link: return kernel::link_type_name(object.type) + " link";
  }
  return {};
}

// A pin that may not be opened is offered all the same: the verb will say what it takes.
bool is_offered(const PinEntry& entry, Pins pins) {
  if (entry.is == PinEntry::Is::pin) return offers(pins, entry.object.noun);
  return entry.is == PinEntry::Is::unreadable && entry.error.kind == Kind::permission &&
         pins != Pins::none;
}

std::vector<Found> pins_in(const Typed& typed, Pins pins) {
  std::vector<Found> found;
  const auto visit = [&](const PinEntry& entry, kernel::WalkStep step) {
    if (entry.depth == 0 || step != kernel::WalkStep::met) return;
    const std::string path = typed.directory + entry.name();
    if (entry.is == PinEntry::Is::directory || entry.is == PinEntry::Is::mount_point)
      found.push_back({path + "/", "", true});
    else if (is_offered(entry, pins))
      found.push_back({path, type_name(entry.object), true});
  };
  (void)kernel::walk_pins(typed.directory, visit, {.deep = false, .prefix = typed.name});
  return found;
}

// The mounts below the directory that was typed, each as a path that begins as it does.
std::vector<Found> ways_to_mounts(const std::string& typed) {
  const Typed parts(typed);
  std::error_code error;
  const std::string above = fs::canonical(parts.directory.empty() ? "/" : parts.directory, error);
  std::vector<Found> found;
  for (const std::string& mount : kernel::bpffs_mounts().value_or(std::vector<std::string>())) {
    const std::string slash = above.ends_with('/') ? "" : "/";
    if (error || !mount.starts_with(above + slash)) continue;
    const std::string below = mount.substr(above.size() + slash.size());
    const std::string path = (parts.directory.empty() ? "/" : parts.directory) + below;
    if (path.starts_with(typed))
      found.push_back(
          {fs::is_directory(mount, error) ? path + "/" : path, "BPF file system", true});
  }
  return found;
}

}  // namespace

std::vector<Found> pin_candidates(const std::string& typed, Pins pins) {
  const Typed parts(typed);
  if (!parts.directory.empty() && kernel::is_in_bpffs(parts.directory).value_or(false))
    return pins_in(parts, pins);
  return ways_to_mounts(typed);
}

std::vector<Found> map_or_file_candidates(const std::string& typed) {
  std::vector<Found> found = pin_candidates(typed, Pins::maps);
  const std::string directory = Typed(typed).directory;
  if (kernel::is_in_bpffs(directory.empty() ? "." : directory).value_or(false)) return found;
  const bool has_pins = !found.empty();
  std::error_code ignored;
  for (Found& one : file_candidates(typed, true, "")) {
    const bool is_directory = one.text.ends_with('/');
    const bool is_saved =
        !is_directory && fs::is_regular_file(one.text, ignored) && entries::is_saved_map(one.text);
    if (is_saved) one.doc = "saved map";
    if (is_saved || (is_directory && !has_pins)) found.push_back(std::move(one));
  }
  return found;
}

std::vector<Found> file_candidates(const std::string& typed, bool files, std::string_view suffix) {
  const Typed parts(typed);
  std::vector<Found> found;
  std::error_code error;
  fs::directory_iterator entry(parts.directory.empty() ? "." : parts.directory, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename();
    const bool hidden = name.starts_with('.') && !parts.name.starts_with('.');
    if (hidden || !name.starts_with(parts.name)) continue;
    std::error_code ignored;
    if (entry->is_directory(ignored))
      found.push_back({parts.directory + name + "/", "", true});
    else if (files && name.ends_with(suffix))
      found.push_back({parts.directory + name, "", true});
  }
  std::ranges::sort(found, {}, &Found::text);
  return found;
}

}  // namespace bpfmaps::commands
