// SPDX-License-Identifier: BSD-2-Clause
// EventTypes: what the records of a ring buffer or perf_event_array are. The kernel keeps no types
// for them, so the user names them; nothing is guessed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/btf.h"
#include "kernel/handle.h"
#include "kernel/map/events.h"
#include "layout/layout.h"

namespace bpfmaps::commands {

/// How the user names types.
struct EventTypeOptions {
  std::string names = {};              ///< "struct a", "a,b", or "1=a,2=b" with a field
  std::optional<std::string> by = {};  ///< the field whose value tells the type
  const btf* file = nullptr;           ///< where to look them up, and nowhere else
};

/// A type that records may have.
struct EventType {
  std::string name;  ///< as it was typed: "struct event"
  layout::Layout layout;
  std::uint64_t tag = 0;  ///< what the field that tells the type holds in records of this type
};

class EventTypes {
 public:
  /// The types that `options` name, looked up in its file, else in the types of `map` and of the
  /// programs that use it. Errors of Kind::usage: no such type, types that cannot be told apart.
  static Result<EventTypes> find(const EventTypeOptions& options, const kernel::Map& map);

  /// No type at all: records of `map` are bytes.
  static EventTypes none(const kernel::Map& map);

  const std::vector<EventType>& all() const { return types_; }

  /// The place in all() of the type of such a record: the one that its field tells, else the one
  /// of its size, else the only one, where the record is longer. Nothing where none fits.
  std::optional<std::size_t> type_of(const kernel::Event& event) const;

  /// How many bytes of such a record lie behind what its type describes.
  std::uint32_t rest_of(std::size_t type, std::uint32_t record) const;

  /// "`struct event` of xdp_events": the structs of programs that use the map whose size is that of
  /// such records; "" where there are none.
  std::string candidates(std::uint32_t size) const;

 private:
  // Types of a program, or of the map itself.
  struct Book {
    std::string owner;
    kernel::Btf types;
  };
  // The field that tells the types apart.
  struct Tag {
    layout::Node node;
    std::size_t offset = 0;
  };

  EventTypes() = default;
  void open_books(const kernel::Map& map);
  Result<layout::Layout> layout_of(const std::string& name, const btf* file) const;
  Status add(std::string_view words, const btf* file);
  Status check_sizes() const;
  Status find_tag(const std::string& field);
  bool has_size(std::uint32_t type, std::uint32_t record) const;

  std::vector<Book> books_;
  bool kept_back_ = false;  // the kernel does not tell which programs use the map
  bool padded_ = false;     // records end in up to 7 bytes more than were written
  std::vector<EventType> types_;
  std::vector<std::string> tags_;  // as they were typed, one a type or none
  std::optional<Tag> tag_;
};

}  // namespace bpfmaps::commands
