// SPDX-License-Identifier: BSD-2-Clause
#include "layout/parse.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "base/number.h"
#include "base/text.h"
#include "layout/convert.h"
#include "layout/encode.h"
#include "layout/json_text.h"
#include "layout/path.h"

namespace bpfmaps::layout {
namespace {

bool has_parts(const Node& node) { return !node.children.empty() || node.shape == Shape::record; }

// `a=1`, `in[0].a=[1,2]`: an equals sign that stands in no JSON.
bool is_assignment(std::string_view word) { return word.find('=') < word.find_first_of("{\""); }

// Where the last field of `node` ends, in bytes from its start.
std::size_t end_of_fields(const Node& node) {
  if (node.children.empty()) return node.size;
  if (node.shape == Shape::array && node.count != 0) {
    const Node& of = node.children[0];
    return std::size_t{node.count - 1} * of.size + end_of_fields(of);
  }
  std::size_t end = 0;
  for (const Node& child : node.children) end = std::max(end, child.offset + end_of_fields(child));
  return end;
}

bool is_json(const Node& node, std::string_view word) {
  return word.starts_with('"') ||
         (has_parts(node) && (word.starts_with('{') || word.starts_with('[')));
}

class Parser {
 public:
  Parser(const Layout& layout, const Data& data, std::span<unsigned char> bytes)
      : layout_(layout), data_(data), bytes_(bytes), canvas_(bytes) {}

  Status run() {
    const Node& root = layout_.root();
    const auto& words = data_.words;
    if (words.size() > 1 && words[0] == "hex") return bytes(words.subspan(1), true);
    if (has_parts(root) && is_assignment(words[0])) return assignments();
    if (words.size() == 1 && !is_byte(root)) {
      if (root.size == 1 && root.shape != Shape::text) TRY(not_octal(words[0]));
      return word(whole(), words[0]);
    }
    return bytes(words, false);
  }

  Status json(const FieldRef& field, const Json& given) {
    const Node& node = *field.node;
    if (given.is_scalar()) {
      if (given.is == Json::Is::null) return wrong_shape(field, given.is);
      const auto origin = given.is == Json::Is::string ? Origin::text : Origin::number;
      return scalar(field, given.text, origin);
    }
    if (given.is == Json::Is::object && node.shape == Shape::record) return members(field, given);
    if (given.is == Json::Is::array && node.shape == Shape::array) return elements(field, given);
    return wrong_shape(field, given.is);
  }

  Status word(const FieldRef& field, std::string_view text) {
    if (!is_json(*field.node, text)) return scalar(field, text, Origin::text);
    const Json given = TRY(read_json(text, "`" + field.path + "`"));
    return json(field, given);
  }

  // A text of its own: nothing in it is JSON where the field is one value.
  Status cell(const FieldRef& field, std::string_view text) {
    if (field.node->is_leaf()) return scalar(field, text, Origin::text);
    return word(field, text);
  }

  FieldRef whole() const { return {&layout_.root(), 0, std::string(data_.name)}; }

  // What waits until all else is known.
  Status finish() {
    for (const auto& [field, text] : texts_) {
      if (!is_told(field, text)) TRY(encode(layout_, field, text, Origin::text, canvas_));
    }
    return layout_.is_prefix() ? prefix_length() : Status();
  }

  std::span<const unsigned char> written() const { return canvas_.written(); }

 private:
  // The prefix length of an LPM key: all bits of its fields where none was given, as the word form
  // of an address has it. Padding behind the last field does not count: programs look up with or
  // without it, and find the shorter prefix either way.
  Status prefix_length() {
    std::uint32_t length = 0;
    const auto given = canvas_.written().first(sizeof length);
    if (std::ranges::all_of(given, [](unsigned char bits) { return bits == 0; })) {
      const std::size_t end = std::max(end_of_fields(layout_.root()), sizeof length);
      canvas_.put_bits(0, 0, 32, (end - sizeof length) * 8);
    }
    // The kernel would look up a prefix that is too long, and find none.
    std::memcpy(&length, bytes_.data(), sizeof length);
    const std::size_t most = (bytes_.size() - sizeof length) * 8;
    if (length <= most) return {};
    return fail(whole().wrong("has " + std::to_string(most) + " bits, and cannot be a prefix of " +
                              std::to_string(length)));
  }

