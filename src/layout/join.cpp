// SPDX-License-Identifier: BSD-2-Clause
#include "layout/join.h"

#include "layout/synthetic.h"

namespace bpfmaps::layout {
namespace {

Names copy_of(const Names& names) {
  Names copy(names.type_name());
  for (const Names::Entry& entry : names.entries()) copy.add(entry.value, entry.name);
  copy.seal();
  return copy;
}

// Enum names are told by their index, and those of the parts before come first.
void shift_names(Node& node, std::int32_t by) {
  if (node.names >= 0) node.names += by;
  for (Node& child : node.children) shift_names(child, by);
}

}  // namespace

Layout join(const std::vector<Part>& parts) {
  std::vector<Node> fields;
  std::vector<Names> names;
  for (const Part& part : parts) {
    Node field = part.layout->root();
    field.name = part.name;
    shift_names(field, static_cast<std::int32_t>(names.size()));
    fields.push_back(std::move(field));
    if (part.layout->names() == nullptr) continue;
    for (const Names& each : *part.layout->names()) names.push_back(copy_of(each));
  }
  return Layout(record(std::move(fields)),
                std::make_shared<const std::vector<Names>>(std::move(names)));
}

}  // namespace bpfmaps::layout
