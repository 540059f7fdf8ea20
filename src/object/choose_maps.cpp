// SPDX-License-Identifier: BSD-2-Clause
#include "object/choose_maps.h"

#include <cerrno>

#include "base/text.h"
#include "kernel/pin/pin.h"
#include "kernel/pin/pin_set.h"
#include "object/choose.h"
#include "object/reuse.h"

namespace bpfmaps::object {
namespace {

class Chooser {
 public:
  Chooser(bpf_object* object, const std::string& subject, const LoadPlan& plan,
          const Changed& changed)
      : object_(object), subject_(subject), plan_(plan), changed_(changed) {}

  Result<ChosenMaps> choose() {
    TRY(check_replacements());
    std::size_t index = 0;
    bpf_map* map = nullptr;
    bpf_object__for_each_map(map, object_) {
      const MapSpec spec = spec_of(object_, map);
      // libbpf would pin by itself, and under /sys/fs/bpf whatever the user said.
      bpf_map__set_pin_path(map, nullptr);
      const Replacement* replacement = TRY(replacement_for(spec.name, index++));
      if (replacement != nullptr) {
        TRY(reuse(map, spec, replacement->map, Fit::layout,
                  "id " + std::to_string(replacement->map.info().id)));
        continue;
      }
      chosen_.targets.push_back({map, path_for(spec), false});
      TRY(look_at(chosen_.targets.back(), spec));
    }
    return std::move(chosen_);
  }

 private:
  Result<const Replacement*> replacement_for(std::string_view name, std::size_t index) const {
    const Replacement* found = nullptr;
    for (const Replacement& one : plan_.replacements) {
      if (one.index ? *one.index != index : one.name != name) continue;
      if (found != nullptr)
        return fail(Error::usage("map " + std::string(name) + " is given twice"));
      found = &one;
    }
    return found;
  }

  Status check_replacements() const {
    std::vector<std::string_view> names;
    bpf_map* map = nullptr;
    bpf_object__for_each_map(map, object_) names.emplace_back(bpf_map__name(map));
    for (const Replacement& replacement : plan_.replacements) {
      if (!replacement.index) {
        TRY(check_named("map", replacement.name, names, subject_));
      } else if (*replacement.index >= names.size()) {
        return fail(Error::refused(Kind::not_found, "load object", subject_,
                                   "it holds no map idx " + std::to_string(*replacement.index) +
                                       ", but " + std::to_string(names.size()) + " maps",
                                   "`bpfmaps obj show` lists them in the order of idx, from 0"));
      }
    }
    return {};
  }

  /// Where a map is pinned; "" for nowhere.
  std::string path_for(const MapSpec& spec) const {
    std::string directory = plan_.pinmaps;
    if (spec.pinned_by_name && !plan_.pinroot.empty()) directory = plan_.pinroot;
    if (spec.pinned_by_name && directory.empty())
      directory = plan_.all_programs ? plan_.pin : kernel::parent_of(plan_.pin);
    return directory.empty() ? "" : directory + "/" + file_name_of(spec.name);
  }

  /// Takes the map that stands at the target's path already, if one does.
  Status look_at(Target& target, const MapSpec& spec) {
    if (target.path.empty()) return {};
    const auto pinned = kernel::map_at(target.path, kernel::Access::write);
    if (!pinned) return pinned.error().kind == Kind::not_found ? Status() : fail(pinned.error());
    TRY(reuse(target.map, spec, *pinned, Fit::same, target.path));
    target.reused = true;
    return {};
  }

  Status reuse(bpf_map* map, const MapSpec& spec, const kernel::Map& existing, Fit fit,
               const std::string& where) {
    const Comparison compared = compare(object_, map, existing, fit);
    const std::string differs = text_of(compared.differences);
    if (!differs.empty()) {
      return fail(
          Error::refused(Kind::invalid, "reuse a map", where,
                         "it does not fit map " + spec.name + " of " + subject_ + ": " + differs,
                         fit == Fit::same ? "remove it (`bpfmaps pin rm " + shell_word(where) +
                                                "`), or pin the maps elsewhere (`pinmaps DIR`)"
                                          : "give a map of that layout"));
    }
    if (!compared.remark.empty())
      chosen_.remarks.push_back("map " + spec.name + " of " + where + ": " + compared.remark);
    if (changed_.contains(map) && !holds_constants(map)) {
      return fail(Error::refused(
          Kind::exists, "set a variable", where, "the map is there already and keeps its values",
          "`bpfmaps map update MAP key 0 value NAME=VALUE --merge` changes them"));
    }
    if (spec.type == BPF_MAP_TYPE_STRUCT_OPS)
      chosen_.remarks.push_back("map " + spec.name + " of " + where +
                                ": keeps the programs that it was made with; those that are loaded "
                                "now are not in it");
    if (bpf_map__reuse_fd(map, existing.fd()) == 0) return {};
    const int code = errno;
    return fail(Error::from_errno(code, "reuse a map", where));
  }

  bpf_object* object_;
  const std::string& subject_;
  const LoadPlan& plan_;
  const Changed& changed_;
  ChosenMaps chosen_;
};

}  // namespace

Result<ChosenMaps> choose_maps(bpf_object* object, const std::string& subject, const LoadPlan& plan,
                               const Changed& changed) {
  return Chooser(object, subject, plan, changed).choose();
}

}  // namespace bpfmaps::object
