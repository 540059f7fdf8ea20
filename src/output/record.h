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

/// A value of a record.
class Value {
 public:
  /// A point in time: a number in JSON and CSV, RFC 3339 in tables.
  struct Seconds {
    std::int64_t since_1970;
  };
  /// A size or count whose unit tables show: 4096 in JSON and CSV, "4096 B" in tables.
  struct Bytes {
    std::uint64_t count;
  };
  /// A part of a whole, from 0 to 1: that number in JSON and CSV, percent in tables.
  struct Share {
    double of_one;
  };
  using List = std::vector<Value>;
  using Members = std::vector<Field>;

  Value() = default;  ///< null
  template <std::integral Number>
  Value(Number v);
  Value(bool v);
  Value(double v);
  Value(std::string v);
  Value(std::string_view v);
  Value(const char* v);
  Value(Seconds v);
  Value(Bytes v);
  Value(Share v);
  Value(List v);
  Value(Members v);

  using Data = std::variant<std::monostate, bool, std::uint64_t, std::int64_t, double, std::string,
                            Seconds, Bytes, Share, List, Members>;
  const Data& data() const { return data_; }
  /// True for what tables align to the right.
  bool is_number() const;
  /// True for a 64-bit integer: --string-ints makes it a JSON string. The type it was made from
  /// decides, not its magnitude; times and sizes stay numbers, since readers do not round them.
  bool is_wide() const { return wide_; }
  /// True for what a table has nothing to show for: null, "" and lists without an element.
  bool is_empty() const;

 private:
  Data data_;
  bool wide_ = false;
};

struct Field {
  std::string name;
  Value value;
};

template <std::integral Number>
Value::Value(Number v) : wide_(sizeof v == 8) {
  if constexpr (std::unsigned_integral<Number>) {
    data_ = static_cast<std::uint64_t>(v);
  } else {
    data_ = static_cast<std::int64_t>(v);
  }
}

/// A list of the values that can be made from `items`.
template <class Items>
Value::List list_of(const Items& items) {
  return Value::List(items.begin(), items.end());
}

/// The member of objects that says what could not be told, and why.
inline constexpr std::string_view kUnknown = "unknown";

/// An ordered set of named fields; absent fields are simply not there.
class Record {
 public:
  Record& add(std::string name, Value value);
  /// A field that could not be told: null, unless what is known of it was added before. The reasons
  /// stand together in an object, the last field.
  Record& unknown(std::string name, std::string why);
  const Value* find(std::string_view name) const;
  const Value::Members& fields() const { return fields_; }
  /// The fields as a value; nothing is left in the record.
  Value::Members take() { return std::move(fields_); }

 private:
  bool has_unknown() const { return !fields_.empty() && fields_.back().name == kUnknown; }

  Value::Members fields_;
};

/// A column of a table or CSV: the field it shows and its heading in a table. CSV's headings are
/// the fields; a column whose heading is "" stands in CSV only.
struct Column {
  /// What its values are, for those who ask questions about them (commands/shared/list_query.h).
  enum class Kind : std::uint8_t {
    text,
    number,
    signed_number,
    real,
    truth,
    bytes,
    time,     ///< Value::Seconds
    share,    ///< Value::Share
    texts,    ///< a list
    numbers,  ///< a list of numbers
  };
  std::string_view field;
  std::string_view heading;
  Kind kind = Kind::text;
  /// Where a terminal is too narrow for all, those with the greatest rank go first; 0 stays.
  std::uint8_t rank = 0;
  bool table_only = false;  ///< no field of its own: other fields in few words
  bool always = false;      ///< shown in tables where it is empty, too
  /// An object as the one text that stands for it in tables; null where it is one already.
  std::string (*in_short)(const Value&) = nullptr;
};

/// A table of records that need not be kept: their cells are. With `style.vertical`, each record is
/// printed at once, a line for each column.
class RecordTable {
 public:
  /// `out` and `columns` outlive it.
  RecordTable(Writer& out, const Style& style, const std::vector<Column>& columns);
  ~RecordTable();

  void add(const Record& record);
  /// Prints the table, if any record was added, without the columns that none of them has. Returns
  /// the headings of columns for which `style.width` has no room.
  std::vector<std::string> end();

 private:
  struct Filled;

  void print_lines(const Record& record);

  Writer& out_;
  const Style style_;
  const std::vector<Column>& columns_;
  std::vector<Filled> filled_;
  bool empty_ = true;
};

/// Prints `records` as an array, lines, CSV or a table. JSON forms print every field; tables and
/// CSV the `columns`, leaving out those that no record has in tables (CSV keeps them).
/// `empty` is what a table says when there are none, on one line ("no maps"); "" says nothing.
/// Returns the headings of columns for which `style.width` has no room.
std::vector<std::string> print_list(Writer& out, const Style& style,
                                    const std::vector<Record>& records,
                                    const std::vector<Column>& columns, std::string_view empty);

/// print_list() for more records than should be kept: JSON forms and CSV, which need not know the
/// next one. A list that is not ended stays open, as an answer that is not whole does.
class ListStream {
 public:
  /// `out` and `columns` outlive it; `style` asks for no table.
  ListStream(Writer& out, const Style& style, const std::vector<Column>& columns);
  void add(const Record& record);
  void end();

 private:
  bool is_array() const { return style_.is_document(); }

  Writer& out_;
  const Style style_;
  const std::vector<Column>& columns_;
  bool empty_ = true;
};

/// Prints one record: an object, one CSV row under its heading, or `name  value` lines with the
/// fields of nested objects indented below their name.
void print_one(Writer& out, const Style& style, const Record& record);

/// Appends `value` as JSON on one line or, with a `depth` of 0 or more, over several lines that
/// are indented by two spaces for each level; its first line stands where `to` ends.
void append_json(std::string& to, const Value& value, const Style& style, int depth = -1);
void append_json(std::string& to, const Record& record, const Style& style, int depth = -1);

/// `value` as a cell of a table (terminal_safe) or, with Form::csv, of CSV (not yet quoted). Lists
/// are joined by commas; nested objects are `name=value` words in tables and JSON in CSV.
std::string cell_text(const Value& value, const Style& style);

}  // namespace bpfmaps::output
