// SPDX-License-Identifier: BSD-2-Clause
#include "layout/json_schema.h"

namespace bpfmaps::layout {
namespace {

using output::Style;
using output::Value;
using Members = output::Value::Members;

Members pattern(const std::string& pattern) { return {{"type", "string"}, {"pattern", pattern}}; }

constexpr char kDecimal[] = "^-?[0-9]+$";

Members object(const Members& properties) {
  Value::List names;
  for (const output::Field& one : properties) names.emplace_back(one.name);
  return {{"type", "object"},
          {"properties", properties},
          {"required", std::move(names)},
          {"additionalProperties", false}};
}

class Schema {
 public:
  Schema(const Layout& layout, const Style& style) : layout_(layout), style_(style) {}

  Value of(const Node& node) const {
    Members made =
        style_.net && node.meaning != Meaning::plain ? meaning(node.meaning) : shape(node);
    if (!node.type.empty()) made.insert(made.begin(), {"title", node.type});
    return made;
  }

 private:
  static Members meaning(Meaning meaning) {
    switch (meaning) {
      case Meaning::plain: break;
      case Meaning::ipv4: return {{"type", "string"}, {"format", "ipv4"}};
      case Meaning::ipv6: return {{"type", "string"}, {"format", "ipv6"}};
      case Meaning::mac: return pattern("^([0-9a-f]{2}:){5}[0-9a-f]{2}$");
      case Meaning::cidr4: return pattern("^[0-9.]+/[0-9]+$");
      case Meaning::cidr6: return pattern("^[0-9a-f:.]+/[0-9]+$");
    }
    return {};
  }

  Members shape(const Node& node) const {
    switch (node.shape) {
      case Shape::unsigned_int:
      case Shape::signed_int: return integer(node);
      case Shape::boolean: return {{"type", "boolean"}};
      case Shape::enumeration: return enumeration(node);
      case Shape::floating: return floating();
      case Shape::pointer:
      case Shape::wide_int: return pattern("^0x[0-9a-f]+$");
      case Shape::text: return {{"type", "string"}, {"maxLength", node.size}};
      case Shape::bytes:
        if (node.size == 0) return pattern("^$");
        return pattern("^[0-9a-f]{2}( [0-9a-f]{2}){" + std::to_string(node.size - 1) + "}$");
      case Shape::array: return array(node);
      case Shape::record: return record(node);
    }
    return {};
  }

  Members integer(const Node& node) const {
    if (style_.string_ints && node.size == 8) return pattern(kDecimal);
    const unsigned bits = node.bits != 0 ? node.bits : node.size * 8u;
    const std::int64_t least = node.is_signed ? INT64_MIN >> (64 - bits) : 0;
    const std::uint64_t most = (node.is_signed ? INT64_MAX : UINT64_MAX) >> (64 - bits);
    return {{"type", "integer"}, {"minimum", least}, {"maximum", most}};
  }

  // A value without a name is its number, as text.
  Members enumeration(const Node& node) const {
    Value::List names;
    for (const Names::Entry& entry : layout_.names_of(node).entries())
      names.emplace_back(entry.name);
    return {{"type", "string"},
            {"anyOf",
             Value::List{Members{{"enum", std::move(names)}}, Members{{"pattern", kDecimal}}}}};
  }

  static Members floating() {
    return {{"anyOf", Value::List{Members{{"type", "number"}},
                                  Members{{"enum", Value::List{"NaN", "Infinity", "-Infinity"}}}}}};
  }

  Members array(const Node& node) const {
    Members made = {{"type", "array"}, {"items", of(node.children[0])}};
    if (!node.counted) made.push_back({"minItems", node.count});
    if (!node.counted) made.push_back({"maxItems", node.count});
    return made;
  }

  Members record(const Node& node) const {
    Members properties;
    for (const Node& child : node.children) properties.push_back({child.name, of(child)});
    return object(properties);
  }

  const Layout& layout_;
  const Style& style_;
};

Value schema_of(const Layout& layout, const Style& style) {
  return Schema(layout, style).of(layout.root());
}

}  // namespace

output::Record json_schema(const RowSpec& spec, const Style& style, const std::string& title) {
  Members properties;
  if (spec.key != nullptr) properties.push_back({"key", schema_of(*spec.key, style)});
  if (spec.cpus.empty()) {
    properties.push_back({std::string(spec.value_name), schema_of(*spec.value, style)});
  } else {
    const Members cpu = {{"type", "integer"}, {"minimum", 0U}};
    const Members each = object({{"cpu", cpu}, {"value", schema_of(*spec.value, style)}});
    properties.push_back({"values", Members{{"type", "array"}, {"items", each}}});
  }
  output::Record record;
  record.add("$schema", "https://json-schema.org/draft/2020-12/schema").add("title", title);
  for (output::Field& field : object(properties)) record.add(field.name, std::move(field.value));
  return record;
}

}  // namespace bpfmaps::layout
