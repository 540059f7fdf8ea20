// SPDX-License-Identifier: BSD-2-Clause
#include "object/refusal.h"

#include <algorithm>
#include <cctype>

#include "base/file.h"
#include "base/text.h"
#include "kernel/map/create.h"
#include "kernel/map/map_kind.h"
#include "kernel/names.h"
#include "kernel/permission.h"
#include "object/verifier.h"

namespace bpfmaps::object {
namespace {

/// What stands between `begin` and `end` in the first line that has both; "" where none has.
std::string between(const kernel::Log& log, std::string_view begin, std::string_view end) {
  for (const std::string& line : log.lines()) {
    const std::size_t at = line.find(end);
    if (line.starts_with(begin) && at != line.npos && at >= begin.size())
      return line.substr(begin.size(), at - begin.size());
  }
  return {};
}

std::string hook_of(const bpf_program* program) {
  const auto attach = static_cast<std::uint32_t>(bpf_program__expected_attach_type(program));
  const std::string type = kernel::prog_type_name(bpf_program__type(program));
  const std::string hook = attach == 0 ? type : kernel::attach_type_name(attach);
  return hook == type ? type : type + ", " + hook;
}

/// The kernel takes letters, digits, `_` and `.`, of the part of a name that libbpf gives it.
bool is_name(std::string_view name) {
  return std::ranges::all_of(name.substr(0, BPF_OBJ_NAME_LEN - 1), [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '_' || letter == '.';
  });
}

bool has_other_hook(const bpf_program* one, const bpf_program* other) {
  return bpf_program__type(one) != bpf_program__type(other) ||
         bpf_program__expected_attach_type(one) != bpf_program__expected_attach_type(other);
}

/// A table of programs that `program` shares with one of another hook, as a sentence; "" for none.
std::string shared_table(const Object& object, const bpf_program* program) {
  for (const std::string& name : maps_used_by(bpf_program__name(program), object.sections)) {
    const bpf_map* map = bpf_object__find_map_by_name(object.get(), name.c_str());
    if (map == nullptr || kernel::kind_of(bpf_map__type(map)).holds != kernel::Holds::programs)
      continue;
    bpf_program* other = nullptr;
    bpf_object__for_each_program(other, object.get()) {
      if (!bpf_program__autoload(other) || !has_other_hook(program, other)) continue;
      const auto used = maps_used_by(bpf_program__name(other), object.sections);
      if (std::ranges::find(used, name) == used.end()) continue;
      return "it shares table " + name + " with program " + bpf_program__name(other) + " (" +
             hook_of(other) + "), and a prog_array takes programs of one type and hook only";
    }
  }
  return {};
}

Error explain_program(Error error, const Object& object, const bpf_program* program) {
  const std::string name = bpf_program__name(program);
  error.kind = Kind::invalid;
  error.context = "the kernel refuses program " + name + " (" + hook_of(program) + ")";
  const std::string shared = shared_table(object, program);
  if (!is_name(name)) {
    error.context += ": names hold letters, digits, `_` and `.` only";
    error.hint = "give it another name in its source";
  } else if (!shared.empty()) {
    error.context += ": " + shared;
    error.hint = "give each hook a table of its own";
  } else {
    error.context += " and gives no reason";
    error.hint = "the running kernel may be older than what the program needs: `bpfmaps obj show`";
  }
  return error;
}

Error explain_map(int code, const Error& error, const bpf_object* object, const bpf_map* map) {
  const std::string name = bpf_map__name(map);
  const kernel::NewMap wanted{
      .type = bpf_map__type(map),
      .name = name.substr(0, BPF_OBJ_NAME_LEN - 1),
      .key_size = bpf_map__key_size(map),
      .value_size = bpf_map__value_size(map),
      .max_entries = bpf_map__max_entries(map),
      .flags = bpf_map__map_flags(map),
      .types = bpf_map__btf_value_type_id(map) == 0 ? nullptr : bpf_object__btf(object)};
  const bool has_inner = bpf_map__inner_map(const_cast<bpf_map*>(map)) != nullptr;
  Error why = kernel::explain_refused_map(code, wanted, has_inner);
  why.operation = error.operation;
  why.subject = error.subject;
  why.context = "map " + name + ": " + (why.context.empty() ? errno_text(code) : why.context);
  if (why.context.ends_with("`entries` is missing"))
    why.hint = "`map " + shell_word(name) + " entries N` makes it with N";
  return why;
}

/// "confidentiality"; "" where the kernel is not locked down or does not tell.
std::string lockdown() {
  const std::string modes = read_file("/sys/kernel/security/lockdown").value_or("");
  const std::size_t open = modes.find('['), close = modes.find(']');
  if (open == modes.npos || close == modes.npos) return {};
  const std::string mode = modes.substr(open + 1, close - open - 1);
  return mode == "none" ? "" : mode;
}

Error explain_permission(Error error) {
  error.context = "the kernel does not permit loading it";
  if (const std::string mode = lockdown(); !mode.empty())
    error.context += "; it is locked down (" + mode + ")";
  error.hint = kernel::permission_hint(
      "run as root, or with CAP_BPF and what the program type asks for beside it "
      "(CAP_NET_ADMIN, CAP_PERFMON)");
  return error;
}

}  // namespace

Error explain_refusal(int code, const Refusal& refusal) {
  Error error = Error::from_errno(code, "load object", refusal.subject);
  // libbpf says so, and unloads everything.
  const std::string program = between(refusal.log, "prog '", "': BPF program load failed"),
                    map = between(refusal.log, "map '", "': failed to create"),
                    words = last_words(refusal.logs.of(program));
  const bpf_object* object = refusal.object.get();
  if (!words.empty()) {
    error.kind = Kind::invalid;  // whatever errno the verifier chose
    error.context = "the verifier refuses program " + program + ": " + words;
    if (!refusal.all_told) error.hint = "--verbose shows the verifier's whole log";
    return error;
  }
  if (error.kind == Kind::permission) return explain_permission(std::move(error));
  if (const bpf_map* refused = bpf_object__find_map_by_name(object, map.c_str()))
    return explain_map(code, error, object, refused);
  if (const bpf_program* refused = bpf_object__find_program_by_name(object, program.c_str()))
    return explain_program(std::move(error), refusal.object, refused);
  error.context = refusal.log.reason();
  if (!refusal.all_told) error.hint = "--verbose shows all that libbpf has to say";
  return error;
}

}  // namespace bpfmaps::object
