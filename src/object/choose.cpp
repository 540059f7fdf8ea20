// SPDX-License-Identifier: BSD-2-Clause
#include "object/choose.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/text.h"
#include "object/section_types.h"

namespace bpfmaps::object {
namespace {

constexpr const char* kOperation = "load object";

std::string joined(std::span<const std::string_view> names) {
  std::string text;
  for (const std::string_view name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

class Chooser {
 public:
  Chooser(const Object& object, const std::string& subject, const LoadPlan& plan)
      : object_(object), subject_(subject), plan_(plan) {
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, object.get()) {
      names_.emplace_back(bpf_program__name(program));
      // libbpf leaves out what its section calls optional.
      if (bpf_program__autoload(program)) usual_.push_back(names_.back());
    }
  }

  Result<ChosenPrograms> choose() {
    TRY(find_wanted());
    std::optional<ProgramType> type;
    if (!plan_.type.empty()) type = TRY(type_named(plan_.type));
    const std::set<std::string_view> loaded = with_tables();
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, object_.get()) {
      const std::string_view name = bpf_program__name(program);
      bpf_program__set_autoload(program, loaded.contains(name));
      if (wanted_.contains(name)) chosen_.pinned.push_back(program);
      if (loaded.contains(name)) TRY(settle_type(program, type));
    }
    if (type && !chosen_.pinned.empty() && !is_type_used_)
      chosen_.remarks.push_back("`type " + plan_.type +
                                "` is not used: the section of each program says its type");
    return std::move(chosen_);
  }

 private:
  Status find_wanted() {
    const auto* one = std::get_if<OneProgram>(&plan_.programs);
    if (one == nullptr) {
      wanted_.insert(usual_.begin(), usual_.end());
      return {};
    }
    if (names_.empty()) {
      return fail(Error::refused(Kind::invalid, kOperation, subject_, "it holds no program",
                                 "`bpfmaps prog loadall OBJ DIR pinmaps DIR` makes its maps"));
    }
    if (!one->name.empty()) {
      TRY(check_named("program", one->name, names_, subject_));
      wanted_.insert(one->name);
      return {};
    }
    const auto& candidates = usual_.empty() ? names_ : usual_;
    const std::string_view last = std::string_view(one->pin).substr(one->pin.rfind('/') + 1);
    if (std::ranges::count(candidates, last) == 1) {
      wanted_.insert(last);
      return {};
    }
    if (candidates.size() > 1) {
      return fail(Error::refused(
          Kind::invalid, kOperation, subject_,
          "it holds " + std::to_string(candidates.size()) + " programs: " + joined(candidates),
          "say which: `name " + shell_word(candidates.front()) +
              "`, or a PATH that ends in its name; or take all: `bpfmaps prog loadall`"));
    }
    wanted_.insert(candidates.front());
    return {};
  }

  /// The programs that are wanted, and those that the object puts into its tables: the kernel has
  /// to know a program before a table can hold it.
  std::set<std::string_view> with_tables() {
    std::set<std::string_view> loaded = wanted_;
    in_tables_ = programs_in_tables(object_.sections);
    for (const TableProgram& one : in_tables_) loaded.insert(one.program);
    for (const TableEntry& entry : object_.entries)
      if (entry.program != nullptr) loaded.insert(bpf_program__name(entry.program));
    return loaded;
  }

  Status settle_type(bpf_program* program, const std::optional<ProgramType>& type) {
    const std::string_view section = bpf_program__section_name(program);
    if (bpf_program__type(program) != BPF_PROG_TYPE_UNSPEC) {
      is_type_used_ |= type && type->type == bpf_program__type(program);
      return {};
    }
    if (type) {
      is_type_used_ = true;
      set_type(program, *type);
      return {};
    }
    return fail(Error::refused(Kind::invalid, kOperation, subject_,
                               "no program type follows from section \"" + std::string(section) +
                                   "\" of program " + bpf_program__name(program),
                               type_hint(section)));
  }

  const Object& object_;
  const std::string& subject_;
  const LoadPlan& plan_;
  std::vector<std::string_view> names_, usual_;  // of all programs; of those that are not optional
  std::set<std::string_view> wanted_;
  std::vector<TableProgram> in_tables_;
  bool is_type_used_ = false;
  ChosenPrograms chosen_;
};

}  // namespace

Result<ChosenPrograms> choose_programs(const Object& object, const std::string& subject,
                                       const LoadPlan& plan) {
  return Chooser(object, subject, plan).choose();
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
