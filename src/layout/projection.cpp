// SPDX-License-Identifier: BSD-2-Clause
#include "layout/projection.h"

#include <algorithm>

namespace bpfmaps::layout {
namespace {

// Whether the field of path `a` is that of `b` or a part of it.
bool is_part(std::string_view a, std::string_view b) {
  return a.starts_with(b) && (a.size() == b.size() || a[b.size()] == '.' || a[b.size()] == '[');
}

// A record like `node` with nothing in it yet.
Node emptied(const Node& node) {
  Node made = node;
  made.shape = Shape::record;
  made.meaning = Meaning::plain;
  made.children.clear();
  return made;
}

// Adds the field at the end of `way` to `root`, the pruned copy of where the way starts.
void graft(Node& root, const std::vector<FieldRef>& way) {
  Node* parent = &root;
  const FieldRef* from = &way.front();
  for (const FieldRef& field : way) {
    const bool last = &field == &way.back();
    if (&field == &way.front() || (field.node->shape == Shape::array && !last)) continue;
    Node node = last ? *field.node : emptied(*field.node);
    // An element has no name of its own: it is called after its array, `in[0]`.
    node.name = field.path.substr(from->path.size());
    if (node.name.starts_with('.')) node.name.erase(0, 1);
    node.offset = static_cast<std::uint32_t>(field.offset - from->offset);
    auto at = std::find_if(parent->children.begin(), parent->children.end(),
                           [&](const Node& child) { return child.name == node.name; });
    if (at == parent->children.end()) at = parent->children.insert(at, std::move(node));
    parent = &*at;
    from = &field;
  }
}

}  // namespace

Result<std::unique_ptr<Projection>> Projection::make(const RowSpec& from,
                                                     std::span<const std::string_view> names) {
  if (names.empty()) return fail(Error::usage("no field is named"));
  std::unique_ptr<Projection> made(new Projection);
  made->spec_ = from;
  for (const std::string_view name : names) TRY(made->pick(from, name));
  made->spec_.key = made->key_ ? &*made->key_ : nullptr;
  made->spec_.value = made->value_ ? &*made->value_ : nullptr;
  if (!made->value_) made->spec_.cpus.clear();  // one row, since no CPU's value is in it
  return made;
}

Status Projection::pick(const RowSpec& from, std::string_view name) {
  const Field field = TRY(find_field(from, name));
  const std::string& path = field.ref().path;
  for (const std::string& other : picked_)
    if (is_part(path, other) || is_part(other, path))
      return fail(Error::usage("`" + std::string(name) + "` is given twice"));
  picked_.push_back(path);
  const Layout& layout = layout_of(from, field);
  std::optional<Layout>& pruned = field.of_key ? key_ : value_;
  if (field.way.size() == 1) {
    pruned = layout;
  } else {
    if (!pruned) pruned.emplace(emptied(layout.root()), layout.names());
    graft(pruned->root(), field.way);
  }
  add_columns(from, field, name);
  return {};
}

// Under the headings they have where all fields are shown; elements have none there.
void Projection::add_columns(const RowSpec& from, const Field& field, std::string_view name) {
  const std::vector<Column> headed = headed_columns(from);
  const auto offset = static_cast<std::uint32_t>(field.ref().offset);
  for (Column& column : columns_of(field.node(), name, offset)) {
    column.of_key = field.of_key;
    const auto known = std::find_if(headed.begin(), headed.end(), [&](const Column& one) {
      return one.node == column.node && one.offset == column.offset && one.of_key == column.of_key;
    });
    spec_.columns.push_back(known != headed.end() ? *known : std::move(column));
  }
}

}  // namespace bpfmaps::layout
