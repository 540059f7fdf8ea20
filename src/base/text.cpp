// SPDX-License-Identifier: BSD-2-Clause
#include "base/text.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace bpfmaps {

Utf8 decode_utf8(const unsigned char* p, const unsigned char* end) {
  const unsigned char first = *p;
  if (first < 0x80) return {first, 1, true};
  int more = 0;
  std::uint32_t code_point = 0, least = 0;
  if ((first & 0xe0) == 0xc0) {
    more = 1, code_point = first & 0x1f, least = 0x80;
  } else if ((first & 0xf0) == 0xe0) {
    more = 2, code_point = first & 0x0f, least = 0x800;
  } else if ((first & 0xf8) == 0xf0) {
    more = 3, code_point = first & 0x07, least = 0x10000;
  } else {
    return {};
  }
  if (end - p <= more) return {};
  for (int i = 1; i <= more; ++i) {
    if ((p[i] & 0xc0) != 0x80) return {};
    code_point = code_point << 6 | (p[i] & 0x3f);
  }
  const bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
  if (code_point < least || code_point > 0x10ffff || surrogate) return {};
  return {code_point, static_cast<std::uint8_t>(more + 1), true};
}

void append_utf8(std::string& to, std::uint32_t c) {
  if (c < 0x80) {
    to += static_cast<char>(c);
  } else if (c < 0x800) {
    to += static_cast<char>(0xc0 | c >> 6);
    to += static_cast<char>(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    to += static_cast<char>(0xe0 | c >> 12);
    to += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    to += static_cast<char>(0x80 | (c & 0x3f));
  } else {
    to += static_cast<char>(0xf0 | c >> 18);
    to += static_cast<char>(0x80 | (c >> 12 & 0x3f));
    to += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    to += static_cast<char>(0x80 | (c & 0x3f));
  }
}

bool is_unsafe_on_terminal(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) ||  // C0, DEL, C1
         c == 0x061c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
         (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);  // the last ones: tags
}

void append_terminal_safe(std::string& to, std::string_view text) {
  constexpr char kDigits[] = "0123456789abcdef";
  auto p = reinterpret_cast<const unsigned char*>(text.data());
  const auto end = p + text.size();
  while (p < end) {
    const Utf8 c = decode_utf8(p, end);
    if (c.valid && !is_unsafe_on_terminal(c.code_point)) {
      to.append(reinterpret_cast<const char*>(p), c.length);
    } else if (!c.valid || c.code_point < 0x100) {
      const unsigned value = c.valid ? c.code_point : *p;
      to += {'\\', 'x', kDigits[value >> 4], kDigits[value & 15]};
    } else {
      to += "\\u{";
      const int first = c.code_point > 0xffff ? 16 : 12;
      for (int shift = first; shift >= 0; shift -= 4) to += kDigits[c.code_point >> shift & 15];
      to += '}';
    }
    p += c.length;
  }
}

std::string terminal_safe(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  append_terminal_safe(safe, text);
  return safe;
}

std::string shell_word(std::string_view text) {
  constexpr std::string_view kHarmless = "_./:@%+=,-";
  const auto is_harmless = [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           kHarmless.find(c) != kHarmless.npos;
  };
  if (!text.empty() && std::ranges::all_of(text, is_harmless)) return std::string(text);
  std::string word;
  if (terminal_safe(text) == text) {
    for (const char c : text) c == '\'' ? word += "'\\''" : word += c;
    return "'" + word + "'";
  }
  constexpr char kDigits[] = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f) {
      word += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
    } else {
      if (c == '\'' || c == '\\') word += '\\';
      word += c;
    }
  }
  return "$'" + word + "'";
}

namespace {

constexpr std::size_t kMostQuoted = 200;

/// Cuts `size` bytes at `at`, more than kMostQuoted, in their middle. Returns what is left of them.
std::size_t shorten(std::string& text, std::size_t at, std::size_t size) {
  constexpr std::size_t kHead = 140, kTail = kMostQuoted - kHead - 3;  // 3 bytes for the mark
  const auto is_inside = [&](std::size_t place) {                      // of a character
    return place < text.size() && (static_cast<unsigned char>(text[place]) & 0xc0) == 0x80;
  };
  std::size_t head = at + kHead, tail = at + size - kTail;
  while (is_inside(head)) --head;
  while (is_inside(tail)) ++tail;
  text.replace(head, tail - head, "…");
  return size - (tail - head) + 3;
}

}  // namespace

