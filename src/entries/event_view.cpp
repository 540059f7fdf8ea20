// SPDX-License-Identifier: BSD-2-Clause
#include "entries/event_view.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/number.h"
#include "base/time.h"
#include "layout/synthetic.h"

namespace bpfmaps::commands {
namespace {

using layout::Layout;

constexpr std::uint32_t kTimeSize = 29;  // "2026-11-21T01:27:18.250+00:00"
constexpr std::size_t kMostShapes = 1024;
constexpr std::size_t kBytes = SIZE_MAX;  // in the place of a type: none is known

std::uint32_t longest_name(const EventTypes& types) {
  std::size_t longest = 0;
  for (const EventType& type : types.all()) longest = std::max(longest, type.name.size());
  return static_cast<std::uint32_t>(longest);
}

// What is shown beside a record; write_heads() fills it.
Layout head_layout(const EventTypes& types, const EventQuestions& asked) {
  std::vector<layout::Node> fields;
  fields.push_back(layout::text("ts", kTimeSize));
  if (asked.has_cpus) fields.push_back(layout::number("cpu", 4));
  fields.push_back(layout::number("position", 8));
  fields.push_back(layout::number("size", 4));
  if (types.all().size() > 1) fields.push_back(layout::text("type", longest_name(types)));
  return Layout(layout::record(std::move(fields)), nullptr);
}

// The layout of records that are `more` bytes longer than their type.
Layout with_rest(const Layout& type, std::uint32_t more) {
  Layout longer = type;
  if (more == 0) return longer;
  layout::Node rest = Layout::raw(more).root();
  rest.name = "rest";
  rest.offset = type.root().size;
  longer.root().children.push_back(std::move(rest));
  longer.root().size += more;
  return longer;
}

Error about(std::string_view option, Error error) {
  error.context.insert(0, option);
  return error;
}

}  // namespace

struct EventView::Shape {
  explicit Shape(Layout of_value) : value(std::move(of_value)) {}

