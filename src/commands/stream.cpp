// SPDX-License-Identifier: BSD-2-Clause
#include "commands/stream.h"

#include <vector>

namespace bpfmaps {
namespace {

// Values of all CPUs in, one value out; other maps pass through.
class Reducer {
 public:
  explicit Reducer(const layout::Reduction* reduction) : reduction_(reduction) {}

  Entries operator()(Entries entries) {
    if (reduction_ == nullptr) return entries;
    const std::size_t size = reduction_->size();
    values_.resize(size * entries.count);
    for (std::size_t i = 0; i < entries.count; ++i)
      reduction_->apply(entries.value(i), values_.data() + i * size);
    entries.values = values_.data();
    entries.value_stride = size;
    return entries;
  }

 private:
  const layout::Reduction* reduction_;
  std::vector<unsigned char> values_;
};

}  // namespace

Status stream(kernel::Reader& reader, const TypedMap& typed, layout::Rows& rows,
              output::Writer& out) {
  Reducer reduce(typed.reduction.get());
  Buffer text;
  bool any = false;
  Entries entries = reduce(TRY(reader.next()));
  rows.begin(entries, entries.count < typed.map.info().max_entries, text);
  while (entries.count != 0 && out.good()) {
    const std::size_t start = text.size();
    rows.append(entries, text);
    if (any) {
      out.write_block(text.text());
    } else {
      out.write(text.text().substr(0, start));
      out.write_block(text.text().substr(start + rows.separator()));
    }
    any = true;
    text.clear();
    entries = reduce(TRY(reader.next()));
  }
  rows.finish(any, text);
  out.write(text.text());
  return {};
}

void print_entry(const Entries& entry, layout::Rows& rows, output::Writer& out) {
  Buffer text;
  rows.begin(entry, false, text);
  rows.append(entry, text);
  rows.finish(true, text);
  out.write(text.text());
}

}  // namespace bpfmaps
