// SPDX-License-Identifier: BSD-2-Clause
#include "layout/node_json.h"

#include "base/number.h"
#include "layout/synthetic.h"

namespace bpfmaps::layout {
namespace {

constexpr std::uint64_t kMostBytes = 64 << 20;

tl::unexpected<Error> malformed() {
  return fail(Error::refused(Kind::invalid, "read types", "",
                             "the description of what entries stand for makes no sense"));
}

}  // namespace

output::Value node_value(const Node& node) {
  output::Value::Members members{{"name", node.name}};
  const auto with = [&](std::string_view is, std::uint32_t size) {
    members.push_back({"is", is});
    members.push_back({"size", size});
  };
  switch (node.shape) {
    case Shape::pointer: with("address", 8); break;
    case Shape::text: with("text", node.size); break;
    case Shape::array:
      with("list", node.count);
      members.push_back({"of", node_value(node.children[0])});
      break;
    case Shape::record: {
      output::Value::List fields;
      for (const Node& child : node.children) fields.push_back(node_value(child));
      with("record", 0);
      members.push_back({"of", std::move(fields)});
      break;
    }
    default: with("number", node.size);
  }
  return members;
}

Result<Node> read_node(const Json& given) {
  const Json *name = given.member("name"), *is = given.member("is"), *size = given.member("size"),
             *of = given.member("of");
  if (name == nullptr || is == nullptr || size == nullptr) return malformed();
  const auto bytes = parse_u64(size->text);
  if (!bytes || *bytes > kMostBytes) return malformed();
  const auto count = static_cast<std::uint32_t>(*bytes);
  if (is->text == "number" && (count == 1 || count == 2 || count == 4 || count == 8))
    return number(name->text, count);
  if (is->text == "address") return address(name->text);
  if (is->text == "text" && count != 0) return text(name->text, count);
  if (of == nullptr) return malformed();
  if (is->text == "list") {
    Node element = TRY(read_node(*of));
    if (element.size == 0 || std::uint64_t{element.size} * count > kMostBytes) return malformed();
    return list(name->text, std::move(element), count);
  }
  std::vector<Node> fields;
  std::uint64_t whole = 0;
  for (const Json& field : of->children) {
    fields.push_back(TRY(read_node(field)));
    whole += fields.back().size;
  }
  if (is->text != "record" || whole > kMostBytes) return malformed();
  Node made = record(std::move(fields));
  made.name = name->text;
  return made;
}

}  // namespace bpfmaps::layout
