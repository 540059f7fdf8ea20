// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/map_declaration.h"

#include <linux/btf.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <optional>
#include <set>

#include "kernel/map/map_kind.h"
#include "kernel/map/reader.h"
#include "kernel/names.h"
#include "layout/c_types.h"

namespace bpfmaps::commands {
namespace {

using entries::MapTypes;
using entries::TypeRef;

// "hash" as "BPF_MAP_TYPE_HASH".
std::string constant(std::string prefix, std::string_view name) {
  for (const char c : name) prefix += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return prefix;
}

std::string flags_text(std::uint32_t flags) {
  std::string text;
  for (const std::string& name : kernel::map_flag_names(flags))
    text.append(text.empty() ? "" : " | ")
        .append(name.starts_with("0x") ? name : constant("BPF_F_", name));
  return text;
}

// Definitions in C, each once: types of one name may come from several BTFs.
class Definitions {
 public:
  /// "__type(key, struct flow_key)", or its size where no type is known.
  Result<std::string> member(const char* name, const TypeRef& type, std::uint32_t size) {
    const std::string field(name);
    if (type.id == 0) return "__uint(" + field + "_size, " + std::to_string(size) + ")";
    TRY(use(type.types));
    TRY(printer_->define(type.id));
    return "__type(" + field + ", " + TRY(printer_->declaration(type.id)) + ")";
  }

  Status variables(const TypeRef& section) {
    TRY(use(section.types));
    return printer_->define_variables(section.id);
  }

  /// Those so far.
  std::string text() {
    take();
    return text_;
  }

 private:
  Status use(const btf* types) {
    if (printer_ && types == types_) return {};
    take();
    printer_ = TRY(layout::CTypes::open(types));
    types_ = types;
    return {};
  }

  // An empty line stands behind each definition.
  void take() {
    if (!printer_) return;
    std::string_view rest = printer_->text();
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find("\n\n"), rest.size());
      const std::string_view one = rest.substr(0, std::min(end + 2, rest.size()));
      if (seen_.emplace(one).second) text_ += one;
      rest.remove_prefix(one.size());
    }
    printer_.reset();
  }

  const btf* types_ = nullptr;
  std::optional<layout::CTypes> printer_;
  std::set<std::string> seen_;
  std::string text_;
};

bool is_section(const TypeRef& type) {
  return type.id != 0 && btf_is_datasec(btf__type_by_id(type.types, type.id));
}

class Declaration {
 public:
  Declaration(entries::TypeOptions options, const entries::Remark& remark)
      : options_(std::move(options)), remark_(remark) {}

  Result<std::string> whole(const kernel::Map& map, const MapTypes& types) {
    std::string body = TRY(members(map.info(), types));
    if (kernel::kind_of(map.info().type).holds == kernel::Holds::maps) body += TRY(inner(map));
    std::string name = map.info().name.empty() ? "map" : map.info().name;
    std::ranges::replace(name, '.', '_');  // the kernel takes a dot, C does not
    return definitions_.text() + "struct {\n" + body + "} " + name + " SEC(\".maps\");\n";
  }

 private:
  Result<std::string> members(const kernel::MapInfo& info, const MapTypes& types) {
    std::string text;
    const auto line = [&](const std::string& member) {
      text += std::string(indent_, '\t') + member + ";\n";
    };
    line("__uint(type, " + constant("BPF_MAP_TYPE_", kernel::map_type_name(info.type)) + ")");
    line("__uint(max_entries, " + std::to_string(info.max_entries) + ")");
    if (info.flags != 0) line("__uint(map_flags, " + flags_text(info.flags) + ")");
    // __ulong() is libbpf's since 1.4, for what no array can have elements of.
    if (info.extra != 0)
      line((info.extra <= INT_MAX ? "__uint(map_extra, " : "__ulong(map_extra, ") +
           std::to_string(info.extra) + ")");
    if (info.key_size != 0) line(TRY(definitions_.member("key", types.key, info.key_size)));
    if (info.value_size != 0) line(TRY(definitions_.member("value", types.value, info.value_size)));
    return text;
  }

  // The kernel does not tell what a map of maps wants in it: a map that is in it does.
  Result<std::string> inner(const kernel::Map& outer) {
    const auto reader = TRY(kernel::open_reader(outer));
    const Entries entries = TRY(reader->next());
    if (entries.count == 0)
      return std::string("\t/* __array(values, ...) is missing: no map is in it to tell */\n");
    std::uint32_t id = 0;
    std::memcpy(&id, entries.value(0), sizeof id);
    const kernel::Map map = TRY(kernel::map_by_id(id, kernel::Access::read));
    options_.outer = &outer.info();
    inner_types_ = TRY(entries::find_map_types(map.info(), options_, remark_));
    ++indent_;
    const std::string body = TRY(members(map.info(), inner_types_));
    --indent_;
    return "\t__array(values, struct {\n" + body + "\t});\n";
  }

  entries::TypeOptions options_;
  const entries::Remark& remark_;
  Definitions definitions_;
  MapTypes inner_types_;  // definitions_ may look at their BTF
  std::size_t indent_ = 1;
};

}  // namespace

Result<std::string> c_declaration(const kernel::Map& map, const MapTypes& types,
                                  const entries::TypeOptions& options,
                                  const entries::Remark& remark) {
  if (!is_section(types.value)) return Declaration(options, remark).whole(map, types);
  Definitions c;
  TRY(c.variables(types.value));
  return c.text();
}

}  // namespace bpfmaps::commands