std::string with_short_quotes(std::string text, std::span<const std::string> typed) {
  for (const std::string& word : typed) {
    if (word.size() <= kMostQuoted) continue;
    for (std::size_t at = 0; at + kMostQuoted < text.size(); ++at) {
      const std::size_t found = word.find(std::string_view(text).substr(at, kMostQuoted + 1));
      if (found == word.npos) continue;
      std::size_t size = kMostQuoted + 1;
      while (at + size < text.size() && found + size < word.size() &&
             text[at + size] == word[found + size])
        ++size;
      at += shorten(text, at, size) - 1;
    }
  }
  return text;
}

std::string with_short_quotes(std::string text) {
  for (std::size_t at = 0; (at = text.find('`', at)) != text.npos;) {
    const std::size_t begin = at + 1, end = text.find('`', begin);
    if (end == text.npos) break;
    const std::size_t size = end - begin;
    at = begin + (size > kMostQuoted ? shorten(text, begin, size) : size) + 1;
  }
  return text;
}

std::size_t columns_of(std::uint32_t c) {
  if (c >= 0x300 && c <= 0x36f) return 0;  // combining marks
  // The blocks that East Asian Width calls wide, and emoji; wcwidth() would need a locale.
  const bool wide = (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
                    (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
                    (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
                    (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd);
  return wide ? 2 : 1;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  auto p = reinterpret_cast<const unsigned char*>(text.data());
  const auto end = p + text.size();
  while (p < end) {
    const Utf8 c = decode_utf8(p, end);
    width += columns_of(c.code_point);
    p += c.length;
  }
  return width;
}

void append_hex(std::string& to, const void* bytes, std::size_t size) {
  constexpr char kDigits[] = "0123456789abcdef";
  const auto* p = static_cast<const unsigned char*>(bytes);
  for (std::size_t i = 0; i < size; ++i) {
    if (i != 0) to += ' ';
    to += kDigits[p[i] >> 4];
    to += kDigits[p[i] & 15];
  }
}

namespace {

// Edits between two words; swapping two neighbours counts as one (Damerau, restricted).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({row[j - 1] + 1, last[j] + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  std::string_view best;
  // A hint that is far off is worse than none. Dashes before an option are no letters of it.
  const std::size_t letters = word.size() - std::min(word.find_first_not_of('-'), word.size());
  std::size_t best_distance = letters <= 5 ? 2 : letters <= 8 ? 3 : 4;  // one past the limit
  for (const std::string_view candidate : candidates) {
    // As many edits as one is longer than the other are needed at least.
    const std::size_t least = std::min(word.size(), candidate.size());
    const std::size_t most = std::max(word.size(), candidate.size());
    const bool completes = word.size() >= 2 && candidate.starts_with(word);
    if (!completes && most - least >= best_distance) continue;
    const std::size_t distance = completes ? 1 : edit_distance(word, candidate);
    if (distance < best_distance && distance < candidate.size())
      best = candidate, best_distance = distance;
  }
  return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
  const std::string_view best = nearest(word, candidates);
  if (best.empty()) return {};
  return std::string("did you mean `").append(best).append("`?");
}

std::string suggestion(std::string_view word, std::span<const std::string_view> known,
                       std::string_view what) {
  constexpr std::size_t kMostListed = 12;
  std::string text = did_you_mean(word, known);
  if (!text.empty() || known.empty()) return text;
  text = what;
  for (std::size_t i = 0; i < known.size() && i < kMostListed; ++i)
    text.append(i == 0 ? ": " : ", ").append(known[i]);
  return known.size() > kMostListed ? text + ", ..." : text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) break;
    text.remove_prefix(at + 1);
    if (text.empty()) parts.push_back(text);
  }
  return parts;
}

std::vector<NewName> told_apart(std::span<const std::string_view> names,
                                std::span<const std::uint32_t> numbers) {
  std::unordered_map<std::string_view, std::size_t> bearers;
  for (const std::string_view name : names) ++bearers[name];
  std::vector<NewName> made;
  if (bearers.size() == names.size()) return made;
  std::unordered_set<std::string> taken;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (bearers[names[i]] == 1) continue;
    std::string name = std::string(names[i]) + "@" + std::to_string(numbers[i]);
    while (bearers.contains(name) || taken.contains(name)) name += "@" + std::to_string(i);
    taken.insert(name);
    made.push_back({i, std::move(name)});
  }
  return made;
}

}  // namespace bpfmaps
