// SPDX-License-Identifier: BSD-2-Clause
#include "layout/c_types.h"

#include <cctype>
#include <cstdarg>
#include <cstdio>
#include <span>
#include <vector>

#include "base/error_pointer.h"
#include "base/text.h"

namespace bpfmaps::layout {
namespace {

void append_printed(void* to, const char* format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  const int size = std::vsnprintf(nullptr, 0, format, arguments);
  if (size > 0) {
    auto& text = *static_cast<std::string*>(to);
    const std::size_t at = text.size();
    text.resize(at + static_cast<std::size_t>(size) + 1);
    std::vsnprintf(text.data() + at, static_cast<std::size_t>(size) + 1, format, again);
    text.pop_back();
  }
  va_end(again);
}

Error cannot_print(int code) { return Error::from_errno(code, "write types as C", ""); }

// A name that C takes: "hits_at_4" for "hits@4", "f_calls" for the static "f.calls".
std::string in_c(std::string_view name) {
  std::string made;
  for (const char c : name) {
    if (c == '@')
      made += "_at_";
    else
      made += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  }
  return made;
}

}  // namespace

Result<CTypes> CTypes::open(const btf* types, const CLimits& limits) {
  CTypes made(types, limits);
  made.dump_.reset(unless_error(btf_dump__new(types, append_printed, made.text_.get(), nullptr)));
  const int code = errno;
  if (!made.dump_) return fail(cannot_print(code));
  return made;
}

Status CTypes::define(std::uint32_t id) {
  TRY(cost_.add_definition(id));
  const int result = btf_dump__dump_type(dump_.get(), id);
  if (result != 0) return fail(cannot_print(-result));
  return {};
}

Status CTypes::define_variables(std::uint32_t id) {
  const btf_type* section = btf__type_by_id(types_, id);
  const std::span places(btf_var_secinfos(section), btf_vlen(section));
  std::vector<std::string_view> names;
  std::vector<std::uint32_t> offsets;
  for (const btf_var_secinfo& place : places) {
    const btf_type* variable = btf__type_by_id(types_, place.type);
    names.emplace_back(btf__name_by_offset(types_, variable->name_off));
    offsets.push_back(place.offset);
  }
  std::vector<std::string> shown(names.begin(), names.end());
  for (NewName& one : told_apart(names, offsets)) shown[one.index] = std::move(one.name);
  std::string declarations;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::uint32_t type = btf__type_by_id(types_, places[i].type)->type;
    TRY(define(type));
    const std::string name = in_c(shown[i]);
    declarations += TRY(declaration(type, name)) + ";";
    declarations += name == shown[i] ? "\n" : " /* " + shown[i] + " */\n";
  }
  *text_ += declarations;
  return {};
}

Result<std::string> CTypes::declaration(std::uint32_t id, std::string_view name) {
  TRY(cost_.add_declaration(id, name));
  const std::string kept(name);
  btf_dump_emit_type_decl_opts options{};
  options.sz = sizeof options;
  options.field_name = kept.c_str();
  const std::size_t start = text_->size();
  const int result = btf_dump__emit_type_decl(dump_.get(), id, &options);
  if (result != 0) return fail(cannot_print(-result));
  std::string declared = text_->substr(start);
  text_->resize(start);
  return declared;
}

}  // namespace bpfmaps::layout
