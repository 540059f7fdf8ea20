// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shell/candidates.h"

#include <net/if.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "base/text.h"
#include "kernel/cgroup.h"
#include "kernel/link/hook.h"
#include "kernel/link/tracepoint.h"
#include "kernel/names.h"
#include "kernel/prog/prog_name.h"
#include "object/builtins.h"
#include "object/inspect.h"

namespace bpfmaps::commands {
namespace {

using By = cli::Selector::By;
using cli::Takes;

void add_maps(std::vector<Found>& found, By by) {
  (void)kernel::for_each_map(kernel::Access::read, [&](const kernel::Map& map) {
    const kernel::MapInfo& info = map.info();
    const std::string type = kernel::map_type_name(info.type), id = std::to_string(info.id);
    if (by == By::id)
      found.push_back({id, type + " " + info.name});
    else if (!info.name.empty())
      found.push_back({info.name, type + ", id " + id});
  });
}

void add_progs(std::vector<Found>& found, By by) {
  kernel::ProgNames names;
  (void)kernel::for_each_prog([&](const kernel::Prog& prog) {
    const kernel::ProgInfo& info = prog.info();
    const std::string type = kernel::prog_type_name(info.type), id = std::to_string(info.id);
    if (by == By::id)
      found.push_back({id, type + " " + info.name});
    else if (by == By::tag)
      found.push_back({info.tag, type + " " + info.name});
    else if (!info.name.empty())
      found.push_back({names.full_name(prog).text, type + ", id " + id});
  });
}

void add_links(std::vector<Found>& found) {
  (void)kernel::for_each_link([&](const kernel::Link& link) {
    found.push_back({std::to_string(link.info().id), kernel::link_type_name(link.info().type) +
                                                         ", program id " +
                                                         std::to_string(link.info().prog_id)});
  });
}

void add_interfaces(std::vector<Found>& found) {
  const std::unique_ptr<struct if_nameindex, decltype(&if_freenameindex)> all(if_nameindex(),
                                                                              if_freenameindex);
  for (const struct if_nameindex* one = all.get(); one != nullptr && one->if_index != 0; ++one)
    found.push_back({one->if_name});
}

void add_objects(std::vector<Found>& found, const std::string& typed) {
  for (const object::Builtin& builtin : object::builtins())
    found.push_back({std::string(builtin.name), std::string(builtin.summary)});
  std::ranges::copy(file_candidates(typed, true, ".o"), std::back_inserter(found));
}

// The maps or variables of the OBJ that was given before them.
void add_declared(std::vector<Found>& found, const std::vector<cli::Given>& given, Takes takes) {
  for (const cli::Given& one : given) {
    if (one.operand->takes != Takes::object || one.words.empty()) continue;
    const auto image = object::open_image(one.words.front());
    if (!image) return;
    const auto spec = object::inspect(*image);
    if (!spec) return;
    if (takes == Takes::map_name)
      for (const object::MapSpec& map : spec->maps)
        found.push_back({map.name, kernel::map_type_name(map.type)});
    else
      for (const object::VariableSpec& variable : spec->variables)
        found.push_back({.text = variable.name + "=", .doc = variable.type, .is_open = true});
  }
}

// A raw tracepoint has no category before its name.
void add_events(std::vector<Found>& found, const std::vector<cli::Given>& given) {
  const bool raw = std::ranges::any_of(given, [](const cli::Given& one) {
    return one.operand->takes == Takes::hook && one.words.front() == "raw_tracepoint";
  });
  for (std::string& name : kernel::tracepoints())
    found.push_back({raw ? name.substr(name.find('/') + 1) : std::move(name)});
  std::ranges::sort(found, {}, &Found::text);
}

std::vector<Found> all_of(const cli::Completion& completion, const cli::Wanted& wanted,
                          Context& context) {
  const std::string& typed = completion.typed;
  const bool by_path = wanted.by == By::pinned;
  std::vector<Found> found;
  switch (wanted.takes) {
    case Takes::map:
      if (by_path) return pin_candidates(typed, Pins::maps);
      add_maps(found, wanted.by);
      break;
    case Takes::map_or_file:
      if (by_path) return map_or_file_candidates(typed);
      add_maps(found, wanted.by);
      break;
    case Takes::prog:
      if (by_path) return pin_candidates(typed, Pins::programs);
      add_progs(found, wanted.by);
      break;
    case Takes::link:
      if (by_path) return pin_candidates(typed, Pins::links);
      add_links(found);
      break;
    case Takes::pin: return pin_candidates(typed, Pins::all);
    case Takes::pin_path:
    case Takes::bpffs_dir: return pin_candidates(typed, Pins::none);
    case Takes::file: return file_candidates(typed, true, "");
    case Takes::directory: return file_candidates(typed, false, "");
    case Takes::cgroup:
      return file_candidates(typed.empty() ? kernel::cgroup_root() + "/" : typed, false, "");
    case Takes::object: add_objects(found, typed); break;
    case Takes::map_name:
    case Takes::variable: add_declared(found, completion.given, wanted.takes); break;
    case Takes::interface: add_interfaces(found); break;
    case Takes::hook:
      for (kernel::Hook& hook : kernel::all_hooks()) found.push_back({std::move(hook.name)});
      break;
    case Takes::event: add_events(found, completion.given); break;
    case Takes::map_type:
      for (const std::string& name : kernel::map_type_names()) found.push_back({name});
      break;
    case Takes::map_flags: return list_candidates(kernel::all_map_flag_names(), typed);
    case Takes::data:
    case Takes::field:
    case Takes::fields:
    case Takes::expression: return field_candidates(completion, wanted, context);
    default: break;
  }
  return found;
}

bool is_safe(const std::string& text) { return terminal_safe(text) == text; }

}  // namespace

std::vector<Found> list_candidates(const std::vector<std::string_view>& names,
                                   const std::string& typed) {
  const std::string before = typed.substr(0, typed.rfind(',') + 1);
  const auto there = split(before, ',');
  std::vector<Found> found;
  for (const std::string_view name : names)
    if (std::ranges::find(there, name) == there.end())
      found.push_back({before + std::string(name)});
  return found;
}

std::vector<Found> candidates(const cli::Completion& completion, const cli::Wanted& wanted,
                              Context& context) {
  std::vector<Found> found = all_of(completion, wanted, context);
  std::erase_if(found, [&completion](const Found& one) {
    return !one.text.starts_with(completion.typed) || !is_safe(one.text);
  });
  return found;
}

}  // namespace bpfmaps::commands
