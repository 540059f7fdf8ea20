// SPDX-License-Identifier: BSD-2-Clause
// Rows of --json, --pretty and --jsonl.
#include <optional>

#include "layout/program.h"
#include "layout/rows.h"
#include "output/json.h"

namespace bpfmaps::layout {
namespace {

using output::Style;

class JsonRows final : public Rows {
 public:
  JsonRows(const RowSpec& spec, const Style& style)
      : lines_(style.is_lines() && !spec.members),
        pretty_(style.is_pretty() && !spec.members),
        single_(spec.single || spec.members),
        members_(spec.members),
        program_(compile(spec, style)) {}

  void begin(const Entries&, bool, Buffer& out) override {
    if (is_array()) out.append("[");
  }

  void append(const Entries& entries, Buffer& out) const override {
    for (std::size_t i = 0; i < entries.count; ++i)
      program_.run(
          {.key = entries.keys == nullptr ? nullptr : entries.key(i), .value = entries.value(i)},
          out);
  }

  void finish(bool any, Buffer& out) const override {
    if (single_ && !lines_ && !members_) out.append("\n");
    if (is_array()) out.append(any ? "\n]\n" : "]\n");
  }

  // Rows of an array start with a comma and a line break; the first row keeps the break.
  std::size_t separator() const override { return is_array() ? 1 : 0; }

 private:
  bool is_array() const { return !single_ && !lines_; }

  Program compile(const RowSpec& spec, const Style& style) const {
    ProgramBuilder row({.text = Dialect::Text::json,
                        .meanings = style.net,
                        .string_ints = style.string_ints,
                        .pretty = pretty_,
                        .times = spec.times});
    const int depth = is_array() ? 1 : 0;
    if (is_array()) row.literal(pretty_ ? "," + line(1) : ",\n");
    if (!members_) row.literal("{" + line(depth + 1));
    if (!spec.map.empty()) {
      std::string map;
      output::append_json_string(map, spec.map);
      row.literal(name("map") + map + "," + line(depth + 1));
    }
    if (spec.key != nullptr && spec.spread_key) {
      spread(*spec.key, depth + 1, row);
    } else if (spec.key != nullptr) {
      row.literal(name(spec.key_name));
      whole(*spec.key, Base::key, 0, depth + 1, row);
    }
    if (spec.key != nullptr && spec.value != nullptr) row.literal("," + line(depth + 1));
    if (spec.value != nullptr && spec.cpus.empty()) {
      row.literal(name(spec.value_name));
      whole(*spec.value, Base::value, 0, depth + 1, row);
    }
    if (spec.value != nullptr && !spec.cpus.empty()) values(spec, depth + 1, row);
    if (!members_) row.literal(line(depth) + "}" + (lines_ ? "\n" : ""));
    return std::move(row).build();
  }

  static void whole(const Layout& layout, Base base, std::uint32_t offset, int depth,
                    ProgramBuilder& row) {
    row.value(layout, layout.root(), base, offset, offset + layout.root().size, depth);
  }

  void spread(const Layout& key, int depth, ProgramBuilder& row) const {
    for (const Node& field : key.root().children) {
      if (&field != &key.root().children.front()) row.literal("," + line(depth));
      row.literal(name(field.name));
      row.value(key, field, Base::key, field.offset, key.root().size, depth);
    }
  }

  // "values": an object for each CPU.
  void values(const RowSpec& spec, int depth, ProgramBuilder& row) const {
    row.literal(name("values") + "[");
    for (std::size_t i = 0; i < spec.cpus.size(); ++i) {
      row.literal((i == 0 ? "" : ",") + line(depth + 1) + "{" + line(depth + 2) + name("cpu") +
                  std::to_string(spec.cpus[i]) + "," + line(depth + 2) + name("value"));
      const auto slot = static_cast<std::uint32_t>(i * spec.slot);
      whole(*spec.value, Base::value, slot, depth + 2, row);
      row.literal(line(depth + 1) + "}");
    }
    row.literal(line(depth) + "]");
  }

  std::string line(int depth) const {
    return pretty_ ? "\n" + std::string(static_cast<std::size_t>(depth) * 2, ' ') : "";
  }

  std::string name(std::string_view member) const {
    return "\"" + std::string(member) + (pretty_ ? "\": " : "\":");
  }

  const bool lines_, pretty_, single_, members_;
  const Program program_;
};

}  // namespace

std::unique_ptr<Rows> make_json_rows(const RowSpec& spec, const Style& style) {
  return std::make_unique<JsonRows>(spec, style);
}

}  // namespace bpfmaps::layout
