// SPDX-License-Identifier: BSD-2-Clause
#include "layout/rows_spread.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "base/bars.h"
#include "base/number.h"
#include "base/text.h"
#include "layout/escape.h"
#include "layout/row_bytes.h"
#include "layout/spread.h"
#include "output/csv.h"
#include "output/json.h"
#include "output/record.h"

namespace bpfmaps::layout {
namespace {

using output::Style;
using output::Value;

class SpreadRows : public Rows {
 public:
  SpreadRows(const RowSpec& spec, const Style& style)
      : spec_(spec), style_(style), cpus_(spec.cpus), fields_(spread_fields(spec)) {}

 protected:
  std::uint64_t load(const SpreadField& field, const unsigned char* value, std::size_t cpu) const {
    return load_bits(field.node, value + cpu * spec_.slot + field.offset);
  }
  Spread spread(const SpreadField& field, const unsigned char* value) const {
    return spread_of(field, value, cpus_.size(), spec_.slot);
  }

  // The columns of the key.
  std::vector<NamedValue> key_values() const {
    std::vector<NamedValue> values;
    for (NamedValue& value : named_values(spec_))
      if (value.base == Base::key) values.push_back(std::move(value));
    return values;
  }

  const RowSpec spec_;
  const Style style_;
  const std::vector<std::uint32_t> cpus_;
  const std::vector<SpreadField> fields_;
};

// Numbers in the order of their columns, but the ratio.
constexpr std::array<std::string_view, 6> kHeadings = {"sum", "min",      "max",
                                                       "cpu", "max/mean", "each CPU"};

class SpreadTable final : public SpreadRows {
 public:
  SpreadTable(const RowSpec& spec, const Style& style) : SpreadRows(spec, style) {
    names_ = std::string_view("field").size();
    for (const SpreadField& field : fields_)
      shown_.push_back(escaped(field.name, Dialect::Text::terminal));
    for (const std::string& name : shown_) names_ = std::max(names_, display_width(name));
    for (std::size_t i = 0; i < widths_.size(); ++i) widths_[i] = kHeadings[i].size();
  }

  void begin(const Entries& sample, bool, Buffer& out) override {
    for (std::uint32_t i = 0; i < sample.count; ++i)
      for (const SpreadField& field : fields_) measure(spread(field, sample.value(i)));
    std::vector<NamedValue> keys = key_values();
    ProgramBuilder row(terminal_dialect(style_, spec_.times)),
        heading(Dialect{.text = Dialect::Text::terminal});
    for (const NamedValue& key : keys) {
      const std::string name = escaped(key.name, Dialect::Text::terminal);
      const std::size_t width = std::max(display_width(name), widest(key, sample));
      row.begin_cell();
      row.value(*key.layout, *key.node, key.base, key.offset, key.layout->root().size);
      row.end_cell(width, key.node->is_number(), true);
      row.literal("  ");
      heading.begin_cell();
      heading.literal(name);
      heading.end_cell(width, key.node->is_number(), true);
      heading.literal("  ");
    }
    key_ = std::move(row).build();
    if (sample.count == 0) return;
    Buffer line;
    std::move(heading).build().run({}, line);
    std::string text(line.text());
    text.append("field").append(names_ - std::string_view("field").size(), ' ');
    for (std::size_t i = 0; i < widths_.size(); ++i)
      text.append(2 + widths_[i] - kHeadings[i].size(), ' ').append(kHeadings[i]);
    text.append("  ").append(kHeadings.back());
    out.append(style_.color ? "\x1b[1m" + text + "\x1b[0m\n" : text + "\n");
  }

  void append(const Entries& entries, Buffer& out) const override {
    std::array<char, 32> room;
    for (std::uint32_t i = 0; i < entries.count; ++i)
      for (std::size_t at = 0; at < fields_.size(); ++at) {
        const Spread found = spread(fields_[at], entries.value(i));
        key_->run({.key = entries.keys == nullptr ? nullptr : entries.key(i)}, out);
        out.append(shown_[at]);
        blanks(names_ - display_width(shown_[at]), out);
        number(found.sum, 0, out);
        number(found.least, 1, out);
        number(found.most, 2, out);
        number(cpus_[found.on], 3, out);
        right(found.sum == 0 ? "-" : ratio_text(found.ratio(cpus_.size()), room), 4, out);
        out.append("  ");
        for (std::size_t cpu = 0; cpu < cpus_.size(); ++cpu)
          out.append(height(static_cast<double>(load(fields_[at], entries.value(i), cpu)),
                            static_cast<double>(found.most), style_.ascii));
        out.append("\n");
      }
  }

