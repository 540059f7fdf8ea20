// SPDX-License-Identifier: BSD-2-Clause
#include "entries/diff.h"

#include <algorithm>
#include <cstring>

#include "entries/snapshots.h"

namespace bpfmaps::entries {
namespace {

using layout::Column;
using layout::Node;
using layout::Shape;

Error unlike(std::string why, std::string hint = {}) {
  return Error::refused(Kind::invalid, "compare maps", "", std::move(why), std::move(hint));
}

// Whether the same bytes are the same value, as far as the nodes tell without their layouts.
bool is_alike(const Node& a, const Node& b) {
  return a.shape == b.shape && a.meaning == b.meaning && a.size == b.size && a.bits == b.bits &&
         a.bit_offset == b.bit_offset && a.big_endian == b.big_endian && a.count == b.count;
}

// Bytes of the field alone: not of a bitfield, which shares them with others.
bool is_plain(const Node& node) {
  return node.bits == 0 && node.shape != Shape::array && node.shape != Shape::record &&
         node.shape != Shape::enumeration;
}

std::vector<Column> columns(const layout::RowSpec& spec, bool of_key) {
  const layout::Layout& layout = of_key ? *spec.key : *spec.value;
  std::vector<Column> all = columns_of(layout, of_key ? "key" : "value");
  for (Column& column : all) column.of_key = of_key;
  return all;
}

}  // namespace

layout::Program program_of(const layout::RowSpec& spec, const Column& column,
                           const layout::Dialect& dialect, int depth) {
  layout::ProgramBuilder builder(dialect);
  const layout::Layout& layout = column.of_key ? *spec.key : *spec.value;
  builder.value(layout, *column.node, column.of_key ? layout::Base::key : layout::Base::value,
                column.offset, layout.root().size, depth);
  return std::move(builder).build();
}

MapDiff::MapDiff(const TypedMap& before, const TypedMap& now)
    : before_(before), now_(now), before_spec_(before.row_spec()), now_spec_(now.row_spec()) {}

Result<std::unique_ptr<MapDiff>> MapDiff::make(const TypedMap& before, const TypedMap& now) {
  std::unique_ptr<MapDiff> made(new MapDiff(before, now));
  const layout::RowSpec& a = made->before_spec_;
  const layout::RowSpec& b = made->now_spec_;
  if (a.key == nullptr || b.key == nullptr)
    return fail(unlike("entries without keys cannot be paired",
                       "`bpfmaps map dump --json` prints them for other programs to compare"));
  if (a.cpus.empty() != b.cpus.empty())
    return fail(unlike("one has a value for each CPU, and the other has one value",
                       "--cpu sum adds up those of all CPUs"));
  if (a.cpus != b.cpus)
    return fail(
        unlike("the values are those of different CPUs", "--cpu sum adds up those of all CPUs"));
  if (!(*a.key == *b.key)) {
    auto key = layout::Conversion::make(*b.key, *a.key, "key");
    if (!key) {
      key.error().context = "their keys are not alike: " + key.error().context;
      key.error().hint = "--raw compares bytes, where both have as many";
      return fail(std::move(key).error());
    }
    if (!key->is_copy() || a.key->root().size != b.key->root().size) made->key_ = *std::move(key);
  }
  TRY(made->pair_fields());
  return made;
}

Status MapDiff::pair_fields() {
  same_values_ = *before_spec_.value == *now_spec_.value;
  const bool same_keys = *before_spec_.key == *now_spec_.key;
  for (const bool of_key : {true, false}) {
    const bool same_layouts = of_key ? same_keys : same_values_;
    std::vector<Column> theirs = columns(now_spec_, of_key);
    for (Column& mine : columns(before_spec_, of_key)) {
      const auto found = std::ranges::find(theirs, mine.path, &Column::path);
      if (found == theirs.end()) {
        if (!of_key) only_before_.push_back(mine.path);
        continue;
      }
      const bool alike = (same_layouts && mine.node->bits == 0) ||
                         (is_alike(*mine.node, *found->node) && is_plain(*mine.node));
      (of_key ? keys_ : values_).push_back({std::move(mine), std::move(*found), alike});
      theirs.erase(found);
    }
    if (of_key) continue;
    for (const Column& left : theirs) only_now_.push_back(left.path);
  }
  if (values_.empty() && !(only_before_.empty() && only_now_.empty()))
    return fail(unlike("their values have no field in common", "--raw compares bytes"));
  constexpr layout::Dialect kDialect{.text = layout::Dialect::Text::terminal, .meanings = true};
  for (const PairedField& field : values_) {
    before_text_.push_back(program_of(before_spec_, field.before, kDialect));
    now_text_.push_back(program_of(now_spec_, field.now, kDialect));
  }
  return {};
}

// Fills changed_. What is not shown, such as padding and what stands behind the end of a text, is
// no difference.
bool MapDiff::find_changes(const unsigned char* before, const unsigned char* now) {
  changed_.clear();
  if (same_values_ && std::memcmp(before, now, before_spec_.value->root().size) == 0) return false;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const PairedField& field = values_[i];
    if (field.same_bytes && std::memcmp(before + field.before.offset, now + field.now.offset,
                                        field.before.node->size) == 0)
      continue;
    before_buffer_.clear();
    now_buffer_.clear();
    before_text_[i].run({.value = before}, before_buffer_);
    now_text_[i].run({.value = now}, now_buffer_);
    if (before_buffer_.text() != now_buffer_.text()) changed_.push_back(i);
  }
  return !changed_.empty();
}

bool MapDiff::visit_pair(const unsigned char* key, const unsigned char* before,
                         const unsigned char* now,
                         const std::function<void(const Difference&)>& visit) {
  bool any = false;
  const std::size_t slots = std::max<std::size_t>(cpus().size(), 1);
  for (std::size_t slot = 0; slot < slots; ++slot) {
    const unsigned char* was = before == nullptr ? nullptr : before + slot * before_spec_.slot;
    const unsigned char* is = now == nullptr ? nullptr : now + slot * now_spec_.slot;
    changed_.clear();
    if (was != nullptr && is != nullptr && !find_changes(was, is)) continue;
    any = true;
    visit({.key = key,
           .before = was,
           .now = is,
           .cpu = cpus().empty() ? 0 : cpus()[slot],
           .fields = &changed_});
  }
  return any;
}

Result<std::uint64_t> MapDiff::run(const layout::Query* before, const layout::Query* now,
                                   const std::function<void(const Difference&)>& visit) {
  const layout::Snapshot first = TRY(take_last_snapshot(before_, before));
  const layout::Snapshot second = TRY(take_last_snapshot(now_, now));
  layout::EntryFinder finder(first);
  std::vector<unsigned char> converted(first.key_size());
  std::uint64_t count = 0;
  for (auto at = layout::Snapshot::begin(); !second.is_end(at); at = second.next(at)) {
    const unsigned char* key = second.key(at);
    std::optional<layout::EntryRef> was;
    // A key that the other type cannot hold is none of the other map's.
    if (!key_)
      was = finder.find(key);
    else if (key_->run(key, converted.data()))
      was = finder.find(converted.data());
    const unsigned char* shown = was ? first.key(*was) : key;
    const unsigned char* value = was ? first.value(*was) : nullptr;
    count += visit_pair(shown, value, second.value(at), visit) ? 1 : 0;
  }
  finder.for_each_left([&](layout::EntryRef at) {
    count += visit_pair(first.key(at), first.value(at), nullptr, visit) ? 1 : 0;
  });
  return count;
}

}  // namespace bpfmaps::entries
