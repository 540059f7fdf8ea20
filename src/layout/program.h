// SPDX-License-Identifier: BSD-2-Clause
// Program: a Layout compiled for one form into straight steps. Each step copies constant text that
// was rendered beforehand (names, quotes, commas), then converts one value. Running it looks at no
// type, allocates nothing and calls nothing virtual.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "layout/layout.h"

namespace bpfmaps::layout {

/// How a Program writes what it finds.
struct Dialect {
  enum class Text : std::uint8_t {
    json,      ///< quoted and escaped
    terminal,  ///< bytes that a terminal could obey as \xNN; no quotes but inside arrays
    plain,     ///< as it is, bytes that are no UTF-8 as U+FFFD; no quotes but inside arrays
  };
  Text text = Text::json;
  bool meanings = false;     ///< addresses, ports, MACs, CIDR as text instead of their bytes
  bool string_ints = false;  ///< 64-bit integers in quotes
  int indent = -1;           ///< >= 0: records over several lines, this many levels deep
};

class Program {
 public:
  /// Renders `node` of `layout`, which must outlive the program. `before` and `after` are constant
  /// text around it. Bytes given to run() start where `offset` counts from.
  Program(const Layout& layout, const Node& node, std::uint32_t offset, const Dialect& dialect,
          std::string_view before = {}, std::string_view after = {});
  Program(Program&&) noexcept;
  Program& operator=(Program&&) noexcept;
  ~Program();

  /// Appends the text of the value at `bytes`.
  void run(const unsigned char* bytes, Buffer& out) const;

  /// False where the text can hold what is not ASCII.
  bool is_ascii() const { return ascii_; }

 private:
  friend class ProgramBuilder;
  enum class Op : std::uint8_t;
  struct Step;

  char* run_steps(std::uint32_t first, std::uint32_t last, const unsigned char* bytes, char* to,
                  Buffer& out) const;
  char* write_name(char* to, const Step& step, const unsigned char* from) const;
  char* write_long(char* to, const Step& step, const unsigned char* from, Buffer& out) const;

  std::vector<Step> steps_;
  std::string texts_;      // all constant text, padded so that copies may read past the end
  std::size_t bound_ = 0;  // most bytes that all steps once, long texts aside, can write
  bool ascii_ = true;
};

}  // namespace bpfmaps::layout