  void finish(bool any, Buffer& out) const override {
    if (!any) out.append("no entries\n");
  }

 private:
  std::size_t widest(const NamedValue& key, const Entries& sample) const {
    ProgramBuilder alone(terminal_dialect(style_, spec_.times));
    alone.value(*key.layout, *key.node, key.base, key.offset, key.layout->root().size);
    const Program program = std::move(alone).build();
    Buffer text;
    std::size_t width = 0;
    for (std::uint32_t i = 0; i < sample.count && sample.keys != nullptr; ++i) {
      text.clear();
      program.run({.key = sample.key(i)}, text);
      width = std::max(width, display_width(text.text()));
    }
    return width;
  }

  void measure(const Spread& found) {
    const std::array<std::uint64_t, 4> numbers = {found.sum, found.least, found.most,
                                                  cpus_[found.on]};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      char digits[24];
      widths_[i] =
          std::max(widths_[i], static_cast<std::size_t>(write_u64(digits, numbers[i]) - digits));
    }
  }

  static void blanks(std::size_t count, Buffer& out) {
    char* to = out.reserve(count);
    std::memset(to, ' ', count);
    out.commit(to + count);
  }

  void right(std::string_view text, std::size_t column, Buffer& out) const {
    blanks(2 + widths_[column] - std::min(widths_[column], text.size()), out);
    out.append(text);
  }

  void number(std::uint64_t value, std::size_t column, Buffer& out) const {
    char digits[24];
    right({digits, static_cast<std::size_t>(write_u64(digits, value) - digits)}, column, out);
  }

  std::vector<std::string> shown_;
  std::size_t names_ = 0;
  std::array<std::size_t, 5> widths_ = {};
  std::optional<Program> key_;
};

class SpreadCsv final : public SpreadRows {
 public:
  SpreadCsv(const RowSpec& spec, const Style& style)
      : SpreadRows(spec, style),
        text_(style.terminal ? Dialect::Text::terminal : Dialect::Text::plain) {
    ProgramBuilder row({.text = text_, .meanings = true, .times = spec.times});
    if (!spec.map.empty()) row.literal(cell(spec.map) + ",");
    for (const NamedValue& key : key_values()) {
      row.begin_cell();
      row.value(*key.layout, *key.node, key.base, key.offset, key.layout->root().size);
      row.end_csv_cell();
      row.literal(",");
    }
    key_ = std::move(row).build();
  }

  void begin(const Entries&, bool, Buffer& out) override {
    std::string line = spec_.map.empty() ? "" : "map,";
    for (const NamedValue& key : key_values()) line += cell(key.name) + ",";
    out.append(line + "field,sum,min,max,max_cpu,max_over_mean\n");
  }

  void append(const Entries& entries, Buffer& out) const override {
    std::array<char, 32> room;
    for (std::uint32_t i = 0; i < entries.count; ++i)
      for (const SpreadField& field : fields_) {
        const Spread found = spread(field, entries.value(i));
        key_->run({.key = entries.keys == nullptr ? nullptr : entries.key(i)}, out);
        out.append(cell(field.name));
        for (const std::uint64_t number :
             {found.sum, found.least, found.most, std::uint64_t{cpus_[found.on]}}) {
          char digits[24] = ",";
          out.append({digits, static_cast<std::size_t>(write_u64(digits + 1, number) - digits)});
        }
        out.append(",");
        if (found.sum != 0) out.append(ratio_text(found.ratio(cpus_.size()), room));
        out.append("\n");
      }
  }

  void finish(bool, Buffer&) const override {}

 private:
  std::string cell(const std::string& text) const {
    std::string made;
    output::append_csv(made, escaped(text, text_));
    return made;
  }

