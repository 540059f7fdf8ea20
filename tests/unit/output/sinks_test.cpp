// SPDX-License-Identifier: BSD-2-Clause
// The contract of every form: whatever a record holds, what was printed reads back as the same.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "output/record.h"
#include "unit/output/printed.h"

namespace bpfmaps::output {
namespace {

using Json = nlohmann::ordered_json;
using Records = std::vector<Record>;
using Rows = std::vector<std::vector<std::string>>;

std::string every_byte() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  return bytes;
}

Value nested(int depth) {
  if (depth == 0) return "bottom";
  if (depth % 2 == 0) return Value::List{nested(depth - 1), {}};
  return Value::Members{{"inner", nested(depth - 1)}};
}

Records many_rows() {
  Records records;
  for (std::uint32_t i = 0; i < 20'000; ++i)
    records.push_back(Record().add("id", i).add("name", "row " + std::to_string(i)));
  return records;
}

// One text in each of a few records: alone, in a list, as a name and below a name.
Records around(const std::vector<std::string>& texts) {
  Records records;
  for (const std::string& text : texts)
    records.push_back(Record()
                          .add("text", text)
                          .add("list", Value::List{text, "x"})
                          .add("object", Value::Members{{text, text}}));
  return records;
}

Records limits() {
  using Double = std::numeric_limits<double>;
  return {Record()
              .add("u64", UINT64_MAX)
              .add("i64", INT64_MIN)
              .add("u32", UINT32_MAX)
              .add("i32", INT32_MIN)
              .add("above_2_53", (std::uint64_t{1} << 53) + 1)
              .add("zero", 0)
              .add("bytes", Value::Bytes{UINT64_MAX})
              .add("seconds", Value::Seconds{253402300799}),
          Record()
              .add("max", Double::max())
              .add("min", Double::min())
              .add("denormal", Double::denorm_min())
              .add("minus_zero", -0.0)
              .add("third", 1.0 / 3)
              .add("whole", 1e15)
              .add("nan", Double::quiet_NaN())
              .add("infinite", -Double::infinity())};
}

// Made when a test asks for them: the names alone are needed to list the tests.
const std::map<std::string, Records (*)()>& cases() {
  static const std::map<std::string, Records (*)()> kCases = {
      {"nothing", [] { return Records(); }},
      {"empty_record", [] { return Records{Record()}; }},
      {"empty_values",
       [] {
         return Records{Record().add("null", {}).add("text", "").add("list", Value::List()),
                        Record().add("list", Value::List{Value::List(), Value::Members()})};
       }},
      {"absent_fields",
       [] {
         return Records{Record().add("a", 1), Record().add("b", 2), Record().add("a", 3)};
       }},
      {"truth", [] { return Records{Record().add("yes", true).add("no", false)}; }},
      {"limits", limits},
      {"every_byte",
       [] {
         return around({every_byte(), "\xc3", "\xed\xa0\x80", "\xf5\x80\x80\x80"});
       }},
      {"quoting",
       [] {
         return around({"a,b", "\"", "\"\"", "a\nb", "\r\n", "\n", ",", " a", "\\", "\\u0041"});
       }},
      {"misleading",
       [] {
         return around(
             {"\x1b[31mred", "\u202egnp.exe", "a\u200bb", "\u2028", "\ufeff", "\U000e0041"});
       }},
      {"misleading_names",
       [] { return Records{Record().add("\x1b]0;x", 1).add("a\u202eb", 2).add("n\no", 3)}; }},
      {"unicode",
       [] {
         return around({"größe", "日本語", "😀", "e\u0301"});
       }},
      {"deep", [] { return Records{Record().add("deep", nested(200))}; }},
      {"many_rows", many_rows},
  };
  return kCases;
}

std::vector<Column> all_columns(const Records& records) {
  std::vector<Column> columns;
  for (const Record& record : records) {
    for (const Field& field : record.fields()) {
      const auto is_this = [&](const Column& column) { return column.field == field.name; };
      if (std::none_of(columns.begin(), columns.end(), is_this))
        columns.push_back({field.name, field.name});
    }
    if (records.size() > 1000) break;  // all rows are alike
  }
  return columns;
}

// Valid UTF-8, or with U+FFFD for each byte beyond ASCII: no case mixes the two.
std::string readable(const std::string& text) {
  try {
    (void)Json(text).dump();
    return text;
  } catch (const Json::exception&) {
    std::string replaced;
    for (const char c : text) replaced += c < 0 ? "\xef\xbf\xbd" : std::string(1, c);
    return replaced;
  }
}

Json as_json(const Value& value);

Json as_json(const Value::Members& members) {
  Json json = Json::object();
  for (const Field& field : members) json[readable(field.name)] = as_json(field.value);
  return json;
}

Json as_json(const Value& value) {
  return std::visit(
      [](const auto& data) -> Json {
        using Data = std::decay_t<decltype(data)>;
        if constexpr (std::is_same_v<Data, std::monostate>) {
          return nullptr;
        } else if constexpr (std::is_same_v<Data, double>) {
          if (std::isnan(data)) return "NaN";
          if (std::isinf(data)) return data < 0 ? "-Infinity" : "Infinity";
          return data;
        } else if constexpr (std::is_same_v<Data, std::string>) {
          return readable(data);
        } else if constexpr (std::is_same_v<Data, Value::Seconds>) {
          return data.since_1970;
        } else if constexpr (std::is_same_v<Data, Value::Bytes>) {
          return data.count;
        } else if constexpr (std::is_same_v<Data, Value::Share>) {
          return data.of_one;
        } else if constexpr (std::is_same_v<Data, Value::List>) {
          Json json = Json::array();
          for (const Value& item : data) json.push_back(as_json(item));
          return json;
        } else if constexpr (std::is_same_v<Data, Value::Members>) {
          return as_json(data);
        } else {
          return data;
        }
      },
      value.data());
}

Json as_json(const Records& records) {
  Json json = Json::array();
  for (const Record& record : records) json.push_back(as_json(record.fields()));
  return json;
}

// RFC 4180, with \n ending a line. Fails the test where a quote stands wrong.
Rows read_csv(const std::string& text) {
  Rows rows;
  std::size_t at = 0;
  while (at < text.size()) {
    auto& row = rows.emplace_back();
    do {
      if (!row.empty()) ++at;  // the comma
      std::string& cell = row.emplace_back();
      if (text[at] == '"') {
        while (++at < text.size() && (text[at] != '"' || text[++at] == '"')) cell += text[at];
      } else {
        while (text[at] != ',' && text[at] != '\n') {
          EXPECT_NE(text[at], '"');
          cell += text[at++];
        }
      }
    } while (text[at] == ',');
    EXPECT_EQ(text[at], '\n');
    ++at;
  }
  return rows;
}

class Sinks : public testing::TestWithParam<std::string> {
 protected:
  const Records& records() const { return records_; }

  std::string list(Form form, int width = 0) const {
    return printed([&](Writer& out) {
      print_list(out, {.form = form, .width = width}, records(), all_columns(records()), "none");
    });
  }
  std::string one(Form form, const Record& record) const {
    return printed([&](Writer& out) { print_one(out, {.form = form}, record); });
  }

 private:
  const Records records_ = cases().at(GetParam())();
};

TEST_P(Sinks, json_reads_back_as_the_same) {
  EXPECT_EQ(Json::parse(list(Form::json)), as_json(records()));
  EXPECT_EQ(Json::parse(list(Form::pretty)), as_json(records()));
}

TEST_P(Sinks, json_holds_nothing_that_a_terminal_obeys) {
  for (const Form form : {Form::json, Form::pretty, Form::jsonl})
    for (const std::string text = list(form); const auto line : split(text, '\n'))
      EXPECT_EQ(terminal_safe(line), line);
}

TEST_P(Sinks, json_has_one_element_to_a_line) {
  const std::string text = list(Form::json);
  if (records().empty()) {
    EXPECT_EQ(text, "[]\n");
    return;
  }
  const auto lines = split(text, '\n');
  ASSERT_EQ(lines.size(), records().size() + 3);  // brackets, and "" behind the last line break
  EXPECT_EQ(lines.front(), "[");
  EXPECT_EQ(lines[lines.size() - 2], "]");
  for (std::size_t i = 0; i < records().size(); ++i) {
    std::string_view line = lines[i + 1];
    if (i + 1 < records().size()) {
      ASSERT_TRUE(line.ends_with(','));
      line.remove_suffix(1);
    }
    EXPECT_EQ(Json::parse(line), as_json(records()[i].fields()));
  }
}

TEST_P(Sinks, pretty_indents_by_two_as_jq_does) {
  const Json json = Json::parse(list(Form::json));
  if (GetParam() == "every_byte") return;            // nlohmann does not escape DEL
  if (GetParam() == "limits") return;                // and writes doubles in another way
  if (GetParam().starts_with("misleading")) return;  // and escapes nothing that misleads
  EXPECT_EQ(list(Form::pretty), json.dump(2) + "\n");
}

TEST_P(Sinks, json_lines_hold_one_object_each) {
  Json read = Json::array();
  for (const std::string text = list(Form::jsonl); const auto line : split(text, '\n'))
    if (!line.empty()) read.push_back(Json::parse(line));
  EXPECT_EQ(read, as_json(records()));
}

TEST_P(Sinks, one_record_is_one_object) {
  for (const Record& record : records()) {
    for (const Form form : {Form::json, Form::pretty, Form::jsonl}) {
      const std::string text = one(form, record);
      EXPECT_EQ(Json::parse(text), as_json(record.fields()));
      EXPECT_TRUE(text.ends_with('\n'));
      const bool one_line = text.find('\n') == text.size() - 1;
      EXPECT_TRUE(one_line || form == Form::pretty);
    }
    if (records().size() > 1000) break;
  }
}

TEST_P(Sinks, csv_reads_back_as_the_same) {
  const std::vector<Column> columns = all_columns(records());
  Rows expected(1);
  for (const Column& column : columns) expected[0].emplace_back(column.field);
  for (const Record& record : records()) {
    auto& row = expected.emplace_back();
    for (const Column& column : columns) {
      const Value* value = record.find(column.field);
      row.push_back(value != nullptr ? cell_text(*value, {.form = Form::csv}) : "");
    }
  }
  for (auto& row : expected)
    if (row.empty()) row.emplace_back();  // a line without a cell reads as one that is empty
  EXPECT_EQ(read_csv(list(Form::csv)), expected);
}

TEST_P(Sinks, tables_obey_nothing_and_fit) {
  for (const int width : {0, 20}) {
    const std::string text = list(Form::table, width);
    ASSERT_TRUE(text.ends_with('\n') || text.empty());
    for (const auto line : split(text, '\n')) {
      EXPECT_EQ(terminal_safe(line), line);
      EXPECT_FALSE(line.ends_with(' '));
      // A number that is wider than the terminal stands alone and whole.
      const bool alone = line.find("  ") == line.npos;
      EXPECT_TRUE(width == 0 || display_width(line) <= 20 || alone) << line;
    }
  }
  if (records().empty()) return;
  for (const std::string text = one(Form::table, records()[0]); const auto line : split(text, '\n'))
    EXPECT_EQ(terminal_safe(line), line);
}

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& [name, make] : cases()) names.push_back(name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, Sinks, testing::ValuesIn(case_names()),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace bpfmaps::output
