// SPDX-License-Identifier: BSD-2-Clause
// EventView: records as text, in whichever form: decoded by their type, filtered, and with what is
// known of each of them beside it: when, where, how long.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/buffer.h"
#include "entries/event_types.h"
#include "layout/projection.h"
#include "layout/query.h"
#include "layout/rows.h"
#include "output/writer.h"

namespace bpfmaps::commands {

/// What --where and --fields ask of records, and how they are to look.
struct EventQuestions {
  std::optional<std::string> where = {};
  std::vector<std::string> fields = {};  ///< empty: all
  output::Style style = {};
  bool has_cpus = false;  ///< records tell which CPU wrote them
};

class EventView {
 public:
  /// Checks the questions against each of `types`, which outlive the view: an error of Kind::usage
  /// for a field that none has. Records of a type that lacks a field of --where are left out.
  static Result<std::unique_ptr<EventView>> make(const EventTypes& types, EventQuestions asked);
  ~EventView();
  EventView(const EventView&) = delete;
  EventView& operator=(const EventView&) = delete;

  /// Writes the records that are asked for, at most `most`, and what was lost; how many they were.
  /// `now_ns`, since 1970, is the time of records that have none.
  std::uint64_t print(const kernel::Burst& burst, std::uint64_t now_ns, std::uint64_t most,
                      output::Writer& out);

  /// The sizes of records that were shown as bytes because no type fits, each told once.
  std::vector<std::uint32_t> take_untyped();

 private:
  // Records of one type and size.
  struct Shape;
  using Key = std::pair<std::size_t, std::uint32_t>;

  EventView(const EventTypes& types, EventQuestions asked);
  layout::RowSpec spec_of(const layout::Layout& value) const;
  Result<std::unique_ptr<Shape>> make_shape(std::optional<std::size_t> type,
                                            std::uint32_t size) const;
  Shape& shape_of(const kernel::Event& event);
  void write_heads(const kernel::Event* events, std::size_t count, std::uint64_t now_ns,
                   const Shape& shape);
  void append_rows(Shape& shape, const Entries& entries);
  void append_lost(const kernel::Lost& lost, std::uint64_t now_ns);
  const std::string& time_text(std::uint64_t ns);

  const EventTypes& types_;
  const EventQuestions asked_;
  const layout::Layout head_;
  std::map<Key, std::unique_ptr<Shape>> shapes_;
  Shape* last_ = nullptr;
  Key last_key_ = {};
  std::optional<std::size_t> headed_;  // the type that the last heading was for
  std::vector<std::uint32_t> untyped_, told_;
  std::vector<unsigned char> heads_;
  std::uint64_t time_ms_ = 0;
  std::string time_text_;
  Buffer text_;
};

}  // namespace bpfmaps::commands
