// SPDX-License-Identifier: BSD-2-Clause
// Rows of --json, --pretty and --jsonl.
#include <optional>

#include "layout/program.h"
#include "layout/rows.h"

namespace bpfmaps::layout {
namespace {

using output::Form;
using output::Style;

class JsonRows : public Rows {
 public:
  JsonRows(const RowSpec& spec, const Style& style)
      : lines_(style.form == Form::jsonl),
        pretty_(style.form == Form::pretty),
        single_(spec.single),
        slot_(spec.slot) {
    depth_ = single_ || lines_ ? 0 : 1;
    // Arrays have one element to a line even when they are not pretty.
    if (depth_ == 1) separator_ = pretty_ ? "," + line(1) : ",\n";
    std::string before = separator_ + "{" + line(depth_ + 1);
    if (spec.key != nullptr) {
      key_.emplace(program(*spec.key, style, depth_ + 1, before + name("key"), ""));
      before = "," + line(depth_ + 1);
    }
    const std::string after = line(depth_) + "}" + (lines_ ? "\n" : "");
    if (spec.cpus.empty()) {
      values_.push_back(
          program(*spec.value, style, depth_ + 1, before + name(spec.value_name), after));
      return;
    }
    const int inner = depth_ + 2;  // of the objects in "values"
    before += name("values") + "[" + line(inner);
    for (std::size_t i = 0; i < spec.cpus.size(); ++i) {
      const bool last = i + 1 == spec.cpus.size();
      values_.push_back(program(*spec.value, style, inner + 1,
                                before + "{" + line(inner + 1) + name("cpu") +
                                    std::to_string(spec.cpus[i]) + "," + line(inner + 1) +
                                    name("value"),
                                line(inner) + "}" + (last ? line(depth_ + 1) + "]" + after : "")));
      before = "," + line(inner);
    }
  }

  void begin(const Entries&, bool, Buffer& out) override {
    if (!single_ && !lines_) out.append("[");
  }

  void append(const Entries& entries, Buffer& out) const override {
    for (std::size_t i = 0; i < entries.count; ++i) {
      if (key_) key_->run(entries.key(i), out);
      const unsigned char* value = entries.value(i);
      for (const Program& each : values_) {
        each.run(value, out);
        value += slot_;
      }
    }
  }

  void finish(bool any, Buffer& out) const override {
    if (lines_) return;
    if (single_) return out.append("\n");
    out.append(any ? "\n]\n" : "]\n");
  }

  // The first row keeps its line break: "[\n{...},\n{...}\n]".
  std::size_t separator() const override { return separator_.empty() ? 0 : 1; }

 private:
  Program program(const Layout& layout, const Style& style, int depth, const std::string& before,
                  const std::string& after) const {
    const Dialect dialect{.text = Dialect::Text::json,
                          .meanings = style.net,
                          .string_ints = style.string_ints,
                          .indent = pretty_ ? depth : -1};
    return Program(layout, layout.root(), 0, dialect, before, after);
  }

  std::string line(int depth) const {
    return pretty_ ? "\n" + std::string(static_cast<std::size_t>(depth) * 2, ' ') : "";
  }

  std::string name(std::string_view member) const {
    return "\"" + std::string(member) + (pretty_ ? "\": " : "\":");
  }

  bool lines_, pretty_, single_;
  int depth_ = 0;
  std::uint32_t slot_;
  std::string separator_;
  std::optional<Program> key_;
  std::vector<Program> values_;  // one, or one a CPU
};

}  // namespace

std::unique_ptr<Rows> make_json_rows(const RowSpec& spec, const Style& style) {
  return std::make_unique<JsonRows>(spec, style);
}

}  // namespace bpfmaps::layout