  // Text is printed otherwise than it is where it is no UTF-8, or where zeros follow it. In a union
  // a number may say what it is, wherever that stands: text waits for it.
  Status scalar(const FieldRef& field, std::string_view text, Origin origin) {
    const bool is_text = field.node->shape == Shape::text && origin == Origin::text;
    if (!is_text) return encode(layout_, field, text, origin, canvas_);
    texts_.emplace_back(field, text);
    return {};
  }

  // Whether other fields gave all bytes of the text at `field`, and it is printed as `text`.
  bool is_told(const FieldRef& field, const std::string& text) const {
    const auto given = canvas_.given().subspan(field.offset, field.node->size);
    if (!std::ranges::all_of(given, [](unsigned char bits) { return bits == 0xff; })) return false;
    const auto* const from = reinterpret_cast<const char*>(bytes_.data()) + field.offset;
    const std::size_t size = strnlen(from, field.node->size);
    std::string printed(size * 3, '\0');
    printed.resize(
        static_cast<std::size_t>(write_plain_text(printed.data(), from, size) - printed.data()));
    return printed == text;
  }

  // What is left of a type of one byte or of a record without types: bytes are all one can give.
  bool is_byte(const Node& root) const {
    const std::string& only = data_.words[0];
    return root.size == 1 && parse_u64(only) && (root.shape == Shape::bytes || has_parts(root));
  }

  static Status wrong_shape(const FieldRef& field, Json::Is is) {
    const std::string_view wanted = field.node->shape == Shape::record  ? "an object"
                                    : field.node->shape == Shape::array ? "an array"
                                                                        : "one value";
    return fail(field.wrong("takes " + std::string(wanted) + ", not " + std::string(describe(is))));
  }

  Status members(const FieldRef& field, const Json& given) {
    for (const Json& one : given.children) {
      const FieldRef place = TRY(member_of(field, one.name));
      TRY(json(place, one));
    }
    return {};
  }

  Status elements(const FieldRef& field, const Json& given) {
    const Node& array = *field.node;
    if (array.counted && given.children.size() <= array.count) {
      const std::size_t behind = std::size_t{array.children[0].size} * array.count;
      canvas_.put_bits(field.offset + behind, 0, 32, given.children.size());
    } else if (given.children.size() != array.count)
      return fail(field.wrong("has " + std::to_string(array.count) + " elements, not " +
                              std::to_string(given.children.size())));
    for (std::uint32_t i = 0; i < given.children.size(); ++i)
      TRY(json(element_of(field, i), given.children[i]));
    return {};
  }

  Status assignments() {
    std::set<std::string> seen;
    for (const std::string& word : data_.words) {
      if (!is_assignment(word))
        return fail(whole().wrong("takes FIELD=VALUE words, and `" + word + "` is none",
                                  "a text with spaces stands in quotes: 'name=two words'"));
      const std::size_t equals = word.find('=');
      const FieldRef field = TRY(follow(whole(), std::string_view(word).substr(0, equals))).back();
      if (!seen.insert(field.path).second) return fail(field.wrong("is given twice"));
      TRY(this->word(field, std::string_view(word).substr(equals + 1)));
    }
    return {};
  }

  Status bytes(std::span<const std::string> words, bool hex) {
    if (words.size() != bytes_.size())
      return fail(whole().wrong(
          "has " + std::to_string(bytes_.size()) + " bytes, not " + std::to_string(words.size()),
          forms()));
    for (std::size_t i = 0; i < words.size(); ++i) {
      std::string digits = words[i];
      if (!hex) TRY(not_octal(digits));
      if (hex && !digits.starts_with("0x")) digits.insert(0, "0x");
      const auto byte = parse_u64(digits);
      if (!byte || *byte > UINT8_MAX)
        return fail(whole().wrong("`" + words[i] + "` is no byte" + (hex ? " in hex" : "")));
      const auto plain = static_cast<unsigned char>(*byte);
      canvas_.put_bytes(i, &plain, 1);
    }
    return {};
  }

  // bpftool, whose form bytes have, reads 010 as 8; elsewhere it is 10.
  Status not_octal(const std::string& word) const {
    const auto decimal = parse_u64(word);
    if (!word.starts_with('0') || word.starts_with("0x") || !decimal || *decimal < 8) return {};
    return fail(whole().wrong("takes `" + word + "` neither as octal nor as decimal",
                              "bpftool reads a leading 0 as octal: write " +
                                  std::to_string(*decimal) + " without it, or hex as 0x1f"));
  }

