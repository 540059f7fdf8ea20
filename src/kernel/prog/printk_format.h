// SPDX-License-Identifier: BSD-2-Clause
// PrintkFormat: a format of bpf_printk(), turned round: whether a text can have come out of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bpfmaps::kernel {

class PrintkFormat {
 public:
  explicit PrintkFormat(std::string_view format);

  /// Whether it may have made `text`, both without line breaks at the end.
  bool matches(std::string_view text) const;
  /// False where any text may be of it: "%s".
  bool tells() const;
  const std::string& format() const { return format_; }

 private:
  // Constant text, then what a conversion makes, if there is one.
  struct Piece {
    enum class Makes { nothing, decimal, hex, character, anything };
    std::string literal;
    Makes makes = Makes::nothing;
  };
  static bool may_hold(Piece::Makes makes, std::string_view text);
  bool match(std::size_t piece, std::string_view text) const;

  std::string format_;
  std::vector<Piece> pieces_;
};

}  // namespace bpfmaps::kernel
