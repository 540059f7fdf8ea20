// SPDX-License-Identifier: BSD-2-Clause
#include "layout/synthetic.h"

#include <utility>

namespace bpfmaps::layout {

Node number(std::string name, std::uint32_t size) {
  return {.shape = Shape::unsigned_int,
          .size = size,
          .name = std::move(name),
          .type = "__u" + std::to_string(size * 8)};
}

Node address(std::string name) {
  return {.shape = Shape::pointer, .size = 8, .name = std::move(name), .type = "void *"};
}

Node text(std::string name, std::uint32_t size) {
  return {.shape = Shape::text,
          .size = size,
          .count = size,
          .name = std::move(name),
          .type = "char[" + std::to_string(size) + "]"};
}

Node list(std::string name, Node element, std::uint32_t most) {
  const std::uint32_t bytes = element.size * most;
  return {.shape = Shape::array,
          .counted = true,
          .size = bytes + static_cast<std::uint32_t>(sizeof(std::uint32_t)),
          .count = most,
          .name = std::move(name),
          .type = element.type + "[" + std::to_string(most) + "]",
          .children = {std::move(element)}};
}

Node record(std::vector<Node> fields) {
  Node made{.shape = Shape::record};
  for (Node& field : fields) {
    field.offset = made.size;
    made.size += field.size;
  }
  made.children = std::move(fields);
  return made;
}

}  // namespace bpfmaps::layout
