// SPDX-License-Identifier: BSD-2-Clause
#include "layout/fields.h"

#include <optional>

#include "base/text.h"
#include "layout/path.h"

namespace bpfmaps::layout {
namespace {

std::vector<Field> wholes(const RowSpec& spec) {
  std::vector<Field> found;
  if (spec.key != nullptr)
    found.push_back({{{&spec.key->root(), 0, std::string(spec.key_name)}}, true});
  found.push_back({{{&spec.value->root(), 0, std::string(spec.value_name)}}, false});
  return found;
}

// What stands behind "key" in `key.saddr` and `key[0]`; nothing where `name` starts otherwise.
std::optional<std::string_view> behind(std::string_view whole, std::string_view name) {
  if (!name.starts_with(whole)) return {};
  name.remove_prefix(whole.size());
  if (name.starts_with('.')) return name.substr(1);
  return name.empty() || name[0] == '[' ? std::optional(name) : std::nullopt;
}

Result<Field> within(const Field& whole, std::string_view path) {
  if (path.empty()) return whole;
  return Field{TRY(follow(whole.ref(), path)), whole.of_key};
}

Error unknown(const RowSpec& spec, std::string_view name) {
  const std::string quoted = "`" + std::string(name) + "`";
  if (name == "cpu" && !spec.cpus.empty())
    return Error::usage(
        "`cpu` is no field: each CPU's value is asked, and one that fits is enough");
  const std::vector<std::string> names = field_names(spec);
  const std::vector<std::string_view> known(names.begin(), names.end());
  if (!spec.value->is_typed() && spec.spread_key)
    return Error::usage("there is no field " + quoted + ": no type is known for the records",
                        suggestion(name, known, "--type names one; without it there are"));
  if (!spec.value->is_typed())
    return Error::usage("there is no field " + quoted + ": no type is known for the map's values",
                        "name their type with --btf FILE; with --raw there are only bytes");
  return Error::usage("there is no field " + quoted, suggestion(name, known, "fields"));
}

}  // namespace

Result<Field> find_field(const RowSpec& spec, std::string_view name) {
  if (name.empty()) return fail(Error::usage("the name of a field is missing"));
  std::optional<Field> found;
  std::optional<Error> why;  // the most telling one: of the whole that was named or that has a part
  for (const Field& whole : wholes(spec)) {
    if (const auto path = behind(whole.ref().path, name)) {
      auto field = within(whole, *path);
      if (field) return field;
      why = std::move(field).error();
    }
  }
  for (const Field& whole : wholes(spec)) {
    auto field = within(whole, name);
    if (!field) {
      if (!why && within(whole, name.substr(0, name.find_first_of(".["))))
        why = std::move(field).error();
      continue;
    }
    if (found && spec.spread_key) continue;
    if (found)
      return fail(
          Error::usage("key and value both have a field `" + std::string(name) + "`",
                       "write key." + std::string(name) + " or value." + std::string(name)));
    found = *std::move(field);
  }
  if (found) return *std::move(found);
  return fail(why ? *std::move(why) : unknown(spec, name));
}

std::vector<std::string> field_names(const RowSpec& spec) {
  std::vector<std::string> names;
  for (Column& column : headed_columns(spec)) names.push_back(std::move(column.path));
  return names;
}

}  // namespace bpfmaps::layout
