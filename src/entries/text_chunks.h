// SPDX-License-Identifier: BSD-2-Clause
// TextChunks: a file of lines, of JSON values or of rows of CSV, in parts that several threads work
// on at once: each ends where a unit ends. Reads a descriptor; knows nothing of what it says.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace bpfmaps::entries {

struct TextChunk {
  std::uint64_t order = 0;
  std::uint64_t first_line = 1;  ///< of the file
  std::string text = {};
  /// Where units begin and end in `text`; none where they are lines.
  std::vector<std::pair<std::size_t, std::size_t>> units = {};
  bool end = false;  ///< nothing is left; the rest is not set

  std::uint64_t line_of(std::string_view unit) const {
    return first_line + static_cast<std::uint64_t>(std::count(text.data(), unit.data(), '\n'));
  }

  /// No more units than that are in it.
  std::size_t most_units() const {
    if (!units.empty()) return units.size();
    const auto ends = std::count(text.begin(), text.end(), '\n');
    return static_cast<std::size_t>(ends) + (text.ends_with('\n') ? 0 : 1);
  }

  /// Calls visit(unit), without the end of its line, until it returns false. Empty lines are none.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& [first, last] : units)
      if (!visit(std::string_view(text).substr(first, last - first))) return;
    if (!units.empty()) return;
    const char* at = text.data();
    const char* const stop = at + text.size();
    while (at != stop) {
      const void* found = std::memchr(at, '\n', static_cast<std::size_t>(stop - at));
      const char* const line_end = found != nullptr ? static_cast<const char*>(found) : stop;
      const bool visited = line_end == at || visit({at, static_cast<std::size_t>(line_end - at)});
      if (!visited) return;
      at = line_end + (found != nullptr ? 1 : 0);
    }
  }
};

class TextChunks {
 public:
  enum class Unit : std::uint8_t {
    line,   ///< up to a line feed
    value,  ///< a JSON value, one behind the other or in one array around all
    row,    ///< a line of CSV: line feeds between quotes do not end it
  };

  /// Reads the file at `path`, "-" being standard input. `operation` is for errors. A byte order
  /// mark at its start is skipped.
  static Result<TextChunks> open(const std::string& path, const std::string& operation);

  /// What comes first, at least `wanted` bytes where there are as many. Before the first next().
  Result<std::string_view> peek(std::size_t wanted = 1);
  /// The first unit, a line or row without its end; next() starts behind it. Nothing is left: "".
  Result<std::string> take_first(Unit unit);
  /// `eager`: chunks are what can be read without waiting for more, once there is a unit.
  void set(Unit unit, bool eager) {
    unit_ = unit;
    eager_ = eager;
  }

  /// All that is left becomes one chunk: what follows each other belongs together.
  void keep_together() { together_ = true; }

  /// About a MiB of whole units. Threads may call it at once. Kind::invalid for an array that makes
  /// no sense, Kind::incomplete for one that is not closed.
  Result<TextChunk> next();

  /// How many threads should ask for chunks.
  unsigned most_readers() const;
  const std::string& subject() const { return subject_; }

 private:
  TextChunks(Fd fd, std::string subject, std::string operation);
  Status fill();
  void scan();
  void scan_values();
  void scan_rows();
  Result<TextChunk> cut(std::size_t size);
  Error wrong(Kind kind, const std::string& what) const;

  // In an array of values: what may come next.
  enum class Next : std::uint8_t { first, value, comma, nothing };

  Fd fd_;
  std::string subject_, operation_;
  std::uint64_t size_ = 0;
  Unit unit_ = Unit::line;
  bool eager_ = false, together_ = false;
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
  std::string text_;  // read, not handed out
  bool at_end_ = false;
  std::uint64_t order_ = 0, line_ = 1;
  // Where the search for the ends of units goes on.
  std::size_t scanned_ = 0, last_end_ = 0, begin_ = 0, depth_ = 0;
  bool in_unit_ = false, in_string_ = false, escaped_ = false;
  bool started_ = false, in_array_ = false;
  Next next_ = Next::first;
  std::string problem_;
  std::vector<std::pair<std::size_t, std::size_t>> units_;
};

}  // namespace bpfmaps::entries
