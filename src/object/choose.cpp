// SPDX-License-Identifier: BSD-2-Clause
#include "object/choose.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/text.h"
#include "kernel/log.h"
#include "kernel/names.h"

namespace bpfmaps::object {
namespace {

constexpr const char* kOperation = "load object";

std::string joined(std::span<const std::string_view> names) {
  std::string text;
  for (const std::string_view name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

struct ProgramType {
  bpf_prog_type type = BPF_PROG_TYPE_UNSPEC;
  bpf_attach_type attach = {};
};

/// Types with one attach type of the same name, such as netfilter, want it said.
bpf_attach_type attach_for(const std::string& type) {
  for (std::uint32_t attach = 0;; ++attach) {
    const std::string name = kernel::known_name(kernel::Enum::attach_types, attach);
    if (name.empty()) return {};
    if (name == type) return static_cast<bpf_attach_type>(attach);
  }
}

/// Takes the names of sections ("xdp", "classifier"), as bpftool does, and the kernel's names of
/// types ("sched_cls").
Result<ProgramType> type_named(const std::string& name) {
  ProgramType found;
  const kernel::Log quiet;
  if (libbpf_prog_type_by_name(name.c_str(), &found.type, &found.attach) == 0 ||
      libbpf_prog_type_by_name((name + "/").c_str(), &found.type, &found.attach) == 0)
    return found;
  std::vector<std::string> known;
  for (std::uint32_t type = 1;; ++type) {
    known.push_back(kernel::known_name(kernel::Enum::prog_types, type));
    if (known.back().empty()) break;
    if (name == known.back())
      return ProgramType{static_cast<bpf_prog_type>(type), attach_for(name)};
  }
  const std::vector<std::string_view> names(known.begin(), known.end() - 1);
  return fail(Error::usage(name + " is no program type", did_you_mean(name, names)));
}

/// What to say where libbpf does not know a section; some newer types bear its name.
std::string hint_at_type(std::string section) {
  section.resize(std::min(section.find('/'), section.size()));
  return "say it: `type " + (type_named(section) ? section : "xdp") + "`";
}

/// The one program that is wanted: the one named, or the object's only one.
Result<std::string_view> program_wanted(std::span<const std::string_view> names,
                                        const std::string& subject, const LoadPlan& plan) {
  if (!plan.program.empty()) {
    TRY(check_named("program", plan.program, names, subject));
    return std::string_view(plan.program);
  }
  if (names.size() == 1) return names.front();
  return fail(Error::refused(
      Kind::invalid, kOperation, subject,
      "it holds " + std::to_string(names.size()) + " programs: " + joined(names),
      "say which: `name " + shell_word(names.front()) + "`; or take all: `bpfmaps prog loadall`"));
}

}  // namespace

Status choose_programs(bpf_object* object, const std::string& subject, const LoadPlan& plan) {
  std::vector<std::string_view> names;
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object) names.emplace_back(bpf_program__name(program));
  if (names.empty())
    return fail(Error::refused(Kind::invalid, kOperation, subject, "it holds no program"));
  std::string_view wanted;  // "" for all
  if (!plan.all_programs) wanted = TRY(program_wanted(names, subject, plan));
  std::optional<ProgramType> type;
  if (!plan.type.empty()) type = TRY(type_named(plan.type));

  bpf_object__for_each_program(program, object) {
    const std::string name = bpf_program__name(program);
    const bool take = wanted.empty() || name == wanted;
    bpf_program__set_autoload(program, take);
    if (!take) continue;
    if (type) {
      bpf_program__set_type(program, type->type);
      bpf_program__set_expected_attach_type(program, type->attach);
    } else if (bpf_program__type(program) == BPF_PROG_TYPE_UNSPEC) {
      return fail(Error::refused(Kind::invalid, kOperation, subject,
                                 "no program type follows from section \"" +
                                     std::string(bpf_program__section_name(program)) +
                                     "\" of program " + name,
                                 hint_at_type(bpf_program__section_name(program))));
    }
  }
  return {};
}

Status check_named(const std::string& what, std::string_view name,
                   std::span<const std::string_view> names, const std::string& subject) {
  if (std::ranges::find(names, name) != names.end()) return {};
  return fail(Error::refused(Kind::not_found, kOperation, subject,
                             "it holds no " + what + " " + std::string(name) +
                                 (names.empty() ? "" : ", but " + joined(names)),
                             did_you_mean(name, names)));
}

}  // namespace bpfmaps::object
