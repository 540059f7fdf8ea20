// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/data_file.h"

#include <algorithm>
#include <utility>

#include "base/file.h"

namespace bpfmaps::commands {
namespace {

using layout::Layout;
using layout::Shape;

// What a file of text may have for each byte of what it describes: names, digits, blanks.
constexpr std::size_t kTextAByte = 64, kTextAtLeast = 1 << 20;
constexpr std::size_t kLongestWord = 256;
constexpr std::string_view kBlanks = " \t\r\n";

// "" where `given` names no file.
std::string file_of(const cli::Given& given) {
  if (given.words.size() != 1) return {};
  const std::string& word = given.words[0];
  if (word == "-") return word;
  return word.starts_with('@') ? word.substr(1) : std::string();
}

std::string without_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(kBlanks) - first + 1));
}

// A file's one word for a layout of bytes may have been wrapped.
std::string as_word(const Layout& layout, std::string_view content) {
  std::string word = without_blanks(content);
  if (layout.root().shape != Shape::bytes) return word;
  for (char& one : word)
    if (kBlanks.find(one) != kBlanks.npos) one = ' ';
  return word;
}

// "`value`: @FILE ", the beginning of what is wrong with it.
std::string subject(std::string_view name, const cli::Given& given) {
  const std::string& word = given.words[0];
  return "`" + std::string(name) + "`: " + (word == "-" ? "standard input" : word) + " ";
}

Status take_bytes(std::string_view content, std::span<unsigned char> bytes,
                  std::vector<unsigned char>* filled) {
  std::copy(content.begin(), content.end(), bytes.begin());
  if (filled != nullptr) filled->assign(bytes.size(), 0xff);
  return {};
}

}  // namespace

Result<cli::Request> with_files(const cli::Request& request, const entries::TypedMap& typed) {
  cli::Request read = request;
  bool has_input = false;
  for (cli::Given& given : read.given) {
    const std::string path = given.operand->takes == cli::Takes::data ? file_of(given) : "";
    if (path.empty()) continue;
    if (path == "-" && std::exchange(has_input, true))
      return fail(Error::usage("standard input can be one of key and value, not both"));
    const bool is_key = given.operand->keyword == "key";
    const std::size_t size = is_key ? typed.map.info().key_size : typed.shape.size;
    given.content = TRY(read_file(path, std::string("read the ") + (is_key ? "key" : "value"),
                                  std::max(size * kTextAByte, kTextAtLeast)));
  }
  return read;
}

Status parse_data(const Layout& layout, std::string_view name, const cli::Given& given,
                  std::span<unsigned char> bytes, std::vector<unsigned char>* filled) {
  if (!given.content) return layout::parse(layout, {name, given.words}, bytes, filled);
  const std::string& content = *given.content;
  const Shape shape = layout.root().shape;
  const bool has_size = content.size() == bytes.size();
  if (has_size && (shape == Shape::bytes || shape == Shape::text))
    return take_bytes(content, bytes, filled);
  const std::vector<std::string> words = {as_word(layout, content)};
  const bool is_json = words[0].starts_with('{') || words[0].starts_with('[');
  if (!is_json && !has_size && words[0].size() > kLongestWord + bytes.size() * 3)
    return fail(Error::usage(
        subject(name, given) + "holds " + std::to_string(content.size()) + " bytes, and no JSON",
        "it takes text, or " + std::to_string(bytes.size()) + " bytes"));
  const std::vector<unsigned char> before(bytes.begin(), bytes.end());
  const Status text = layout::parse(layout, {name, words}, bytes, filled);
  if (text && has_size && !is_json && words[0].size() == content.size())
    return fail(
        Error::usage(subject(name, given) + "may be its bytes, or the text `" + words[0] + "`",
                     "end text with a newline; with --raw it is bytes"));
  if (text || !has_size) return text;
  std::copy(before.begin(), before.end(), bytes.begin());
  return take_bytes(content, bytes, filled);
}

std::vector<std::string> words_of(const cli::Given& given) {
  if (!given.content) return given.words;
  return {without_blanks(*given.content)};
}

}  // namespace bpfmaps::commands