  std::size_t type = kBytes;
  Layout value;
  std::unique_ptr<layout::Projection> fields;
  std::optional<layout::Query> query;
  std::optional<layout::Matcher> matcher;  // of query
  std::unique_ptr<layout::Rows> rows;
  bool left_out = false;  // --where asks for what these records do not have
  bool begun = false;
};

EventView::EventView(const EventTypes& types, EventQuestions asked)
    : types_(types), asked_(std::move(asked)), head_(head_layout(types, asked_)) {}

EventView::~EventView() = default;

layout::RowSpec EventView::spec_of(const Layout& value) const {
  return {.key = &head_,
          .value = &value,
          .key_name = "record",
          .value_name = "event",
          .spread_key = true};
}

Result<std::unique_ptr<EventView::Shape>> EventView::make_shape(std::optional<std::size_t> type,
                                                                std::uint32_t size) const {
  auto shape = std::make_unique<Shape>(
      type ? with_rest(types_.all()[*type].layout, types_.rest_of(*type, size))
           : Layout::raw(size));
  shape->type = type.value_or(kBytes);
  const layout::RowSpec spec = spec_of(shape->value);
  if (asked_.where) {
    auto query = layout::Query::compile(spec, *asked_.where);
    if (!query) return fail(about("--where: ", std::move(query).error()));
    shape->query = *std::move(query);
    shape->matcher.emplace(*shape->query);
  }
  if (!asked_.fields.empty()) {
    const std::vector<std::string_view> names(asked_.fields.begin(), asked_.fields.end());
    auto fields = layout::Projection::make(spec, names);
    if (!fields) return fail(about("--fields: ", std::move(fields).error()));
    shape->fields = *std::move(fields);
  }
  shape->rows = layout::make_rows(shape->fields ? shape->fields->spec() : spec, asked_.style);
  return shape;
}

Result<std::unique_ptr<EventView>> EventView::make(const EventTypes& types, EventQuestions asked) {
  std::unique_ptr<EventView> view(new EventView(types, std::move(asked)));
  if (types.all().empty()) {
    TRY(view->make_shape(std::nullopt, 8));
    return view;
  }
  // A field of --where that no type has; one of --fields that not all have.
  std::optional<Error> where;
  std::size_t asked_of = 0;
  for (std::size_t i = 0; i < types.all().size(); ++i) {
    const Layout& layout = types.all()[i].layout;
    auto query = view->asked_.where
                     ? layout::Query::compile(view->spec_of(layout), *view->asked_.where)
                     : Result<layout::Query>(layout::Query());
    if (!query) {
      if (!where) where = about("--where: ", std::move(query).error());
      continue;
    }
    ++asked_of;
    TRY(view->make_shape(i, layout.root().size));
  }
  if (asked_of == 0) return fail(*std::move(where));
  return view;
}

EventView::Shape& EventView::shape_of(const kernel::Event& event) {
  const auto type = types_.type_of(event);
  const Key key(type.value_or(kBytes), event.size);
  if (last_ != nullptr && key == last_key_) return *last_;
  std::unique_ptr<Shape>& known = shapes_[key];
  if (!known) {
    auto made = make_shape(type, event.size);
    if (made) {
      known = *std::move(made);
    } else {  // a question that other types answer
      known = std::make_unique<Shape>(Layout::raw(event.size));
      known->left_out = true;
    }
    if (!type && std::ranges::find(told_, event.size) == told_.end()) {
      untyped_.push_back(event.size);
      told_.push_back(event.size);
    }
  }
  last_key_ = key;
  last_ = known.get();
  return *last_;
}

std::vector<std::uint32_t> EventView::take_untyped() { return std::exchange(untyped_, {}); }

const std::string& EventView::time_text(std::uint64_t ns) {
  if (const std::uint64_t ms = ns / 1'000'000; ms != time_ms_) {
    time_text_ = rfc3339_ms(ns);
    time_ms_ = ms;
  }
  return time_text_;
}

void EventView::write_heads(const kernel::Event* events, std::size_t count, std::uint64_t now_ns,
                            const Shape& shape) {
  const std::size_t size = head_.root().size;
  heads_.assign(size * count, 0);
  const std::string name = shape.type == kBytes ? std::string() : types_.all()[shape.type].name;
  const std::uint32_t name_size = types_.all().size() > 1 ? longest_name(types_) : 0;
  for (std::size_t i = 0; i < count; ++i) {
    const kernel::Event& event = events[i];
    layout::Packer head(heads_.data() + i * size);
    head.text(time_text(event.time_ns != 0 ? event.time_ns : now_ns), kTimeSize);
    if (asked_.has_cpus) head.number(event.cpu);
    head.number(event.position);
    head.number(event.size);
    if (name_size != 0) head.text(name, name_size);
  }
}

void EventView::append_lost(const kernel::Lost& lost, std::uint64_t now_ns) {
  const bool in_bytes = lost.bytes != 0;
  const std::string count = number_text(in_bytes ? lost.bytes : lost.records);
  const std::string_view unit = in_bytes ? "bytes" : "records";
  std::string text;
  if (asked_.style.is_lines()) {
    text.append("{\"ts\":\"").append(time_text(now_ns)).append("\",");
    if (asked_.has_cpus)
      text.append("\"cpu\":").append(number_text(std::uint64_t{lost.cpu})) += ',';
    text.append("\"lost\":{\"").append(unit).append("\":").append(count).append("}}\n");
  } else if (asked_.style.is_table()) {
    text.append("-- ").append(count).append(" ").append(unit).append(" lost");
    if (asked_.has_cpus) text.append(" on CPU ").append(number_text(std::uint64_t{lost.cpu}));
    text.append(" --\n");
  }
  text_.append(text);
}

std::uint64_t EventView::print(const kernel::Burst& burst, std::uint64_t now_ns, std::uint64_t most,
                               output::Writer& out) {
  text_.clear();
  if (shapes_.size() > kMostShapes) {
    shapes_.clear();
    last_ = nullptr;
  }
  for (const kernel::Lost& lost : burst.lost) append_lost(lost, now_ns);
  std::uint64_t shown = 0;
  const auto& events = burst.events;
  for (std::size_t i = 0; i < events.size() && shown < most;) {
    Shape& shape = shape_of(events[i]);
    // As many as lie at equal distances and look the same.
    std::size_t end = i + 1;
    const auto distance = [&](std::size_t at) {
      return reinterpret_cast<std::uintptr_t>(events[at].data) -
             reinterpret_cast<std::uintptr_t>(events[at - 1].data);
    };
    const std::size_t stride = end < events.size() ? distance(end) : 0;
    while (end < events.size() && distance(end) == stride && &shape_of(events[end]) == &shape)
      ++end;
    const std::size_t count = end - i;
    if (!shape.left_out) {
      write_heads(events.data() + i, count, now_ns, shape);
      Entries entries{.keys = heads_.data(),
                      .values = events[i].data,
                      .count = static_cast<std::uint32_t>(count),
                      .key_stride = head_.root().size,
                      .value_stride = stride};
      if (shape.matcher) entries = shape.matcher->keep(entries, events[i].size);
      entries.count =
          static_cast<std::uint32_t>(std::min<std::uint64_t>(entries.count, most - shown));
      append_rows(shape, entries);
      shown += entries.count;
    }
    i = end;
  }
  out.write_block(text_.text());
  return shown;
}

// Tables have a heading for each type, whenever another one begins; CSV has one.
void EventView::append_rows(Shape& shape, const Entries& entries) {
  if (entries.count == 0) return;
  const bool is_table = asked_.style.is_table();
  const bool heading = is_table ? headed_ != shape.type : !headed_.has_value();
  if (heading || !shape.begun) {
    Buffer first;
    shape.rows->begin(entries, true, first);
    shape.begun = true;
    if (heading && is_table && headed_) text_.append("\n");
    if (heading) text_.append(first.text());
    headed_ = shape.type;
  }
  shape.rows->append(entries, text_);
}

}  // namespace bpfmaps::commands
