// SPDX-License-Identifier: BSD-2-Clause
// Records: the typed rows of list and show commands, and how each Form prints them.
// Not for map dumps, whose rows are rendered straight from bytes (layout/render.h).
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "output/form.h"
#include "output/writer.h"

namespace bpfmaps::output {

struct Field;

/// A value of a record. `Seconds` is a point in time: a number in JSON, RFC 3339 in tables.
class Value {
 public:
  struct Seconds { std::int64_t since_1970; };
  /// A size or count whose unit tables show: 4096 in JSON, "4096 B" in tables.
  struct Bytes { std::uint64_t count; };
  using List = std::vector<Value>;
  using Members = std::vector<Field>;

  Value() = default;  ///< null
  Value(bool v) : data_(v) {}
  template <std::unsigned_integral Number>
  Value(Number v) : data_(static_cast<std::uint64_t>(v)) {}
  template <std::signed_integral Number>
  Value(Number v) : data_(static_cast<std::int64_t>(v)) {}
  Value(double v) : data_(v) {}
  Value(std::string v) : data_(std::move(v)) {}
  Value(std::string_view v) : data_(std::string(v)) {}
  Value(const char* v) : data_(std::string(v)) {}
  Value(Seconds v) : data_(v) {}
  Value(Bytes v) : data_(v) {}
  Value(List v) : data_(std::move(v)) {}
  Value(Members v) : data_(std::move(v)) {}

  using Data = std::variant<std::monostate, bool, std::uint64_t, std::int64_t, double, std::string,
                            Seconds, Bytes, List, Members>;
  const Data& data() const { return data_; }
  /// True for what tables align to the right.
  bool is_number() const;

 private:
  Data data_;
};

struct Field {
  std::string name;
  Value value;
};

/// An ordered set of named fields; absent fields are simply not there.
class Record {
 public:
  Record& add(std::string name, Value value);
  const Value* find(std::string_view name) const;
  const Value::Members& fields() const { return fields_; }

 private:
  Value::Members fields_;
};

/// A column of a table or CSV: the field it shows and its heading.
struct Column {
  std::string_view field;
  std::string_view heading;
};

/// Prints `records` as an array, lines, CSV or a table. JSON forms print every field; tables and
/// CSV the `columns`, leaving out those that no record has in tables (CSV keeps them).
/// `empty` is what a table says when there are none, on one line ("no maps").
void print_list(Writer& out, const Style& style, const std::vector<Record>& records,
                const std::vector<Column>& columns, std::string_view empty);

/// Prints one record: an object, one CSV row under its heading, or `name  value` lines.
void print_one(Writer& out, const Style& style, const Record& record);

/// `value` as compact JSON, appended; `indent` >= 0 prints it over several lines at that depth.
void append_json(std::string& to, const Value& value, const Style& style, int indent = -1);

/// `value` as a cell of a table (terminal_safe) or of CSV (not yet quoted).
std::string cell_text(const Value& value, const Style& style);

}  // namespace bpfmaps::output
