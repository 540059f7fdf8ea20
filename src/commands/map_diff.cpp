// SPDX-License-Identifier: BSD-2-Clause
// map diff A B: what differs between the entries of two maps, or of saved ones.
#include "base/number.h"
#include "base/text.h"
#include "commands/records_many.h"
#include "commands/shared/map_options.h"
#include "entries/diff.h"
#include "output/csv.h"
#include "output/json.h"
#include "output/table.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Option;
using cli::Takes;
using entries::Difference;
using entries::MapDiff;
using entries::PairedField;
using entries::program_of;
using layout::Dialect;
using layout::Program;

bool is_added(const Difference& one) { return one.before == nullptr; }
bool is_removed(const Difference& one) { return one.now == nullptr; }

std::string_view what(const Difference& one) {
  return is_added(one) ? "added" : is_removed(one) ? "removed" : "changed";
}

// "packets" of "value.packets"; a value that is one is its whole name.
std::string name_of(const layout::Column& column) {
  const std::size_t dot = column.path.find('.');
  return dot == column.path.npos ? column.path : column.path.substr(dot + 1);
}

// "packets"; "value.id" where key and value both have one.
std::string heading_of(const layout::Column& column, const std::vector<PairedField>& others) {
  const std::string name = name_of(column);
  for (const PairedField& other : others)
    if (name_of(other.before) == name) return column.path;
  return name;
}

/// The texts of one side's fields.
class SideTexts {
 public:
  SideTexts(const layout::RowSpec& spec, const MapDiff& diff, bool before, const Dialect& dialect) {
    const auto add = [&](const std::vector<PairedField>& fields, std::vector<Program>& to) {
      for (const PairedField& field : fields)
        to.push_back(program_of(spec, before ? field.before : field.now, dialect));
    };
    add(diff.keys(), keys_);
    add(diff.values(), values_);
  }
  std::string key(std::size_t i, const unsigned char* key) { return run(keys_[i], {.key = key}); }
  std::string value(std::size_t i, const unsigned char* value) {
    return run(values_[i], {.value = value});
  }

 private:
  std::string run(const Program& program, const layout::Bytes& bytes) {
    text_.clear();
    program.run(bytes, text_);
    return std::string(text_.text());
  }

  std::vector<Program> keys_, values_;
  Buffer text_;
};

class Printer {
 public:
  virtual ~Printer() = default;
  virtual void begin() {}
  virtual void add(const Difference& one) = 0;
  virtual void end(bool any) = 0;
};

class TablePrinter : public Printer {
 public:
  TablePrinter(const MapDiff& diff, Context& context)
      : diff_(diff),
        context_(context),
        before_(diff.before_spec(), diff, true, kDialect),
        now_(diff.now_spec(), diff, false, kDialect),
        table_(headings(diff)) {}

  void add(const Difference& one) override {
    std::vector<std::string> cells = {is_added(one) ? "+" : is_removed(one) ? "-" : "~"};
    SideTexts& side = is_added(one) ? now_ : before_;
    for (std::size_t i = 0; i < diff_.keys().size(); ++i) cells.push_back(side.key(i, one.key));
    if (!diff_.cpus().empty()) cells.push_back(std::to_string(one.cpu));
    std::size_t next = 0;
    for (std::size_t i = 0; i < diff_.values().size(); ++i) {
      std::string cell = side.value(i, is_added(one) ? one.now : one.before);
      if (next < one.fields->size() && (*one.fields)[next] == i) {
        cell += " → " + now_.value(i, one.now);
        ++next;
      }
      cells.push_back(std::move(cell));
    }
    table_.add(std::move(cells));
  }
  void end(bool any) override {
    if (any)
      table_.print(context_.out, context_.style);
    else
      context_.out.write("no differences\n");
  }

 private:
  static constexpr Dialect kDialect{.text = Dialect::Text::terminal, .meanings = true};

  static std::vector<output::Table::Heading> headings(const MapDiff& diff) {
    std::vector<output::Table::Heading> all = {{.text = ""}};
    for (const PairedField& field : diff.keys())
      all.push_back({heading_of(field.before, diff.values()), field.before.node->is_number()});
    if (!diff.cpus().empty()) all.push_back({"cpu", true});
    for (const PairedField& field : diff.values())
      all.push_back({heading_of(field.before, diff.keys()), field.before.node->is_number()});
    return all;
  }

