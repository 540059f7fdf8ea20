// SPDX-License-Identifier: BSD-2-Clause
// Formatting alone: the rows of a compiled Layout against a function written by hand for this one
// struct, which knows every name, offset and type. It comes twice: with std::to_chars, as one would
// write it, and with this project's own conversions. All write the same bytes; that is checked
// before anything is timed.
#include <benchmark/benchmark.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "base/number.h"
#include "bench/flow.h"
#include "layout/compile.h"
#include "layout/rows.h"
#include "output/json.h"

namespace bpfmaps::bench {
namespace {

constexpr std::uint32_t kEntries = 10'000;

struct Flows {
  std::vector<FlowKey> keys;
  std::vector<FlowValue> values;
  btf* types = btf__new_empty();
  FlowTypes ids = add_flow_types(types);
  layout::Layout key = *layout::compile(types, ids.key, sizeof(FlowKey));
  layout::Layout value = *layout::compile(types, ids.value, sizeof(FlowValue));

  Flows() {
    for (std::uint32_t i = 0; i < kEntries; ++i) {
      keys.push_back(flow_key(i));
      values.push_back(flow_value(i));
    }
  }
  Flows(const Flows&) = delete;
  Flows& operator=(const Flows&) = delete;
  ~Flows() { btf__free(types); }

  Entries entries() const {
    return {reinterpret_cast<const unsigned char*>(keys.data()),
            reinterpret_cast<const unsigned char*>(values.data()), kEntries, sizeof(FlowKey),
            sizeof(FlowValue)};
  }
};

template <std::size_t N>
char* put(char* to, const char (&text)[N]) {
  std::memcpy(to, text, N - 1);
  return to + N - 1;
}

struct Standard {
  static char* number(char* to, std::uint64_t value) {
    return std::to_chars(to, to + 20, value).ptr;
  }
};
struct Own {
  static char* number(char* to, std::uint64_t value) { return write_u64(to, value); }
};

// What someone would write who has only this struct to print.
template <class Conversions>
void by_hand(const FlowKey& key, const FlowValue& value, Buffer& out) {
  char* to = out.reserve(512);
  to = put(to, ",\n{\"key\":{\"source\":");
  to = Conversions::number(to, key.source);
  to = put(to, ",\"target\":");
  to = Conversions::number(to, key.target);
  to = put(to, ",\"source_port\":");
  to = Conversions::number(to, key.source_port);
  to = put(to, ",\"target_port\":");
  to = Conversions::number(to, key.target_port);
  to = put(to, ",\"protocol\":");
  to = Conversions::number(to, key.protocol);
  to = put(to, ",\"pad\":[");
  to = Conversions::number(to, key.pad[0]);
  *to++ = ',';
  to = Conversions::number(to, key.pad[1]);
  *to++ = ',';
  to = Conversions::number(to, key.pad[2]);
  to = put(to, "]},\"value\":{\"packets\":");
  to = Conversions::number(to, value.packets);
  to = put(to, ",\"bytes\":");
  to = Conversions::number(to, value.bytes);
  to = put(to, ",\"state\":\"");
  switch (value.state) {
    case 0: to = put(to, "NEW"); break;
    case 1: to = put(to, "ESTABLISHED"); break;
    case 2: to = put(to, "CLOSED"); break;
    default: to = Conversions::number(to, value.state);
  }
  to = put(to, "\",\"flags\":");
  to = Conversions::number(to, value.flags);
  to = put(to, ",\"last_seen\":");
  to = Conversions::number(to, value.last_seen);
  to = put(to, ",\"comm\":\"");
  to = output::write_json_text(to, value.comm, strnlen(value.comm, sizeof value.comm));
  to = put(to, "\"}}");
  out.commit(to);
}

template <class Conversions>
void format_by_hand(const Flows& flows, Buffer& out) {
  for (std::uint32_t i = 0; i < kEntries; ++i)
    by_hand<Conversions>(flows.keys[i], flows.values[i], out);
}

void require_same_bytes(const Flows& flows, const layout::Rows& rows) {
  Buffer ours, theirs;
  rows.append(flows.entries(), ours);
  format_by_hand<Standard>(flows, theirs);
  if (ours.text() != theirs.text()) std::abort();
}

void compiled_rows(benchmark::State& state) {
  const Flows flows;
  const auto form = static_cast<output::Form>(state.range(0));
  const auto rows = layout::make_rows({.key = &flows.key, .value = &flows.value}, {.form = form});
  if (form == output::Form::json) require_same_bytes(flows, *rows);
  Buffer text;
  rows->begin(flows.entries(), true, text);
  for ([[maybe_unused]] auto _ : state) {
    text.clear();
    rows->append(flows.entries(), text);
    benchmark::DoNotOptimize(text.data());
  }
  state.SetItemsProcessed(state.iterations() * kEntries);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

template <class Conversions>
void written_by_hand(benchmark::State& state) {
  const Flows flows;
  Buffer text;
  for ([[maybe_unused]] auto _ : state) {
    text.clear();
    format_by_hand<Conversions>(flows, text);
    benchmark::DoNotOptimize(text.data());
  }
  state.SetItemsProcessed(state.iterations() * kEntries);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

BENCHMARK(written_by_hand<Standard>)->Name("by_hand_to_chars");
BENCHMARK(written_by_hand<Own>)->Name("by_hand_own_conversions");
BENCHMARK(compiled_rows)->Arg(static_cast<int>(output::Form::json))->Name("rows_json");
BENCHMARK(compiled_rows)->Arg(static_cast<int>(output::Form::csv))->Name("rows_csv");
BENCHMARK(compiled_rows)->Arg(static_cast<int>(output::Form::table))->Name("rows_table");

}  // namespace
}  // namespace bpfmaps::bench
