// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/rings.h"

#include "base/number.h"
#include "kernel/map/map_kind.h"
#include "kernel/map/ring.h"
#include "kernel/open_by.h"

namespace bpfmaps::commands {

void RingNotes::add_to(output::Record& record, std::uint32_t map_type, std::uint32_t id) {
  if (!kernel::is_ring(map_type)) return;
  if (!users_) users_ = kernel::References::of_maps();
  if (!*users_) return (void)record.unknown("note", users_->error().message());
  if (!(*users_)->of(kernel::Noun::map, id).empty()) return;
  if (const auto& gap = (*users_)->gap())
    return (void)record.unknown("note", gap->subject + ": " + gap->message());
  const bool ring = kernel::kind_of(map_type).structure == kernel::Structure::ring;
  record.add("note", ring ? "no loaded program writes to it" : "no loaded program reads it");
}

std::string holders_of(std::uint32_t map_id, unsigned& closed) {
  const kernel::OpenBy holders = kernel::find_open_by(kernel::Noun::map);
  closed = holders.closed;
  std::string text;
  const auto found = holders.of.find(map_id);
  if (found == holders.of.end()) return text;
  for (const kernel::ProcessRef& holder : found->second)
    text.append(text.empty() ? "" : ", ")
        .append(holder.name)
        .append("(")
        .append(number_text(std::uint64_t{holder.pid})) += ")";
  return text;
}

Error explain_ring(Error error, const kernel::Map& map) {
  if (!kernel::is_ring(map.info().type)) return error;
  const auto positions = kernel::ring_positions(map);
  if (positions) error.context += "; " + number_text(positions->waiting()) + " bytes wait in it";
  unsigned closed = 0;
  if (const std::string holders = holders_of(map.info().id, closed); !holders.empty())
    error.context += ", and it is open in " + holders;
  return error;
}

}  // namespace bpfmaps::commands
