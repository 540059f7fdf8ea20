// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>

#include "base/text.h"
#include "commands/candidates.h"
#include "commands/typed_map.h"
#include "layout/fields.h"

namespace bpfmaps {
namespace {

using cli::Takes;
using layout::Column;
using layout::Layout;
using layout::Shape;

void add_enum_names(std::vector<Found>& found, const Layout& layout, const layout::Node& node,
                    const std::string& before) {
  if (node.shape != Shape::enumeration) return;
  for (const layout::Names::Entry& entry : layout.names_of(node).entries())
    found.push_back({before + entry.name, layout.names_of(node).type_name()});
}

// FIELD, or FIELD:desc once the field stands.
std::vector<Found> order_candidates(const layout::RowSpec& spec, const std::string& typed) {
  std::vector<Found> found;
  for (const std::string& name : field_names(spec)) {
    found.push_back({name});
    if (typed.starts_with(name + ":")) found.push_back({name + ":desc"});
  }
  return found;
}

// One more field behind those that are there.
std::vector<Found> list_candidates(const layout::RowSpec& spec, const std::string& typed) {
  const std::string before = typed.substr(0, typed.rfind(',') + 1);
  const auto there = split(before, ',');
  std::vector<Found> found;
  for (const std::string& name : field_names(spec))
    if (std::ranges::find(there, name) == there.end()) found.push_back({before + name});
  return found;
}

// A field where one may begin, the names of an enum behind `FIELD ==`.
std::vector<Found> expression_candidates(const layout::RowSpec& spec, const std::string& typed) {
  constexpr std::string_view kOfField =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.[]";
  const std::string before = typed.substr(0, typed.find_last_not_of(kOfField) + 1);
  const std::size_t sign_end = before.find_last_not_of(' ');
  const bool compares = sign_end != std::string::npos && before[sign_end] == '=';
  std::vector<Found> found;
  if (!compares) {
    for (const std::string& name : field_names(spec))
      found.push_back({before + name, "", {}, true});
    return found;
  }
  const std::size_t field_end = before.find_last_of(kOfField);
  const std::size_t field_start = before.find_last_not_of(kOfField, field_end) + 1;
  if (field_end == std::string::npos) return found;
  const auto field = layout::find_field(
      spec, std::string_view(before).substr(field_start, field_end - field_start + 1));
  if (field) add_enum_names(found, layout_of(spec, *field), field->node(), before);
  return found;
}

// FIELD= for what has fields, and the names of an enum for the whole or behind FIELD=.
std::vector<Found> data_candidates(const Layout& layout, const std::string& typed) {
  constexpr std::string_view kWhole = "data";
  std::vector<Found> found;
  for (const Column& column : columns_of(layout, kWhole)) {
    if (column.path == kWhole) {
      add_enum_names(found, layout, *column.node, "");
      continue;
    }
    const std::string assigns = column.path.substr(kWhole.size() + 1) + "=";
    if (typed.starts_with(assigns))
      add_enum_names(found, layout, *column.node, assigns);
    else
      found.push_back({assigns, column.node->type, false, true});
  }
  return found;
}

}  // namespace

std::vector<Found> field_candidates(const cli::Completion& completion, const cli::Wanted& wanted,
                                    Context& context) {
  cli::Request request;
  request.given = completion.given;
  if (request.find("MAP") == nullptr) return {};
  const auto map = open_typed_map(request, context, kernel::Access::read);
  if (!map) return {};
  const layout::RowSpec spec = (*map)->row_spec();
  switch (wanted.takes) {
    case Takes::field: return order_candidates(spec, completion.typed);
    case Takes::fields: return list_candidates(spec, completion.typed);
    case Takes::expression: return expression_candidates(spec, completion.typed);
    default:
      return data_candidates(wanted.keyword == "key" ? (*map)->key : (*map)->value,
                             completion.typed);
  }
}

}  // namespace bpfmaps
