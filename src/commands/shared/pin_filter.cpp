// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/pin_filter.h"

#include "kernel/btf.h"
#include "kernel/map/map_kind.h"
#include "kernel/pin/pin.h"

namespace bpfmaps::commands {
namespace {

using cli::Option;
using kernel::Noun;
using kernel::PinEntry;

Result<std::optional<Noun>> kind_asked_for(const cli::Request& request) {
  constexpr std::pair<Option, Noun> kKinds[] = {{Option::maps_only, Noun::map},
                                                {Option::programs_only, Noun::prog},
                                                {Option::links_only, Noun::link}};
  std::optional<Noun> kind;
  for (const auto& [option, noun] : kKinds) {
    if (!request.has(option)) continue;
    if (kind) {
      return fail(Error::usage(
          "--" + std::string(cli::spec(option).name) + " and another of its kind leave nothing",
          "give one of them"));
    }
    kind = noun;
  }
  return kind;
}

}  // namespace

Result<PinFilter> PinFilter::from(const cli::Request& request) {
  PinFilter filter;
  filter.only_ = TRY(kind_asked_for(request));
  if (request.has(Option::orphans))
    filter.in_use_ = InUse{TRY(kernel::References::find()), kernel::find_open_by(Noun::map),
                           kernel::find_open_by(Noun::prog)};
  if (request.has(Option::stale)) {
    filter.declared_ = TRY(object::DeclaredMaps::open(request.value(Option::stale)));
    if (!kernel::shows_types())
      filter.remark_ =
          "types are not compared: the kernel shows those of a map only with "
          "CAP_SYS_ADMIN";
  }
  return filter;
}

bool PinFilter::wants(const PinEntry& entry) const {
  if (!is_active()) return true;
  if (entry.is != PinEntry::Is::pin || (only_ && entry.object.noun != *only_)) return false;
  return (!in_use_ || !why_orphan(entry.object).empty()) &&
         (!declared_ || !differences(entry).empty());
}

void PinFilter::explain(const PinEntry& entry, output::Form form, output::Record& record) const {
  if (entry.is != PinEntry::Is::pin) return;
  if (in_use_) record.add("why", why_orphan(entry.object));
  if (!declared_) return;
  const auto found = differences(entry);
  if (form == output::Form::table) {
    record.add("differs", object::text_of(found));
    return;
  }
  output::Value::List list;
  for (const object::Difference& one : found)
    list.emplace_back(
        output::Value::Members{{"field", one.field}, {"is", one.is}, {"wanted", one.wanted}});
  record.add("differs", std::move(list));
}

std::vector<output::Column> PinFilter::columns() const {
  std::vector<output::Column> columns;
  if (in_use_) columns.push_back({"why", "why"});
  if (declared_) columns.push_back({"differs", "differs"});
  return columns;
}

std::string PinFilter::why_orphan(const kernel::Identity& object) const {
  const auto& [users, of_maps, of_progs] = *in_use_;
  const bool is_used = !users.of(object.noun, object.id).empty();
  switch (object.noun) {
    case Noun::map:
      // A struct_ops map is at work once it is registered, whether a link tells of it or not.
      if (is_used || of_maps.of.contains(object.id) ||
          kernel::kind_of(object.type).holds == kernel::Holds::callbacks)
        return {};
      return "no program uses it";
    case Noun::prog:
      // It may be attached where nobody could look.
      if (is_used || of_progs.of.contains(object.id) ||
          !users.attachments().unseen(object.type).empty())
        return {};
      return "it is attached nowhere";
    case Noun::link: return users.is_detached(object.id) ? "what it was attached to is gone" : "";
  }
  return {};
}

std::vector<object::Difference> PinFilter::differences(const PinEntry& entry) const {
  if (entry.object.noun != Noun::map) return {};
  const auto map = kernel::map_at(entry.path, kernel::Access::read);
  // One that vanished meanwhile differs in nothing any more.
  return map ? declared_->differences(entry.name(), *map) : std::vector<object::Difference>();
}

}  // namespace bpfmaps::commands
