// SPDX-License-Identifier: BSD-2-Clause
// From text to bytes, one field at a time: what convert.h writes, read back. Refuses what the
// field's type cannot hold.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "layout/canvas.h"
#include "layout/layout.h"

namespace bpfmaps::layout {

/// A field that is to be filled: its node, its place on the canvas, and its name in errors.
struct FieldRef {
  const Node* node;
  std::size_t offset;  ///< bytes from the start of the key or value
  std::string path;    ///< "value.in[0].port"

  /// An error of Kind::usage that starts with the path and the type: "`value.level` (__s8 : 3)
  /// takes -4 to 3, not `4`".
  Error wrong(std::string_view what, std::string hint = {}) const;
};

/// Where a text comes from.
enum class Origin {
  text,    ///< a bare word or a JSON string: as tables and --net show the field, or a number
  number,  ///< a JSON number or boolean: as dump prints the field without --net
};

/// "01 0a ff" as bytes at `to`; false where the text is not `size` bytes so written.
bool read_hex_bytes(std::string_view text, unsigned char* to, std::size_t size);

/// Writes `text` as the field at `field`, which is no record or array unless its meaning makes one
/// text of it. Errors are of Kind::usage and name the field, its type and what it takes.
Status encode(const Layout& layout, const FieldRef& field, std::string_view text, Origin origin,
              Canvas& canvas);

}  // namespace bpfmaps::layout
