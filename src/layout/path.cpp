// SPDX-License-Identifier: BSD-2-Clause
#include "layout/path.h"

#include <string>
#include <vector>

#include "base/number.h"
#include "base/text.h"

namespace bpfmaps::layout {
namespace {

FieldRef placed(const FieldRef& field, const Node& child) {
  const std::string before = field.path.empty() ? "" : field.path + ".";
  return {&child, field.offset + child.offset, before + child.name};
}

// The member whose name `path` starts with; the longest, since a static variable's name can hold
// points. Null where there is none.
const Node* leading_member(const Node& record, std::string_view path) {
  const Node* best = nullptr;
  for (const Node& child : record.children) {
    const std::size_t size = child.name.size();
    if (!path.starts_with(child.name) || child.name.empty()) continue;
    if (path.size() > size && path[size] != '.' && path[size] != '[') continue;
    if (best == nullptr || best->name.size() < size) best = &child;
  }
  return record.shape == Shape::record ? best : nullptr;
}

Result<FieldRef> indexed(const FieldRef& field, std::string_view index) {
  const Node& array = *field.node;
  if (array.shape != Shape::array) return fail(field.wrong("is no array"));
  const auto number = parse_u64(index);
  if (!number || *number >= array.count)
    return fail(field.wrong("has " + std::to_string(array.count) + " elements, and no [" +
                            std::string(index) + "]"));
  return element_of(field, static_cast<std::uint32_t>(*number));
}

}  // namespace

Result<FieldRef> member_of(const FieldRef& field, std::string_view name) {
  std::vector<std::string_view> known;
  std::string bearers;
  if (field.node->shape == Shape::record) {
    for (const Node& child : field.node->children) {
      if (child.name == name) return placed(field, child);
      known.push_back(child.name);
      if (!name.empty() && child.name.starts_with(std::string(name) + "@"))
        bearers += " " + child.name;
    }
  }
  if (!bearers.empty())
    return fail(field.wrong("has several fields called `" + std::string(name) + "`",
                            "name one by its offset:" + bearers));
  return fail(field.wrong("has no field `" + std::string(name) + "`",
                          suggestion(name, known, "its fields")));
}

FieldRef element_of(const FieldRef& field, std::uint32_t index) {
  const Node& of = field.node->children[0];
  return {&of, field.offset + std::size_t{index} * of.size,
          field.path + "[" + std::to_string(index) + "]"};
}

Result<std::vector<FieldRef>> follow(const FieldRef& start, std::string_view path) {
  std::vector<FieldRef> way = {start};
  for (bool first = true; first || !path.empty(); first = false) {
    const FieldRef& field = way.back();
    if (path.starts_with('[')) {
      const std::size_t close = path.find(']');
      if (close == path.npos) return fail(field.wrong("needs a `]` behind " + std::string(path)));
      way.push_back(TRY(indexed(field, path.substr(1, close - 1))));
      path.remove_prefix(close + 1);
      continue;
    }
    if (!first) {
      if (path[0] != '.')
        return fail(field.wrong("needs a point before `" + std::string(path) + "`"));
      path.remove_prefix(1);
    }
    const Node* child = leading_member(*field.node, path);
    if (child == nullptr)
      return fail(member_of(field, path.substr(0, path.find_first_of(".["))).error());
    way.push_back(placed(field, *child));
    path.remove_prefix(child->name.size());
  }
  return way;
}

}  // namespace bpfmaps::layout