  const Dialect::Text text_;
  std::optional<Program> key_;
};

class SpreadJson final : public SpreadRows {
 public:
  SpreadJson(const RowSpec& spec, const Style& style)
      : SpreadRows(spec, style), single_(spec.single), key_(compile()) {}

  void begin(const Entries&, bool, Buffer& out) override {
    if (is_array()) out.append("[");
  }

  void append(const Entries& entries, Buffer& out) const override {
    std::string text;
    for (std::uint32_t i = 0; i < entries.count; ++i) {
      key_.run({.key = entries.keys == nullptr ? nullptr : entries.key(i)}, out);
      text.clear();
      output::append_json(text, Value(all(entries.value(i))), style_,
                          style_.is_pretty() ? depth() + 1 : -1);
      out.append(text);
      out.append(line(depth()) + (style_.is_lines() ? "}\n" : "}"));
    }
  }

  void finish(bool any, Buffer& out) const override {
    if (single_ && !style_.is_lines()) out.append("\n");
    if (is_array()) out.append(any ? "\n]\n" : "]\n");
  }

  std::size_t separator() const override { return is_array() ? 1 : 0; }

 private:
  bool is_array() const { return !single_ && !style_.is_lines(); }
  int depth() const { return is_array() ? 1 : 0; }

  // Up to the spread itself.
  Program compile() const {
    ProgramBuilder row({.text = Dialect::Text::json,
                        .meanings = style_.net,
                        .string_ints = style_.string_ints,
                        .pretty = style_.is_pretty(),
                        .times = spec_.times});
    if (is_array()) row.literal(style_.is_pretty() ? "," + line(1) : ",\n");
    row.literal("{" + line(depth() + 1));
    if (!spec_.map.empty()) {
      std::string map;
      output::append_json_string(map, spec_.map);
      row.literal(name("map") + map + "," + line(depth() + 1));
    }
    if (spec_.key != nullptr) {
      row.literal(name(spec_.key_name));
      row.value(*spec_.key, spec_.key->root(), Base::key, 0, spec_.key->root().size, depth() + 1);
      row.literal("," + line(depth() + 1));
    }
    row.literal(name("spread"));
    return std::move(row).build();
  }

  Value::Members all(const unsigned char* value) const {
    Value::Members fields;
    for (const SpreadField& field : fields_) {
      const Spread found = spread(field, value);
      const auto number = [&](std::uint64_t one) {
        return field.node.size == 8 ? Value(one) : Value(static_cast<std::uint32_t>(one));
      };
      Value::List each;
      for (std::size_t cpu = 0; cpu < cpus_.size(); ++cpu)
        each.emplace_back(
            Value::Members{{"cpu", cpus_[cpu]}, {"value", number(load(field, value, cpu))}});
      fields.push_back(
          {field.name, Value::Members{{"sum", found.sum},
                                      {"min", number(found.least)},
                                      {"max", number(found.most)},
                                      {"max_cpu", cpus_[found.on]},
                                      {"max_over_mean",
                                       found.sum == 0 ? Value() : Value(found.ratio(cpus_.size()))},
                                      {"values", std::move(each)}}});
    }
    return fields;
  }

  std::string line(int deep) const {
    return style_.is_pretty() ? "\n" + std::string(static_cast<std::size_t>(deep) * 2, ' ') : "";
  }
  std::string name(std::string_view member) const {
    return "\"" + std::string(member) + (style_.is_pretty() ? "\": " : "\":");
  }

  const bool single_;
  const Program key_;
};

}  // namespace

Result<std::unique_ptr<Rows>> make_spread_rows(const RowSpec& spec, const Style& style) {
  if (spec.cpus.empty())
    return fail(Error::usage("--cpu spread: this is no per-CPU map, so there is nothing to compare",
                             "leave --cpu spread out"));
  if (spread_fields(spec).empty())
    return fail(Error::usage("--cpu spread: the value has no unsigned integers"));
  if (style.is_table()) return std::make_unique<SpreadTable>(spec, style);
  if (style.is_csv()) return std::make_unique<SpreadCsv>(spec, style);
  return std::make_unique<SpreadJson>(spec, style);
}

}  // namespace bpfmaps::layout
