// SPDX-License-Identifier: BSD-2-Clause
#include "entries/event_types.h"

#include <algorithm>

#include "base/number.h"
#include "base/text.h"
#include "kernel/map/map_kind.h"
#include "layout/compile.h"
#include "layout/fields.h"
#include "layout/named_types.h"

namespace bpfmaps::commands {
namespace {

constexpr std::size_t kMostCandidates = 6;

// What bpf_perf_event_output() makes of `size` bytes: with the length in front a multiple of 8.
std::uint32_t padded(std::uint32_t size) { return (size + 4 + 7) / 8 * 8 - 4; }

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

EventTypes EventTypes::none(const kernel::Map& map) {
  EventTypes none;
  none.padded_ = kernel::kind_of(map.info().type).holds == kernel::Holds::perf_events;
  return none;
}

Result<EventTypes> EventTypes::find(const EventTypeOptions& options, const kernel::Map& map) {
  EventTypes found = none(map);
  if (options.file == nullptr) found.open_books(map);
  for (const std::string_view words : split(options.names, ','))
    TRY(found.add(words, options.file));
  if (options.by && found.types_.empty())
    return fail(Error::usage("--type-by tells types apart, and --type names none",
                             "--type 1='struct a',2='struct b'"));
  if (options.by && found.tags_.size() != found.types_.size())
    return fail(Error::usage("--type-by needs to know which value stands for which type",
                             "--type 1='struct a',2='struct b'"));
  if (!options.by && !found.tags_.empty())
    return fail(Error::usage("--type: `" + found.tags_.front() + "=` is a value of which field?",
                             "--type-by FIELD names it"));
  TRY(options.by ? found.find_tag(*options.by) : found.check_sizes());
  return found;
}

Status EventTypes::check_sizes() const {
  const auto size_of = [this](const EventType& type) {
    return padded_ ? padded(type.layout.root().size) : type.layout.root().size;
  };
  for (const EventType& one : types_)
    for (const EventType& other : types_)
      if (&one < &other && size_of(one) == size_of(other))
        return fail(Error::usage("--type: `" + one.name + "` and `" + other.name +
                                     "` make records of the same size, which tells nothing",
                                 "a field may tell them apart: --type-by FIELD --type 1='" +
                                     one.name + "',2='" + other.name + "'"));
  return {};
}

void EventTypes::open_books(const kernel::Map& map) {
  if (map.info().btf_id != 0)
    if (auto own = kernel::btf_by_id(map.info().btf_id))
      books_.push_back({"the map", *std::move(own)});
  const Status asked = kernel::for_each_prog([&](const kernel::Prog& prog) {
    const auto& maps = prog.info().map_ids;
    if (prog.info().btf_id == 0 || std::ranges::find(maps, map.info().id) == maps.end()) return;
    if (auto types = kernel::btf_by_id(prog.info().btf_id))
      books_.push_back({prog.info().name, *std::move(types)});
  });
  kept_back_ = !asked;
}

Result<layout::Layout> EventTypes::layout_of(const std::string& name, const btf* file) const {
  std::vector<const btf*> sources;
  if (file != nullptr) sources.push_back(file);
  for (const Book& book : books_) sources.push_back(book.types.get());
  if (sources.empty()) sources.push_back(nullptr);
  std::optional<Error> why;
  for (const btf* from : sources) {
    layout::NamedTypes named(from);
    const auto id = named.add(name);
    if (id) return layout::compile(named.types(), *id, named.size_of(*id));
    if (!why || (why->hint.empty() && !id.error().hint.empty())) why = id.error();
  }
  why->context.insert(0, "--type: ");
  if (file == nullptr && books_.empty())
    why->hint = kept_back_
                    ? "which programs use the map is told to CAP_SYS_ADMIN alone; --btf FILE "
                      "tells where the type is"
                    : "no program with types uses the map; --btf FILE tells where the type is";
  return fail(*std::move(why));
}

// "struct event", or "1=struct event" with --type-by.
Status EventTypes::add(std::string_view words, const btf* file) {
  const std::size_t equals = words.find('=');
  if (equals != words.npos) tags_.emplace_back(trimmed(words.substr(0, equals)));
  std::string name(trimmed(equals == words.npos ? words : words.substr(equals + 1)));
  if (name.empty()) return fail(Error::usage("--type: the name of a type is missing"));
  layout::Layout layout = TRY(layout_of(name, file));
  types_.push_back({.name = std::move(name), .layout = std::move(layout)});
  return {};
}

// It must lie at the same place in all of them, since it is read before the type is known.
Status EventTypes::find_tag(const std::string& field) {
  for (std::size_t i = 0; i < types_.size(); ++i) {
    EventType& type = types_[i];
    const layout::RowSpec spec{.value = &type.layout, .value_name = "event"};
    auto found = layout::find_field(spec, field);
    const auto refuse = [&](const std::string& why, std::string hint) {
      return fail(Error::usage("--type-by: in `" + type.name + "` " + why, std::move(hint)));
    };
    if (!found) return refuse(found.error().context, found.error().hint);
    const layout::Node& node = found->node();
    const bool is_number =
        node.shape == layout::Shape::unsigned_int || node.shape == layout::Shape::signed_int ||
        node.shape == layout::Shape::enumeration || node.shape == layout::Shape::boolean;
    if (!is_number) return refuse("`" + field + "` is no number", "");
    if (!tag_) tag_ = Tag{node, found->ref().offset};
    if (found->ref().offset != tag_->offset || node.size != tag_->node.size ||
        node.bits != tag_->node.bits || node.bit_offset != tag_->node.bit_offset)
      return refuse("`" + field + "` lies elsewhere than in `" + types_.front().name + "`",
                    "a field that all types begin with tells them apart");
    std::int64_t value = 0;
    const bool is_name = node.shape == layout::Shape::enumeration &&
                         type.layout.names_of(node).value_of(tags_[i], value);
    const auto number = parse_i64(tags_[i]);
    if (!is_name && !number) return refuse("`" + field + "` is never `" + tags_[i] + "`", "");
    type.tag = static_cast<std::uint64_t>(is_name ? value : *number);
  }
  return {};
}

bool EventTypes::has_size(std::uint32_t type, std::uint32_t record) const {
  return type == record || (padded_ && padded(type) == record);
}

std::optional<std::size_t> EventTypes::type_of(const kernel::Event& event) const {
  std::optional<std::uint64_t> tag;
  if (tag_) {
    if (event.size < tag_->offset + tag_->node.size) return {};
    tag = layout::load_bits(tag_->node, event.data + tag_->offset);
  }
  for (std::size_t i = 0; i < types_.size(); ++i) {
    const std::uint32_t size = types_[i].layout.root().size;
    if (tag ? types_[i].tag == *tag && size <= event.size : has_size(size, event.size)) return i;
  }
  if (tag || types_.size() != 1) return {};
  const layout::Node& only = types_.front().layout.root();
  const bool longer = only.shape == layout::Shape::record && only.size < event.size;
  return longer ? std::optional<std::size_t>(0) : std::nullopt;
}

std::uint32_t EventTypes::rest_of(std::size_t type, std::uint32_t record) const {
  const layout::Node& root = types_[type].layout.root();
  const bool ends_there = root.shape != layout::Shape::record || has_size(root.size, record);
  return ends_there || record < root.size ? 0 : record - root.size;
}

std::string EventTypes::candidates(std::uint32_t size) const {
  std::vector<std::string> known;
  for (const Book& book : books_) {
    for (std::uint32_t id = 1; id < btf__type_cnt(book.types.get()); ++id) {
      const btf_type* type = btf__type_by_id(book.types.get(), id);
      const std::string_view name = btf__name_by_offset(book.types.get(), type->name_off);
      if (!btf_is_struct(type) || name.empty() || !has_size(type->size, size)) continue;
      std::string words = "`struct " + std::string(name) + "` of " + book.owner;
      if (std::ranges::find(known, words) == known.end()) known.push_back(std::move(words));
    }
  }
  std::string text;
  for (std::size_t i = 0; i < known.size() && i < kMostCandidates; ++i)
    text.append(i == 0 ? "" : ", ") += known[i];
  return text;
}

}  // namespace bpfmaps::commands
