// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/attached.h"

#include <algorithm>
#include <iterator>

#include "commands/shared/describe.h"

namespace bpfmaps::commands {

using output::Value;

namespace {

std::string text_of(const Value::Members& place, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    for (const output::Field& field : place)
      if (field.name == name) return output::cell_text(field.value, {});
  return {};
}

}  // namespace

Value::Members members_of(const kernel::Attachment& place) {
  Value::Members members;
  if (place.link_id != 0) members.push_back({"link_id", place.link_id});
  members.push_back({"type", place.type});
  std::ranges::move(members_of(place.where), std::back_inserter(members));
  return members;
}

std::string place_in_short(const Value& value) {
  const auto& place = std::get<Value::Members>(value.data());
  std::string text = text_of(place, {"attach_type", "member", "type"});
  const std::string where =
      text_of(place, {"devname", "ifindex", "tp_name", "tracepoint", "func", "path", "file",
                      "target_name", "cgroup", "cgroup_id", "struct", "map_id"});
  if (!where.empty()) text.append(" ").append(where);
  // The interface is not one of ours.
  if (const std::string other = text_of(place, {"netns"}); !other.empty())
    text.append(" in ").append(other);
  return text;
}

Value::List in_short(const std::vector<kernel::Attachment>& places) {
  Value::List texts;
  for (const kernel::Attachment& one : places) texts.emplace_back(place_in_short(members_of(one)));
  return texts;
}

void AttachedFields::add_to(output::Record& record, std::uint32_t id, std::uint32_t type,
                            bool brief) {
  const auto& places = attachments_.of(id);
  const std::vector<std::string> unseen = attachments_.unseen(type);
  if (!brief) {
    Value::List list;
    for (const kernel::Attachment& one : places) list.emplace_back(members_of(one));
    record.add("attached", std::move(list));
    record.add("attached_unseen", output::list_of(unseen));
    return;
  }
  Value::List list = in_short(places);
  if (places.empty() && !unseen.empty()) {
    list.emplace_back("?");
    unseen_.insert(unseen.begin(), unseen.end());
  }
  record.add("attached", std::move(list));
}

void AttachedFields::remark(Context& context) const {
  if (unseen_.empty()) return;
  std::string text;
  for (const std::string& what : unseen_) text.append(text.empty() ? "" : ", ").append(what);
  context.remark("attached: ? stands for what was not looked at: " + text);
}

}  // namespace bpfmaps::commands
