// SPDX-License-Identifier: BSD-2-Clause
#include "layout/c_types.h"

#include <cstdarg>
#include <cstdio>

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

}  // namespace

Result<CTypes> CTypes::open(const btf* types) {
  CTypes made(types);
  made.dump_.reset(btf_dump__new(types, append_printed, made.text_.get(), nullptr));
  const int code = errno;
  if (!made.dump_) return fail(cannot_print(code));
  return made;
}

Status CTypes::define(std::uint32_t id) {
  const int result = btf_dump__dump_type(dump_.get(), id);
  if (result != 0) return fail(cannot_print(-result));
  return {};
}

Status CTypes::define_variables(std::uint32_t id) {
  const btf_type* section = btf__type_by_id(types_, id);
  std::string declarations;
  for (std::uint32_t i = 0; i < btf_vlen(section); ++i) {
    const btf_type* variable = btf__type_by_id(types_, btf_var_secinfos(section)[i].type);
    TRY(define(variable->type));
    declarations +=
        TRY(declaration(variable->type, btf__name_by_offset(types_, variable->name_off))) + ";\n";
  }
  *text_ += declarations;
  return {};
}

Result<std::string> CTypes::declaration(std::uint32_t id, std::string_view name) {
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