  const MapDiff& diff_;
  Context& context_;
  SideTexts before_, now_;
  output::Table table_;
};

class CsvPrinter : public Printer {
 public:
  CsvPrinter(const MapDiff& diff, Context& context)
      : diff_(diff),
        context_(context),
        before_(diff.before_spec(), diff, true, kDialect),
        now_(diff.now_spec(), diff, false, kDialect) {}

  void begin() override {
    std::string line = "change";
    for (const PairedField& field : diff_.keys())
      append(line, heading_of(field.before, diff_.values()));
    if (!diff_.cpus().empty()) append(line, "cpu");
    for (const PairedField& field : diff_.values())
      for (const char* side : {"old.", "new."}) append(line, side + name_of(field.before));
    context_.out.write(line + "\n");
  }
  void add(const Difference& one) override {
    std::string line(what(one));
    SideTexts& side = is_added(one) ? now_ : before_;
    for (std::size_t i = 0; i < diff_.keys().size(); ++i) append(line, side.key(i, one.key));
    if (!diff_.cpus().empty()) append(line, std::to_string(one.cpu));
    for (std::size_t i = 0; i < diff_.values().size(); ++i) {
      append(line, is_added(one) ? "" : before_.value(i, one.before));
      append(line, is_removed(one) ? "" : now_.value(i, one.now));
    }
    context_.out.write(line + "\n");
  }
  void end(bool) override {}

 private:
  static constexpr Dialect kDialect{.text = Dialect::Text::plain, .meanings = true};

  void append(std::string& line, const std::string& field) const {
    line += ',';
    output::append_csv(line, context_.style.terminal ? terminal_safe(field) : field);
  }

  const MapDiff& diff_;
  Context& context_;
  SideTexts before_, now_;
};

class JsonPrinter : public Printer {
 public:
  JsonPrinter(const MapDiff& diff, Context& context)
      : diff_(diff),
        context_(context),
        is_array_(!context.style.is_lines()),
        pretty_(context.style.is_pretty()),
        before_key_(whole(diff.before_spec(), true)),
        now_key_(whole(diff.now_spec(), true)),
        before_(whole(diff.before_spec(), false)),
        now_(whole(diff.now_spec(), false)) {}

  void add(const Difference& one) override {
    line_.clear();
    if (is_array_) line_.append(first_ ? "[" : ",").append(pretty_ ? "" : "\n");
    first_ = false;
    begin_line(1);
    line_ += '{';
    member("change");
    output::append_json_string(line_, what(one));
    next_member("key");
    append(is_added(one) ? now_key_ : before_key_, {.key = one.key});
    if (!diff_.cpus().empty()) {
      next_member("cpu");
      line_ += number_text(std::uint64_t{one.cpu});
    }
    if (!is_added(one)) {
      next_member("old");
      append(before_, {.value = one.before});
    }
    if (!is_removed(one)) {
      next_member("new");
      append(now_, {.value = one.now});
    }
    if (!one.fields->empty()) {
      next_member("fields");
      std::string_view comma = "[";
      for (const std::size_t i : *one.fields) {
        line_ += std::exchange(comma, pretty_ ? ", " : ",");
        output::append_json_string(line_, name_of(diff_.values()[i].before));
      }
      line_ += ']';
    }
    begin_line(1);
    line_.append(is_array_ ? "}" : "}\n");
    context_.out.write(line_);
  }
  void end(bool any) override {
    if (is_array_) context_.out.write(any ? "\n]\n" : "[]\n");
  }

 private:
  Program whole(const layout::RowSpec& spec, bool of_key) const {
    const Dialect dialect{.text = Dialect::Text::json,
                          .meanings = context_.style.net,
                          .string_ints = context_.style.string_ints,
                          .pretty = pretty_};
    const layout::Layout& layout = of_key ? *spec.key : *spec.value;
    return program_of(spec, {"", &layout.root(), 0, of_key}, dialect, 2);
  }
  void begin_line(std::size_t depth) {
    if (pretty_) line_.append("\n").append(depth * 2, ' ');
  }
  void member(std::string_view name) {
    begin_line(2);
    line_.append("\"").append(name).append(pretty_ ? "\": " : "\":");
  }
  void next_member(std::string_view name) {
    line_ += ',';
    member(name);
  }
  void append(const Program& program, const layout::Bytes& bytes) {
    text_.clear();
    program.run(bytes, text_);
    line_ += text_.text();
  }

