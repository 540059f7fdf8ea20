// SPDX-License-Identifier: BSD-2-Clause
// Types: whatever the types of a map are, they are refused with a reason or make a layout. Its
// values are printed in every form, as JSON that is whole and with nothing that a terminal obeys;
// it has a schema, as JSON and as C or with a reason why not; and its fields can be asked for.
#include <bpf/libbpf.h>

#include <memory>

#include "base/text.h"
#include "fuzz/fuzz.h"
#include "fuzz/made_types.h"
#include "kernel/btf_check.h"
#include "layout/c_types.h"
#include "layout/compile.h"
#include "layout/json_schema.h"
#include "layout/json_text.h"
#include "layout/query.h"
#include "layout/sort_key.h"

using namespace bpfmaps;
using layout::Layout;
using output::Form;

namespace {

constexpr std::uint32_t kLargest = 2048;  // bytes of a value

void expect_reason(const Error& error) {
  fuzz::expect(!error.message().empty(), "a refusal has a reason");
}

std::string text_of(const layout::RowSpec& spec, const output::Style& style,
                    const Entries& entries) {
  const auto rows = make_rows(spec, style);
  Buffer text, row;
  rows->begin(entries, false, text);
  rows->append(entries, row);
  text.append(row.text().substr(rows->separator()));
  rows->finish(true, text);
  return std::string(text.text());
}

void expect_harmless(const std::string& text) {
  for (const std::string_view line : split(text, '\n'))
    fuzz::expect(terminal_safe(line) == line, "a terminal obeys nothing of it");
}

void render(const layout::RowSpec& spec, const Entries& entries) {
  for (const bool net : {false, true}) {
    const std::string json = text_of(spec, {.form = Form::json, .net = net}, entries);
    fuzz::expect(layout::read_json(json, "json").has_value(), "JSON is whole, no name twice");
    expect_harmless(json);
  }
  const std::string pretty = text_of(spec, {.form = Form::pretty, .string_ints = true}, entries);
  fuzz::expect(layout::read_json(pretty, "json").has_value(), "pretty JSON is whole");
  expect_harmless(text_of(spec, {}, entries));
  expect_harmless(text_of(spec, {.width = 40}, entries));
  (void)text_of(spec, {.form = Form::csv}, entries);
}

void describe(const layout::RowSpec& spec) {
  std::string json;
  append_json(json, layout::json_schema(spec, {.form = Form::json, .net = true}, "made"), {});
  fuzz::expect(layout::read_json(json, "schema").has_value(), "a schema is JSON, no name twice");
  expect_harmless(json);
}

void write_as_c(const btf* types, std::uint32_t id) {
  auto c = layout::CTypes::open(types);
  fuzz::expect(c.has_value(), "types can be written");
  if (const Status defined = c->define(id); !defined) return expect_reason(defined.error());
  const auto declared = c->declaration(id, "made");
  if (!declared) return expect_reason(declared.error());
  fuzz::expect(c->text().size() + declared->size() < std::size_t{8} << 20, "C is not without end");
}

void ask(const layout::RowSpec& spec, const Entries& entries) {
  for (const layout::Column& column : headed_columns(spec)) {
    for (const char* question : {" == 0", " =~ \"a\"", ""}) {
      const auto query = layout::Query::compile(spec, column.path + question);
      if (query)
        (void)layout::Matcher(*query).fits(nullptr, entries.value(0));
      else
        expect_reason(query.error());
    }
    (void)layout::SortKey::compile(spec, column.path, layout::SortKey::Direction::ascending);
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  libbpf_set_print(nullptr);
  const fuzz::MadeTypes made({bytes, size});
  const std::vector<std::byte> raw = made.btf();
  if (const Status sound = kernel::check_btf(raw, "made"); !sound) {
    expect_reason(sound.error());
    return 0;
  }
  const std::unique_ptr<btf, decltype(&btf__free)> types(
      btf__new(raw.data(), static_cast<std::uint32_t>(raw.size())), btf__free);
  if (types == nullptr) return 0;
  for (std::uint32_t id = 1; id <= made.count(); ++id) {
    const btf_type* type = btf__type_by_id(types.get(), id);
    write_as_c(types.get(), id);
    const std::int64_t resolved =
        btf_is_datasec(type) ? type->size : btf__resolve_size(types.get(), id);
    if (resolved <= 0 || resolved > kLargest) continue;
    const auto compiled = layout::compile(types.get(), id, static_cast<std::uint32_t>(resolved));
    if (!compiled) {
      expect_reason(compiled.error());
      continue;
    }
    const layout::RowSpec spec{.value = &*compiled};
    const auto value = made.value(compiled->root().size);
    const Entries entries{.values = value.data(), .count = 1, .value_stride = value.size()};
    render(spec, entries);
    describe(spec);
    ask(spec, entries);
  }
  return 0;
}
