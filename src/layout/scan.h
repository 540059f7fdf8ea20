// SPDX-License-Identifier: BSD-2-Clause
// Scan: the way back from rows to bytes, compiled like a Program into straight steps: constant text
// that must stand there, then one value. It knows exactly what `dump --jsonl` prints, with any
// blanks between, and nothing else: whatever it does not know is for parse.h, which knows it all
// and says what is wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "layout/rows.h"

namespace bpfmaps::layout {

class Scan {
 public:
  /// Of rows of `spec`, whose layouts outlive it.
  explicit Scan(const RowSpec& spec);

  /// Whether run() can read anything: members of a union would have to be compared, for example.
  bool is_usable() const { return usable_; }

  /// Fills `key` and `value`, which are zeros, from one row. False where the row is another one
  /// than dump prints; the bytes are then anything.
  bool run(std::string_view row, unsigned char* key, unsigned char* value) const;

 private:
  enum class Op : std::uint8_t {
    number,
    boolean,
    enumeration,
    number_f32,
    number_f64,
    pointer,
    wide,
    text,
    bytes,
    loop,  // the steps up to `last`, once for each element
    end,   // only the constant text
  };
  struct Step {
    Op op = Op::end;
    bool of_key = false;
    bool in_string = false;                 // the constant text begins inside of a string
    std::uint32_t lead = 0, lead_size = 0;  // constant text before it, in texts_
    std::size_t offset = 0;                 // bytes from the start, or from that of the element
    std::uint32_t size = 0, count = 0, last = 0;
    const Node* node = nullptr;
    const Names* names = nullptr;
  };
  struct Cursor {
    const char* at;
    const char* end;
  };

  void node(const Layout& layout, const Node& node, bool of_key, std::size_t offset);
  void add(Step step);
  static bool is_quoted(const Step& step);
  bool steps(const Step* step, const Step* end, Cursor& cursor, unsigned char* key,
             unsigned char* value) const;
  bool loop(const Step& step, Cursor& cursor, unsigned char* key, unsigned char* value) const;
  bool literal(const Step& step, Cursor& cursor) const;
  static bool scalar(const Step& step, Cursor& cursor, unsigned char* to);

  bool usable_ = true;
  bool is_prefix_ = false;
  std::uint32_t most_prefix_ = 0;
  std::vector<Step> steps_;
  std::string texts_, pending_;
};

}  // namespace bpfmaps::layout
