// SPDX-License-Identifier: BSD-2-Clause
// Program: what one row looks like, compiled into straight steps. Each step copies constant text
// that was rendered beforehand (names, quotes, commas), then converts one value. Running it looks
// at no type, allocates nothing and calls nothing virtual.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "layout/layout.h"

namespace bpfmaps::layout {

class Times;  // layout/times.h

/// How a Program writes what it finds.
struct Dialect {
  enum class Text : std::uint8_t {
    json,      ///< quoted and escaped
    terminal,  ///< bytes that a terminal could obey as \xNN; no quotes but inside arrays
    plain,     ///< as it is, bytes that are no UTF-8 as U+FFFD; JSON inside arrays
  };
  Text text = Text::json;
  bool meanings = false;         ///< addresses, ports, MACs, CIDR as text instead of their bytes
  bool string_ints = false;      ///< 64-bit integers in quotes
  bool pretty = false;           ///< records over several lines
  bool human = false;            ///< numbers in values with units (of terminal text)
  bool ascii = false;            ///< units have no letter that is not ASCII
  const Times* times = nullptr;  ///< fields that are times; they outlive the program
};

/// Where a step finds its bytes.
enum class Base : std::uint8_t { key, value, cpu };

/// What a program runs on; a base that no step uses may be null.
struct Bytes {
  const unsigned char* key = nullptr;
  const unsigned char* value = nullptr;
  const unsigned char* cpu = nullptr;  ///< a __u32
};

class Program {
 public:
  Program(Program&&) noexcept;
  Program& operator=(Program&&) noexcept;
  ~Program();

  /// Appends the text of one row.
  void run(const Bytes& bytes, Buffer& out) const;

 private:
  friend class ProgramBuilder;
  enum class Op : std::uint8_t;
  struct Step;

  Program();
  char* run_steps(const Step* step, const Step* end, const unsigned char* const* bases, char* to,
                  Buffer& out) const;
  char* run_loop(const Step& step, const unsigned char* from, char* to, Buffer& out) const;
  char* write_long(char* to, const Step& step, const unsigned char* from, Buffer& out) const;
  char* end_cell(const Step& step, std::size_t start, char* to, Buffer& out) const;
  static char* write_name(char* to, const Step& step, const unsigned char* from);

  std::vector<Step> steps_;
  std::string texts_;  // all constant text, padded so that copies may read past the end
  std::vector<std::unique_ptr<const Names>> names_;  // escaped: of enums that needed it
  Dialect times_in_ = {};                            // how times are written, and which they are
  std::size_t bound_ = 0;  // most bytes that all steps once, long texts and cells aside, can write
};

/// The text of one value, whose bytes start at `at`: for what is shown once, not row by row.
std::string text_of(const Layout& layout, const Node& node, const unsigned char* at,
                    const Dialect& dialect);

/// Puts a Program together in the order of the row's text. Layouts must outlive the program.
class ProgramBuilder {
 public:
  explicit ProgramBuilder(const Dialect& dialect);

  /// Constant text.
  void literal(std::string_view text) { pending_ += text; }
  /// The value of `node`, which starts `offset` bytes behind `base`, where `extent` bytes can be
  /// read. Pretty records continue at that depth of indentation.
  void value(const Layout& layout, const Node& node, Base base, std::uint32_t offset,
             std::uint32_t extent, int depth = 0);
  /// `size` bytes in hex, as they lie there.
  void hex(Base base, std::uint32_t offset, std::uint32_t size);
  /// What the next value is called, where its node has no name: an element of an array.
  void name(std::string_view name) { name_ = name; }

  /// What is written until the next end of a cell, filled up to `width` columns; `right` fills in
  /// front. `wide` where it can hold what is not ASCII.
  void begin_cell();
  void end_cell(std::size_t width, bool right, bool wide);
  /// Ends a cell of CSV, quoted where it holds a comma, a quote or a line break.
  void end_csv_cell();

  Program build() &&;

 private:
  using Op = Program::Op;
  using Step = Program::Step;

  void node(const Node& node, std::uint32_t offset, int depth);
  void meaning(const Node& node, std::uint32_t offset);
  void scalar(const Node& node, std::uint32_t offset);
  void enumeration(const Node& node, std::uint32_t offset);
  void integer(const Node& node, std::uint32_t offset);
  bool human(const Node& node, std::uint32_t offset);
  bool time(const Node& node, std::uint32_t offset);
  void text(const Node& node, std::uint32_t offset);
  void record(const Node& node, std::uint32_t offset, int depth);
  void array(const Node& node, std::uint32_t offset, int depth);
  void loop(const Node& node, std::uint32_t offset, int depth, std::string_view comma);
  Dialect::Text form() const;
  void quoted(const Step& made);
  void line(int depth);
  void step(const Step& made);
  void add_step(const Step& made, std::string_view lead);

  Program program_;
  const Dialect dialect_;
  const bool json_;
  const Layout* layout_ = nullptr;
  Base base_ = Base::key;
  std::uint32_t extent_ = 0;
  int in_array_ = 0;
  bool human_ = false;          // of the value that is being written
  std::string_view name_ = {};  // of the number that is, or of the array that it lies in
  std::string pending_;
};

}  // namespace bpfmaps::layout
