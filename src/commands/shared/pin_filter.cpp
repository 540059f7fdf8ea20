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

Error cannot_tell(const Error& gap) {
  return Error::refused(
      gap.kind == Kind::permission ? gap.kind : Kind::incomplete, "look for orphans", gap.subject,
      "not all that may use or hold an object could be seen: " + gap.message(),
      gap.kind == Kind::permission ? "run as root"
                                   : "what cannot be seen may be in use: try again");
}

}  // namespace

Result<PinFilter> PinFilter::from(const cli::Request& request) {
  PinFilter filter;
  filter.only_ = TRY(kind_asked_for(request));
  if (request.has(Option::orphans)) {
    filter.in_use_ = InUse{TRY(kernel::References::find()), kernel::find_open_by(Noun::map),
                           kernel::find_open_by(Noun::prog)};
    const auto& [users, of_maps, of_progs] = *filter.in_use_;
    for (const std::optional<Error>& gap : {users.gap(), of_maps.gap, of_progs.gap})
      if (gap) return fail(cannot_tell(*gap));
  }
  if (request.has(Option::stale)) {
    filter.declared_ = TRY(object::DeclaredMaps::open(request.value(Option::stale)));
    if (!kernel::shows_types())
      filter.remark_ =
          "types are not compared: the kernel shows those of a map only with "
          "CAP_SYS_ADMIN";
  }
  return filter;
}

Result<bool> PinFilter::wants(const PinEntry& entry) const {
  if (!is_active()) return true;
  // The kernel's own files are unsupported: no object is behind them.
  if (entry.is == PinEntry::Is::unreadable && entry.error.kind != Kind::unsupported)
    return fail(entry.error);
  if (entry.is != PinEntry::Is::pin || (only_ && entry.object.noun != *only_)) return false;
  if (in_use_ && why_orphan(entry.object).empty()) return false;
  if (!declared_) return true;
  const auto& found = differences(entry);
  if (!found) return fail(found.error());
  return !found->empty();
}

void PinFilter::explain(const PinEntry& entry, const output::Style& style,
                        output::Record& record) const {
  if (entry.is != PinEntry::Is::pin) return;
  if (in_use_) record.add("why", why_orphan(entry.object));
  if (!declared_) return;
  const auto& looked = differences(entry);
  if (!looked) record.unknown("differs", looked.error().message());
  if (!looked) return;
  const std::vector<object::Difference>& found = *looked;
  if (style.is_table()) {
    record.add("differs", object::text_of(found));
    return;
  }
  output::Value::List list;
  for (const object::Difference& one : found)
    list.emplace_back(
        output::Value::Members{{"field", one.field}, {"is", one.is}, {"wanted", one.wanted}});
  record.add("differs", std::move(list));
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

const Result<std::vector<object::Difference>>& PinFilter::differences(const PinEntry& entry) const {
  const auto [at, fresh] = looked_at_.try_emplace({entry.path, entry.object.id});
  if (fresh) at->second = look_at(entry);
  return at->second;
}

Result<std::vector<object::Difference>> PinFilter::look_at(const PinEntry& entry) const {
  using None = std::vector<object::Difference>;
  if (entry.object.noun != Noun::map) return None();
  const auto map = kernel::map_at(entry.path, kernel::Access::read);
  if (map) return declared_->differences(entry.name(), *map);
  // One that vanished meanwhile differs in nothing any more.
  if (map.error().kind == Kind::not_found) return None();
  return fail(map.error());
}

}  // namespace bpfmaps::commands
