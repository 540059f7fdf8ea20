// SPDX-License-Identifier: BSD-2-Clause
#include "object/variables.h"

#include <bpf/btf.h>

#include <algorithm>

#include "base/text.h"
#include "object/types.h"

namespace bpfmaps::object {
namespace {

constexpr const char* kOperation = "set a variable";

/// A variable that a word can mean.
struct Match {
  bpf_map* map;
  std::string section, name;
};

/// The type of a data section, or null where `map` is none or has no types.
const btf_type* section_of(const btf* types, const bpf_map* map) {
  if (types == nullptr || !bpf_map__is_internal(map)) return nullptr;
  const btf_type* section = btf__type_by_id(types, bpf_map__btf_value_type_id(map));
  return section != nullptr && btf_is_datasec(section) ? section : nullptr;
}

/// Whether `path` is the variable `name` or leads into it.
bool leads_to(std::string_view path, std::string_view name) {
  if (!path.starts_with(name)) return false;
  path.remove_prefix(name.size());
  return path.empty() || path[0] == '.' || path[0] == '[';
}

/// The variables that `path` can mean: of the longest name that fits, since a static variable's
/// can hold points. `.bss.hits` names the section, too.
std::vector<Match> matches_of(bpf_object* object, std::string_view path) {
  const btf* types = bpf_object__btf(object);
  std::vector<Match> matches;
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object) {
    const btf_type* type = section_of(types, map);
    if (type == nullptr) continue;
    const std::string section = btf__name_by_offset(types, type->name_off);
    std::string_view within = path;
    if (path.starts_with('.')) {
      if (!path.starts_with(section + ".")) continue;
      within.remove_prefix(section.size() + 1);
    }
    for (const std::string& name : names_in(types, type)) {
      if (!leads_to(within, name)) continue;
      if (!matches.empty() && matches[0].name.size() > name.size()) continue;
      if (!matches.empty() && matches[0].name.size() < name.size()) matches.clear();
      matches.push_back({map, section, name});
    }
  }
  return matches;
}

Error unknown(const std::string& subject, std::string_view path, const btf* types) {
  const std::string_view name = path.substr(0, path.find_first_of(path[0] == '.' ? "[" : ".["));
  std::vector<std::string> known;
  std::string bearers;
  for (const VariableSpec& variable : variables_of(types)) {
    known.push_back(variable.name);
    if (variable.name.starts_with(std::string(name) + "@")) bearers += " " + variable.name;
  }
  if (!bearers.empty())
    return Error::refused(Kind::usage, kOperation, subject,
                          "it has several variables called " + std::string(name),
                          "name one by its place in the section:" + bearers);
  const std::vector<std::string_view> names(known.begin(), known.end());
  std::string hint = known.empty() ? "" : suggestion(name, names, "variables");
  if (types == nullptr) hint = "compile it with -g: its variables have no types";
  return Error::refused(Kind::not_found, kOperation, subject,
                        "it has no variable " + std::string(name), std::move(hint));
}

Result<Match> find_variable(bpf_object* object, const std::string& subject, std::string_view path) {
  if (path.empty()) return fail(Error::usage("`var` names no variable", "`var NAME=VALUE`"));
  std::vector<Match> matches = matches_of(object, path);
  if (matches.empty()) return fail(unknown(subject, path, bpf_object__btf(object)));
  Match& match = matches[0];
  if (matches.size() > 1) {
    std::string hint = "name one with its section:";
    for (const Match& one : matches) hint.append(" ").append(one.section + "." + one.name);
    return fail(Error::refused(Kind::usage, kOperation, subject,
                               "several of its sections have a variable " + match.name, hint));
  }
  if (match.section != ".kconfig") return match;
  return fail(Error::refused(Kind::unsupported, kOperation, subject,
                             match.name + " is the kernel's to set: it tells how the kernel is "
                                          "configured"));
}

}  // namespace

Result<Changed> set_variables(bpf_object* object, const std::string& subject,
                              std::span<const std::string> words, const SetVariable& set) {
  Changed changed;
  for (const std::string& word : words) {
    if (word.find('=') == word.npos)
      return fail(Error::usage("`var " + word + "` gives no value", "`var " + word + "=VALUE`"));
    const Match match = TRY(find_variable(object, subject, word.substr(0, word.find('='))));
    const bool with_section = word.starts_with('.');
    bpf_map* const map = match.map;
    std::size_t size = 0;
    // libbpf hands these bytes out for this: they lie in memory of its own until the load.
    void* bytes = const_cast<void*>(static_cast<const void*>(bpf_map__initial_value(map, &size)));
    TRY(set(bpf_object__btf(object), bpf_map__btf_value_type_id(map),
            with_section ? word.substr(match.section.size() + 1) : word,
            {static_cast<unsigned char*>(bytes), size}));
    changed.insert(map);
  }
  return changed;
}

}  // namespace bpfmaps::object
