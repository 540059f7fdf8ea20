// SPDX-License-Identifier: BSD-2-Clause
// Formats 10,000 entries as JSON, once, in a function of its own: what tests/bench/count measures
// in instructions, which are the same at every run, whatever else the machine does.
#include <bpf/btf.h>

#include <cstdio>
#include <vector>

#include "base/buffer.h"
#include "bench/flow.h"
#include "layout/compile.h"
#include "layout/rows.h"

using namespace bpfmaps;
using namespace bpfmaps::bench;

extern "C" [[gnu::noinline, gnu::used]] void format_entries(const layout::Rows& rows,
                                                            const Entries& entries, Buffer& text) {
  rows.append(entries, text);
}

int main() {
  constexpr std::uint32_t kEntries = 10'000;
  std::vector<FlowKey> keys;
  std::vector<FlowValue> values;
  for (std::uint32_t i = 0; i < kEntries; ++i) {
    keys.push_back(flow_key(i));
    values.push_back(flow_value(i));
  }
  btf* const types = btf__new_empty();
  const FlowTypes ids = add_flow_types(types);
  const auto key = layout::compile(types, ids.key, sizeof(FlowKey));
  const auto value = layout::compile(types, ids.value, sizeof(FlowValue));
  btf__free(types);
  if (!key || !value) return 1;
  const auto rows =
      layout::make_rows({.key = &*key, .value = &*value}, {.form = output::Form::json});
  Buffer text;
  text.reserve(8 << 20);  // growing is not what is counted
  format_entries(*rows,
                 {reinterpret_cast<const unsigned char*>(keys.data()),
                  reinterpret_cast<const unsigned char*>(values.data()), kEntries, sizeof(FlowKey),
                  sizeof(FlowValue)},
                 text);
  return text.size() == 0;
}
