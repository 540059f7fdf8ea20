// SPDX-License-Identifier: BSD-2-Clause
// Fields: how questions and options name a part of an entry: by the headings of tables, `packets`
// or, where key and value both have one, `key.id`; elements of arrays too, `in[0].a`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "layout/encode.h"
#include "layout/rows.h"

namespace bpfmaps::layout {

struct Field {
  std::vector<FieldRef> way;  ///< from the whole key or value, whose path is its name, to the field
  bool of_key = false;

  const FieldRef& ref() const { return way.back(); }
  const Node& node() const { return *ref().node; }
};

/// The field that `name` stands for. Errors are of Kind::usage and name the fields there are, or
/// the nearest one.
Result<Field> find_field(const RowSpec& spec, std::string_view name);

/// All names that tables have headings for; what completion offers.
std::vector<std::string> field_names(const RowSpec& spec);

/// The layout that `field` belongs to.
inline const Layout& layout_of(const RowSpec& spec, const Field& field) {
  return field.of_key ? *spec.key : *spec.value;
}

}  // namespace bpfmaps::layout
