// SPDX-License-Identifier: BSD-2-Clause
// DATA: any words are refused with a reason or are bytes, and what dump prints of these is DATA for
// the same text once more. The first byte of an input chooses a type, each line is a word.
#include <iterator>
#include <sstream>
#include <string>

#include "fuzz/fuzz.h"
#include "layout/parse.h"
#include "layout/program.h"
#include "unit/layout/flow.h"

using namespace bpfmaps;
using layout::Layout;

namespace {

class Targets {
 public:
  const Layout& operator[](std::size_t at) const { return *all_[at % std::size(all_)]; }

 private:
  int be32() { return types_.type_name("__be32", types_.integer("__u32", 4)); }
  int letters(std::uint32_t count) { return types_.array(types_.integer("char", 1), count); }
  Layout trie(int address, std::uint32_t size) {
    Layout key = types_.layout(types_.structure(
        "prefix", 4 + size, {{"prefixlen", types_.integer("__u32", 4)}, {"data", address, 32}}));
    key.make_prefix();
    return key;
  }

  layout::testing::FlowTypes flow_;
  layout::testing::Types types_;
  const Layout number_ = types_.layout(types_.signed_integer("__s64", 8));
  const Layout address_ = types_.layout(be32());
  const Layout text_ = types_.layout(letters(8));
  const Layout prefix_ = trie(be32(), 4);
  const Layout prefix6_ = trie(types_.array(types_.integer("__u8", 1), 16), 16);
  const Layout raw_ = Layout::raw(6), index_ = Layout::index();
  const Layout* const all_[9] = {&flow_.key(), &flow_.value(), &number_, &address_, &text_,
                                 &prefix_,     &prefix6_,      &raw_,    &index_};
};

using Value = std::vector<unsigned char>;

Status parsed(const Layout& layout, const std::vector<std::string>& words, Value& bytes) {
  bytes.assign(layout.root().size, 0);
  return layout::parse(layout, {"value", words}, bytes);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const Targets targets;
  if (size == 0) return 0;
  const Layout& layout = targets[bytes[0]];
  std::istringstream lines(std::string(reinterpret_cast<const char*>(bytes) + 1, size - 1));
  std::vector<std::string> words;
  for (std::string line; std::getline(lines, line);) words.push_back(line);
  if (words.empty()) return 0;  // the command line has no DATA without a word
  Value value, again;
  if (const Status status = parsed(layout, words, value); !status) {
    fuzz::expect(status.error().kind == Kind::usage, "a refusal is about what was typed");
    fuzz::expect(!status.error().context.empty(), "a refusal has a reason");
    return 0;
  }
  for (const bool meanings : {false, true}) {
    const layout::Dialect dialect{.meanings = meanings};
    const std::string text = text_of(layout, layout.root(), value.data(), dialect);
    if (text.find("\xef\xbf\xbd") != text.npos) continue;  // no text says what bytes it stands for
    fuzz::expect(parsed(layout, {text}, again).has_value(), "what is printed can be typed");
    fuzz::expect(text_of(layout, layout.root(), again.data(), dialect) == text,
                 "what is typed again is printed the same");
  }
  return 0;
}
