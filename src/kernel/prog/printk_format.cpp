// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/prog/printk_format.h"

#include <algorithm>
#include <utility>

namespace bpfmaps::kernel {

// The conversions are those of bpf_bprintf_prepare() of the kernel.
PrintkFormat::PrintkFormat(std::string_view format) : format_(format) {
  while (format.ends_with('\n')) format.remove_suffix(1);
  Piece piece;
  for (std::size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%' || at + 1 == format.size()) {
      piece.literal += format[at];
      continue;
    }
    if (format[++at] == '%') {
      piece.literal += '%';
      continue;
    }
    at = std::min(format.find_first_not_of("0123456789-+ #.lhz", at), format.size() - 1);
    switch (format[at]) {
      case 'd':
      case 'i':
      case 'u': piece.makes = Piece::Makes::decimal; break;
      case 'x':
      case 'X': piece.makes = Piece::Makes::hex; break;
      case 'c': piece.makes = Piece::Makes::character; break;
      default: piece.makes = Piece::Makes::anything;
    }
    // %pI4, %pks and their kin: what belongs to the letter p.
    if (format[at] == 'p')
      while (at + 1 < format.size() &&
             std::string_view("xKBsSkuiI46").find(format[at + 1]) != std::string_view::npos)
        ++at;
    pieces_.push_back(std::exchange(piece, {}));
  }
  pieces_.push_back(std::move(piece));
}

bool PrintkFormat::tells() const {
  return std::ranges::any_of(pieces_, [](const Piece& piece) {
    return piece.literal.find_first_not_of(" \n") != std::string::npos;
  });
}

bool PrintkFormat::matches(std::string_view text) const { return match(0, text); }

bool PrintkFormat::may_hold(Piece::Makes makes, std::string_view text) {
  switch (makes) {
    case Piece::Makes::nothing: return text.empty();
    case Piece::Makes::decimal:
      return !text.empty() && text.find_first_not_of("0123456789-+ ") == text.npos;
    case Piece::Makes::hex:
      return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEFx ") == text.npos;
    case Piece::Makes::character: return text.size() <= 1;
    case Piece::Makes::anything: return true;
  }
  return false;
}

bool PrintkFormat::match(std::size_t index, std::string_view text) const {
  const Piece& piece = pieces_[index];
  if (!text.starts_with(piece.literal)) return false;
  text.remove_prefix(piece.literal.size());
  if (index + 1 == pieces_.size()) return text.empty();
  // Where the constant text behind it may begin; what is longest comes last.
  const std::string& next = pieces_[index + 1].literal;
  for (std::size_t end = text.find(next); end != text.npos; end = text.find(next, end + 1)) {
    if (may_hold(piece.makes, text.substr(0, end)) && match(index + 1, text.substr(end)))
      return true;
  }
  return false;
}

}  // namespace bpfmaps::kernel