  // What to type instead of a wrong number of bytes.
  std::string forms() const {
    const Node& root = layout_.root();
    if (!layout_.is_typed()) return "no type is known: give every byte, `hex 01 00` or `1 0`";
    if (!has_parts(root)) return "give one word; a text with spaces stands in quotes";
    if (root.shape == Shape::array) return "give an array in JSON, or [0]=VALUE words";
    return "give FIELD=VALUE words, or an object in JSON";
  }

  const Layout& layout_;
  const Data data_;
  std::span<unsigned char> bytes_;
  Canvas canvas_;
  std::vector<std::pair<FieldRef, std::string>> texts_;  // as they were given
};

}  // namespace

Status parse(const Layout& layout, const Data& data, std::span<unsigned char> bytes,
             std::vector<unsigned char>* given) {
  Parser parser(layout, data, bytes);
  TRY(parser.run());
  TRY(parser.finish());
  if (given != nullptr) given->assign(parser.written().begin(), parser.written().end());
  return {};
}

Status parse_json(const Layout& layout, std::string_view name, const Json& given,
                  std::span<unsigned char> bytes, std::vector<unsigned char>* written) {
  Parser parser(layout, {name, {}}, bytes);
  TRY(parser.json(parser.whole(), given));
  TRY(parser.finish());
  if (written != nullptr) written->assign(parser.written().begin(), parser.written().end());
  return {};
}

Result<std::size_t> parse_values(const Layout& layout, const Data& data,
                                 std::span<const std::uint32_t> cpus, std::uint32_t slot,
                                 std::span<unsigned char> slots) {
  const std::string subject = "`" + std::string(data.name) + "`";
  if (data.words.size() != 1) return fail(Error::usage(subject + " takes one word of JSON"));
  const Json list = TRY(read_json(data.words[0], subject));
  return parse_values(layout, data.name, list, cpus, slot, slots);
}

Result<std::size_t> parse_values(const Layout& layout, std::string_view name, const Json& list,
                                 std::span<const std::uint32_t> cpus, std::uint32_t slot,
                                 std::span<unsigned char> slots) {
  const std::string subject = "`" + std::string(name) + "`";
  const auto wrong = [&subject](const std::string& what) {
    return fail(Error::usage(subject + " " + what,
                             "dump --json prints the form: [{\"cpu\":0,\"value\":1},...]"));
  };
  if (list.is != Json::Is::array) return wrong("takes an array in JSON");
  std::set<std::size_t> given;
  for (const Json& one : list.children) {
    const Json* cpu = one.member("cpu");
    const Json* value = one.member("value");
    if (cpu == nullptr || value == nullptr || one.children.size() != 2)
      return wrong("takes objects with `cpu` and `value`");
    const auto number = parse_u64(cpu->text);
    const auto at = number ? std::find(cpus.begin(), cpus.end(), *number) : cpus.end();
    if (at == cpus.end()) return wrong("names CPU `" + cpu->text + "`, which cannot be");
    const auto index = static_cast<std::size_t>(at - cpus.begin());
    if (!given.insert(index).second) return wrong("names CPU " + cpu->text + " twice");
    const std::string path = std::string(name) + "[cpu " + cpu->text + "]";
    Parser parser(layout, {path, {}}, slots.subspan(index * slot, layout.root().size));
    TRY(parser.json(parser.whole(), *value));
    TRY(parser.finish());
  }
  return given.size();
}

class Filler::Impl : public Parser {
 public:
  using Parser::Parser;
};

Filler::Filler(const Layout& layout, std::string_view name, std::span<unsigned char> bytes)
    : impl_(std::make_unique<Impl>(layout, Data{name, {}}, bytes)) {}
Filler::~Filler() = default;
Status Filler::put(const FieldRef& field, std::string_view text) {
  return impl_->cell(field, text);
}
Status Filler::put(const FieldRef& field, const Json& given) { return impl_->json(field, given); }
Status Filler::finish() { return impl_->finish(); }
std::span<const unsigned char> Filler::written() const { return impl_->written(); }

}  // namespace bpfmaps::layout
