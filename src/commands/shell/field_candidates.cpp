// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>

#include "base/text.h"
#include "commands/shared/list_columns.h"
#include "commands/shared/record_rows.h"
#include "commands/shared/select.h"
#include "commands/shell/candidates.h"
#include "entries/saved_map.h"
#include "entries/typed_map.h"
#include "layout/fields.h"

namespace bpfmaps::commands {
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

constexpr std::string_view kOfField =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.[]";

// Takes the spaces at the end of `text`, then the name before them, which it returns.
std::string_view take_last_word(std::string_view& text) {
  text = text.substr(0, text.find_last_not_of(' ') + 1);
  const std::string_view word = text.substr(text.find_last_not_of(kOfField) + 1);
  text.remove_suffix(word.size());
  return word;
}

// The field that stands left of `FIELD ==` or of `FIELD in (A, `; "" where no value is awaited.
std::string_view compared_field(std::string_view before) {
  const std::size_t end = before.find_last_not_of(' ');
  if (end == std::string_view::npos) return {};
  const std::string_view signs = before.substr(0, end + 1);
  const std::size_t sign = signs.find_last_not_of("=<>!");
  if (sign < end) {
    before = signs.substr(0, sign + 1);
    return take_last_word(before);
  }
  const std::size_t list = before.find_last_of("()");
  if (list == std::string_view::npos || before[list] == ')') return {};
  before = before.substr(0, list);
  if (take_last_word(before) != "in") return {};
  const std::string_view field = take_last_word(before);
  return field == "not" ? take_last_word(before) : field;
}

// A field where one may begin, the names of an enum where a value is awaited.
std::vector<Found> expression_candidates(const layout::RowSpec& spec, const std::string& typed) {
  const std::string before = typed.substr(0, typed.find_last_not_of(kOfField) + 1);
  std::vector<Found> found;
  if (const std::string_view compared = compared_field(before); !compared.empty()) {
    const auto field = layout::find_field(spec, compared);
    if (field) add_enum_names(found, layout_of(spec, *field), field->node(), before);
  } else {
    for (const std::string& name : field_names(spec))
      found.push_back({before + name, "", {}, true});
  }
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

std::vector<Found> candidates_of(const layout::RowSpec& spec, const cli::Completion& completion,
                                 Takes takes) {
  if (takes == Takes::field) return order_candidates(spec, completion.typed);
  if (takes == Takes::expression) return expression_candidates(spec, completion.typed);
  const auto names = field_names(spec);
  return list_candidates({names.begin(), names.end()}, completion.typed);
}

// A saved file is not read but for its types.
Result<std::unique_ptr<entries::TypedMap>> open(const cli::Selector& map,
                                                const entries::MapOptions& options) {
  if (map.by == cli::Selector::By::pinned && map.text != "-" && entries::is_saved_map(map.text))
    return entries::open_saved_types(map.text, options);
  return entries::make_typed_map(TRY(open_map(map, kernel::Access::read)), options);
}

}  // namespace

std::vector<Found> field_candidates(const cli::Completion& completion, const cli::Wanted& wanted,
                                    Context& context) {
  if (completion.command != nullptr)
    if (const auto columns = columns_of_list(*completion.command); !columns.empty())
      return candidates_of(RecordRows(columns, {}).spec(), completion, wanted.takes);
  const auto given = std::ranges::find(completion.given, "MAP",
                                       [](const cli::Given& one) { return one.operand->name; });
  if (given == completion.given.end()) return {};
  const auto map = open(given->selector, {.raw = context.style.raw});
  if (!map) return {};
  const layout::RowSpec spec = (*map)->row_spec();
  if (wanted.takes == Takes::data)
    return data_candidates(wanted.keyword == "key" ? (*map)->key : (*map)->value, completion.typed);
  return candidates_of(spec, completion, wanted.takes);
}

}  // namespace bpfmaps::commands
