// SPDX-License-Identifier: BSD-2-Clause
#include "layout/escape.h"

#include <algorithm>

#include "layout/convert.h"
#include "output/json.h"

namespace bpfmaps::layout {
namespace {

bool is_harmless(const Names::Entry& entry) {
  return std::ranges::all_of(entry.name, [](char c) {
    return c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != ',';  // negative: not ASCII
  });
}

}  // namespace

std::string escaped(std::string_view text, Dialect::Text form) {
  const auto write = [form] {
    switch (form) {
      case Dialect::Text::json: return output::write_json_text;
      case Dialect::Text::terminal: return write_terminal_text;
      case Dialect::Text::plain: break;
    }
    return write_plain_text;
  }();
  std::string made(output::json_text_bound(text.size()), '\0');
  made.resize(static_cast<std::size_t>(write(made.data(), text.data(), text.size()) - made.data()));
  return made;
}

Names escaped(const Names& names, Dialect::Text form) {
  Names made(names.type_name());
  for (const Names::Entry& entry : names.entries())
    made.add(entry.value, escaped(entry.name, form));
  made.seal();
  return made;
}

bool are_harmless(const Names& names) { return std::ranges::all_of(names.entries(), is_harmless); }

}  // namespace bpfmaps::layout
