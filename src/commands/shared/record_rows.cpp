// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/record_rows.h"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <variant>

namespace bpfmaps::commands {

using Kind = output::Column::Kind;
using layout::Node;
using layout::Shape;
using output::Value;

namespace {

bool is_list(Kind kind) { return kind == Kind::texts || kind == Kind::numbers; }
bool is_text(Kind kind) { return kind == Kind::texts || kind == Kind::text; }

std::string text_of(const output::Column& column, const Value& value) {
  const auto* text = std::get_if<std::string>(&value.data());
  if (text != nullptr) return *text;  // as it is: nothing is escaped for a terminal
  const bool nested = std::holds_alternative<Value::Members>(value.data());
  if (nested && column.in_short != nullptr) return column.in_short(value);
  return output::cell_text(value, {});
}

/// The number in `value`, as `Number`; 0 where there is none.
template <class Number>
Number number_of(const Value& value) {
  return std::visit(
      [](const auto& data) -> Number {
        using Type = std::decay_t<decltype(data)>;
        if constexpr (std::is_arithmetic_v<Type>)
          return static_cast<Number>(data);
        else if constexpr (std::is_same_v<Type, Value::Seconds>)
          return static_cast<Number>(data.since_1970);
        else if constexpr (std::is_same_v<Type, Value::Bytes>)
          return static_cast<Number>(data.count);
        else if constexpr (std::is_same_v<Type, Value::Share>)
          return static_cast<Number>(data.of_one);
        else
          return 0;
      },
      value.data());
}

Node node_of(Kind kind, std::size_t size) {
  Node node{.shape = Shape::unsigned_int, .size = static_cast<std::uint32_t>(size)};
  switch (kind) {
    case Kind::text:
    case Kind::texts:
      node.shape = Shape::text;
      node.type = "text";
      break;
    case Kind::number:
    case Kind::numbers: node.type = "number"; break;
    case Kind::bytes: node.type = "bytes"; break;
    case Kind::signed_number:
    case Kind::time:
      node.shape = Shape::signed_int;
      node.is_signed = true;
      node.type = kind == Kind::time ? "seconds since 1970" : "number";
      break;
    case Kind::real:
    case Kind::share:
      node.shape = Shape::floating;
      node.type = kind == Kind::share ? "a part of 1" : "number";
      break;
    case Kind::truth:
      node.shape = Shape::boolean;
      node.type = "true or false";
      break;
  }
  return node;
}

/// Elements of a list; what is no list is one element.
const Value* element(const Value& value, std::size_t index) {
  const auto* list = std::get_if<Value::List>(&value.data());
  if (list == nullptr) return index == 0 ? &value : nullptr;
  return index < list->size() ? &(*list)[index] : nullptr;
}

}  // namespace

std::string_view name_of(const output::Column& column) {
  return column.heading.empty() ? column.field : column.heading;
}

const output::Column* find_column(const std::vector<output::Column>& columns,
                                  std::string_view name) {
  auto found = std::ranges::find(columns, name, &output::Column::heading);
  if (found == columns.end()) found = std::ranges::find(columns, name, &output::Column::field);
  return found == columns.end() ? nullptr : &*found;
}

RecordRows::RecordRows(const std::vector<output::Column>& columns,
                       const std::vector<output::Record>& records, std::size_t most)
    : layout_(Node{.shape = Shape::record}, nullptr) {
  Node& root = layout_.root();
  for (const output::Column& column : columns) {
    Place place{&column, size_, column.kind == Kind::truth ? 1u : 8u, 1};
    if (is_text(column.kind)) place.size = 1;  // the NUL
    for (const output::Record& record : records) {
      const Value* value = record.find(column.field);
      if (value == nullptr) continue;
      for (std::size_t i = 0; i < most; ++i) {
        const Value* one = is_list(column.kind) ? element(*value, i) : value;
        if (one == nullptr) break;
        place.elements = std::max(place.elements, i + 1);
        if (is_text(column.kind))
          place.size = std::max(place.size, text_of(column, *one).size() + 1);
        if (!is_list(column.kind)) break;
      }
    }
    Node node = node_of(column.kind, place.size);
    if (is_list(column.kind)) {
      Node list{.shape = Shape::array,
                .size = static_cast<std::uint32_t>(place.size * place.elements),
                .count = static_cast<std::uint32_t>(place.elements),
                .type = "list"};
      list.children.push_back(std::move(node));
      node = std::move(list);
    }
    node.offset = static_cast<std::uint32_t>(size_);
    size_ = place.known() + 1;
    places_.push_back(place);
    // Its name in JSON is good, too, unless that is another column's heading.
    if (!column.heading.empty()) {
      node.name = column.heading;
      root.children.push_back(node);
    }
    if (column.heading != column.field && find_column(columns, column.field) == &column) {
      node.name = column.field;
      root.children.push_back(std::move(node));
    }
  }
  constexpr std::size_t kWindow = 8;  // reading a number may touch what is behind it
  size_ += kWindow;
  root.size = static_cast<std::uint32_t>(size_);
  spec_.value = &layout_;
  spec_.value_name = "";
  spec_.listed = true;
  for (const Node& child : root.children) {
    const output::Column* column = find_column(columns, child.name);
    if (name_of(*column) == child.name)
      spec_.columns.push_back({.path = child.name, .node = &child, .offset = child.offset});
  }
}

void RecordRows::put(const Place& place, std::size_t element, const Value& value,
                     unsigned char* row) const {
  unsigned char* const to = row + place.offset + element * place.size;
  const auto store = [to](auto number) { std::memcpy(to, &number, sizeof number); };
  switch (place.column->kind) {
    case Kind::text:
    case Kind::texts: {
      const std::string text = text_of(*place.column, value);
      std::memcpy(to, text.data(), std::min(text.size(), place.size - 1));
      break;
    }
    case Kind::number:
    case Kind::numbers:
    case Kind::bytes: return store(number_of<std::uint64_t>(value));
    case Kind::signed_number:
    case Kind::time: return store(number_of<std::int64_t>(value));
    case Kind::real:
    case Kind::share: return store(number_of<double>(value));
    case Kind::truth: *to = number_of<bool>(value) ? 1 : 0; break;
  }
}

std::vector<unsigned char> RecordRows::row(const output::Record& record) const {
  std::vector<unsigned char> row(size_);
  for (const Place& place : places_) {
    const Value* value = record.find(place.column->field);
    if (value == nullptr || std::holds_alternative<std::monostate>(value->data())) continue;
    row[place.known()] = 1;
    if (!is_list(place.column->kind)) {
      put(place, 0, *value, row.data());
      continue;
    }
    // The last element fills what is left: it fits no more often for that.
    const Value* last = nullptr;
    for (std::size_t i = 0; i < place.elements; ++i) {
      if (const Value* one = element(*value, i)) last = one;
      if (last != nullptr) put(place, i, *last, row.data());
    }
  }
  return row;
}

}  // namespace bpfmaps::commands
