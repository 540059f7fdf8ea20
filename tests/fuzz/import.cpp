// SPDX-License-Identifier: BSD-2-Clause
// Entries as text: any line is refused with a reason or is an entry, the fast way and the slow way
// make the same bytes of it, and what dump prints of these is the same entry once more. Any row of
// CSV is refused or has cells. The first byte of an input chooses a type.
#include "entries/import.h"

#include <string>

#include "fuzz/fuzz.h"
#include "layout/entry_json.h"
#include "unit/layout/flow.h"

using namespace bpfmaps;
using layout::Layout;

namespace {

class Targets {
 public:
  const layout::RowSpec& operator[](std::size_t at) const { return all_[at % std::size(all_)]; }

 private:
  layout::testing::FlowTypes flow_;
  layout::testing::Types types_;
  const Layout number_ = types_.layout(types_.signed_integer("__s64", 8));
  const Layout text_ = types_.layout(types_.array(types_.integer("char", 1), 8));
  const Layout many_ = types_.layout(types_.array(types_.integer("__u16", 2), 40));
  const Layout raw_ = Layout::raw(6), index_ = Layout::index();
  const layout::RowSpec all_[5] = {
      {.key = &flow_.key(), .value = &flow_.value()},
      {.key = &index_, .value = &number_, .cpus = {0, 2}, .slot = 8},
      {.key = &raw_, .value = &text_},
      {.key = &text_, .value = &many_},
      {.key = nullptr, .value = &raw_},
  };
};

struct Entry {
  explicit Entry(const layout::EntryJson& json)
      : key(json.key_size() + 1), value(json.value_size()) {}
  std::vector<unsigned char> key, value;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const Targets targets;
  if (size == 0) return 0;
  const std::string_view line(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  if (const auto cells = entries::split_csv(line); cells)
    fuzz::expect(!cells->empty(), "a row has a cell");
  const layout::RowSpec& spec = targets[bytes[0]];
  const layout::EntryJson json(spec);
  Entry fast(json), slow(json), again(json);
  const Status read = json.read(line, fast.key.data(), fast.value.data());
  const auto tree = layout::read_json(line, "the entry");
  const bool same = tree && json.read_tree(*tree, slow.key.data(), slow.value.data());
  fuzz::expect(read.has_value() == same, "both ways take the same lines");
  if (!read) {
    fuzz::expect(!read.error().context.empty(), "a refusal has a reason");
    return 0;
  }
  fuzz::expect(fast.key == slow.key && fast.value == slow.value, "both ways make the same bytes");
  Buffer text;
  layout::make_rows(spec, {.form = output::Form::jsonl})
      ->append({.keys = fast.key.data(),
                .values = fast.value.data(),
                .count = 1,
                .key_stride = json.key_size(),
                .value_stride = json.value_size()},
               text);
  if (text.text().find("\xef\xbf\xbd") != std::string_view::npos)
    return 0;  // bytes that are no text
  if (line.find("bytes") != line.npos) return 0;
  fuzz::expect(json.read(text.text(), again.key.data(), again.value.data()).has_value(),
               "what is printed can be read");
  fuzz::expect(again.key == fast.key && again.value == fast.value, "what is printed is the entry");
  return 0;
}
