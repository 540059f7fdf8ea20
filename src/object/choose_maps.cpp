// SPDX-License-Identifier: BSD-2-Clause
#include "object/choose_maps.h"

#include <cerrno>

#include "base/text.h"
#include "kernel/map/map_kind.h"
#include "kernel/pin/pin.h"
#include "object/choose.h"
#include "object/reuse.h"

namespace bpfmaps::object {

Result<std::vector<Target>> MapChooser::choose() {
  TRY(check_replacements());
  TRY(set_sizes());
  std::vector<Target> targets;
  std::size_t index = 0;
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object_) {
    const MapSpec spec = spec_of(object_, map);
    // libbpf would pin by itself, and under /sys/fs/bpf whatever the user said.
    bpf_map__set_pin_path(map, nullptr);
    const Replacement* replacement = TRY(replacement_for(spec.name, index++));
    if (replacement == nullptr) {
      targets.push_back({map, path_for(spec), false});
    } else {
      const std::string id = std::to_string(replacement->map.info().id);
      TRY(reuse(map, replacement->map, Fit::layout, "id " + id));
    }
  }
  return targets;
}

Status MapChooser::reuse_pinned(std::vector<Target>& targets) {
  for (Target& target : targets) {
    if (target.path.empty()) continue;
    const auto pinned = kernel::map_at(target.path, kernel::Access::write);
    if (!pinned && pinned.error().kind == Kind::not_found) continue;
    if (!pinned) return fail(pinned.error());
    TRY(reuse(target.map, *pinned, Fit::same, target.path));
    target.reused = true;
  }
  return {};
}

Result<const Replacement*> MapChooser::replacement_for(std::string_view name,
                                                       std::size_t index) const {
  const Replacement* found = nullptr;
  for (const Replacement& one : plan_.replacements) {
    if (one.index ? *one.index != index : one.name != name) continue;
    if (found != nullptr) return fail(Error::usage("map " + std::string(name) + " is given twice"));
    found = &one;
  }
  return found;
}

std::vector<std::string_view> MapChooser::names() const {
  std::vector<std::string_view> names;
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object_) names.emplace_back(bpf_map__name(map));
  return names;
}

Status MapChooser::check_replacements() const {
  const std::vector<std::string_view> known = names();
  for (const Replacement& replacement : plan_.replacements) {
    if (!replacement.index) {
      TRY(check_named("map", replacement.name, known, subject_));
    } else if (*replacement.index >= known.size()) {
      return fail(Error::refused(Kind::not_found, "load object", subject_,
                                 "it holds no map idx " + std::to_string(*replacement.index) +
                                     ", but " + std::to_string(known.size()) + " maps",
                                 "`bpfmaps obj show` lists them in the order of idx, from 0"));
    }
  }
  return {};
}

Status MapChooser::set_sizes() const {
  for (const MapSize& size : plan_.sizes) {
    TRY(check_named("map", size.name, names(), subject_));
    bpf_map* map = bpf_object__find_map_by_name(object_, size.name.c_str());
    if (bpf_map__set_max_entries(map, size.entries) == 0) continue;
    const int code = errno;
    return fail(Error::from_errno(code, "set the entries of a map", size.name));
  }
  return {};
}

/// Where a map is pinned; "" for nowhere.
std::string MapChooser::path_for(const MapSpec& spec) const {
  std::string directory = plan_.pinmaps;
  if (spec.pinned_by_name && !plan_.pinroot.empty()) directory = plan_.pinroot;
  if (spec.pinned_by_name && directory.empty()) directory = plan_.directory();
  return directory.empty() ? "" : directory + "/" + file_name_of(spec.name);
}

Status MapChooser::reuse(bpf_map* map, const kernel::Map& existing, Fit fit,
                         const std::string& where) {
  const std::string name = bpf_map__name(map);
  const Comparison compared = compare(object_, map, existing, fit);
  const std::string differs = text_of(compared.differences);
  if (!differs.empty()) {
    return fail(Error::refused(Kind::invalid, "reuse a map", where,
                               "it does not fit map " + name + " of " + subject_ + ": " + differs,
                               fit == Fit::same
                                   ? "remove it (`bpfmaps pin rm " + shell_word(where) +
                                         "`), or pin the maps elsewhere (`pinmaps DIR`)"
                                   : "give a map of that layout"));
  }
  if (!compared.remark.empty())
    remarks_.push_back("map " + name + " of " + where + ": " + compared.remark);
  if (changed_.contains(map) && !holds_constants(map)) {
    return fail(Error::refused(
        Kind::exists, "set a variable", where, "the map is there already and keeps its values",
        "`bpfmaps map update MAP key 0 value NAME=VALUE --merge` changes them"));
  }
  if (kernel::kind_of(bpf_map__type(map)).holds == kernel::Holds::callbacks)
    remarks_.push_back("map " + name + " of " + where +
                       ": keeps the programs that it was made with; those that are loaded now are "
                       "not in it");
  if (bpf_map__reuse_fd(map, existing.fd()) == 0) return {};
  const int code = errno;
  return fail(Error::from_errno(code, "reuse a map", where));
}

}  // namespace bpfmaps::object