  const MapDiff& diff_;
  Context& context_;
  const bool is_array_, pretty_;
  bool first_ = true;
  const Program before_key_, now_key_, before_, now_;
  std::string line_;
  Buffer text_;
};

std::unique_ptr<Printer> printer_for(const MapDiff& diff, Context& context) {
  if (context.style.is_table()) return std::make_unique<TablePrinter>(diff, context);
  if (context.style.is_csv()) return std::make_unique<CsvPrinter>(diff, context);
  return std::make_unique<JsonPrinter>(diff, context);
}

void tell_unpaired(const std::vector<std::string>& fields, const std::string& side,
                   Context& context) {
  if (fields.empty()) return;
  std::string text = "not compared, since only " + side + " has them: ";
  for (const std::string& field : fields) text += (&field == &fields[0] ? "" : ", ") + field;
  context.remark(text);
}

Status with_subject(Error error, const std::string& subject) {
  if (error.subject.empty()) error.subject = subject;
  return fail(std::move(error));
}

Status run(const cli::Request& request, Context& context) {
  const auto before = TRY(open_map_or_file(request, "A", context));
  const auto now = TRY(open_map_or_file(request, "B", context));
  const std::string a = request.selector("A").describe(), b = request.selector("B").describe();
  auto made = MapDiff::make(*before, *now);
  if (!made) return with_subject(std::move(made).error(), a + " and " + b);
  MapDiff& diff = **made;
  const entries::QueryOptions asked = TRY(query_options(request));
  const auto first = TRY(entries::make_query(asked.where, *before));
  const auto second = TRY(entries::make_query(asked.where, *now));
  tell_unpaired(diff.only_before(), a, context);
  tell_unpaired(diff.only_now(), b, context);
  const auto printer = printer_for(diff, context);
  printer->begin();
  auto count = diff.run(first ? &*first : nullptr, second ? &*second : nullptr,
                        [&](const Difference& one) { printer->add(one); });
  if (!count) return with_subject(std::move(count).error(), a + " and " + b);
  printer->end(*count != 0);
  for (const auto* side : {before.get(), now.get()})
    TRY(entries::tell_gap(*side, true, context.remark));
  if (*count != 0) context.differs = true;
  return {};
}

constexpr cli::Operand kOperands[] = {
    {"", "A", Takes::map_or_file, Count::one, "a map, or the path of a saved one"},
    {"", "B", Takes::map_or_file, Count::one, "what it is compared with, named likewise"},
};
constexpr Option kOptions[] = {Option::where, Option::cpu,      Option::gentle,
                               Option::btf,   Option::key_type, Option::value_type};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map diff /sys/fs/bpf/xdp/policy /sys/fs/bpf/maps/policy", "whether two are the same"},
    {"bpfmaps map diff /sys/fs/bpf/xdp/policy /sys/fs/bpf/maps/policy --jsonl",
     "the same, for another program"},
};

}  // namespace

const cli::Command kMapDiff{
    .object = "map",
    .verb = "diff",
    .summary = "compare the entries of two maps",
    .details =
        R"(A and B are maps, or files that `bpfmaps map save` made. A line with + is an entry that
only B has, one with - an entry that only A has, one with ~ an entry whose value differs: the old
and the new, field by field. The exit code is 0 where nothing differs, and 5 where something does.

Fields go by their names, so a map can be compared with one whose struct has changed: what only
one of them has is told, and not compared. Integers may have other sizes, and enums other
numbers. Bytes that are not shown, such as padding, make no difference in a value. The values of
CPUs are compared one by one, or as one with --cpu.

JSON has an object for each entry:
{"change":"added"|"removed"|"changed","key":K,"old":V,"new":V,"fields":[NAMES]}, with "cpu"
where each CPU has a value. CSV has the fields twice, old.NAME and new.NAME.

The maps are read one after the other: in one that is being written to, an entry may have
changed between the two.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
