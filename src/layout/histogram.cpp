// SPDX-License-Identifier: BSD-2-Clause
#include "layout/histogram.h"

#include <algorithm>

#include "layout/escape.h"
#include "layout/program.h"
#include "layout/row_bytes.h"

namespace bpfmaps::layout {
namespace {

bool is_integer(const Node& node) {
  return node.is_countable() && node.shape == Shape::unsigned_int;
}

bool is_slots(const Node& node) {
  return node.shape == Shape::array && !node.is_leaf() && node.count > 1 && !is_byte_array(node) &&
         is_integer(node.children[0]);
}

bool is_named_like_one(const std::string& path) {
  const std::string word = path.substr(path.rfind('.') + 1);
  return word == "slots" || word == "buckets" || word == "hist" || word == "histogram";
}

std::vector<Column> slots_of(const RowSpec& spec) {
  std::vector<Column> found;
  if (spec.value == nullptr) return found;
  for (Column& column : headed_columns(spec))
    if (!column.of_key && is_slots(*column.node)) found.push_back(std::move(column));
  return found;
}

Result<Column> only_slots(const RowSpec& spec) {
  std::vector<Column> found = slots_of(spec);
  if (found.empty())
    return fail(Error::usage("--hist: the value has no array of unsigned integers"));
  if (found.size() == 1) return std::move(found[0]);
  std::string names;
  Column* named = nullptr;
  std::size_t count = 0;
  for (Column& column : found) {
    names.append(names.empty() ? "" : ", ").append(column.path);
    if (is_named_like_one(column.path)) named = &column, ++count;
  }
  if (count == 1) return std::move(*named);
  return fail(Error::usage("--hist: the value has several arrays of integers: " + names,
                           "name one with --fields"));
}

class HistogramRows final : public Rows {
 public:
  HistogramRows(const RowSpec& spec, const Column& slots, output::Scale scale,
                const output::Style& style)
      : cpus_(spec.cpus),
        slot_(spec.slot),
        element_(slots.node->children[0]),
        offset_(slots.offset),
        count_(std::min<std::uint64_t>(slots.node->count, scale == output::Scale::log2
                                                              ? output::kMostLog2
                                                              : output::kMostLinear)),
        scale_(scale),
        style_(style),
        parted_(!spec.single || !spec.cpus.empty()),
        title_(compile(spec, slots)) {}

  void begin(const Entries&, bool, Buffer&) override {}

  void append(const Entries& entries, Buffer& out) const override {
    std::vector<std::uint64_t> counts(count_);
    std::string text;
    for_each_row(entries, cpus_, slot_, [&](const Bytes& row) {
      title_.run(row, out);
      for (std::uint64_t i = 0; i < count_; ++i)
        counts[i] = load_bits(element_, row.value + offset_ + i * element_.size);
      text.clear();
      output::append_histogram(text, counts, scale_, style_);
      out.append(text);
    });
  }

  void finish(bool any, Buffer& out) const override {
    if (!any) out.append("no entries\n");
  }

  std::size_t separator() const override { return parted_ ? 1 : 0; }

 private:
  // All else that there is to show, on one line.
  Program compile(const RowSpec& spec, const Column& slots) const {
    ProgramBuilder row(terminal_dialect(style_, spec.times));
    if (parted_) row.literal("\n");
    bool first = true;
    for (const NamedValue& value : named_values(spec)) {
      if (value.node == slots.node && value.base == Base::value) continue;
      row.literal((first ? "" : "  ") + escaped(value.name, Dialect::Text::terminal) + " ");
      row.value(*value.layout, *value.node, value.base, value.offset, value.layout->root().size);
      first = false;
    }
    if (!first) row.literal("\n");
    return std::move(row).build();
  }

  const std::vector<std::uint32_t> cpus_;
  const std::size_t slot_;
  const Node element_;
  const std::uint32_t offset_;
  const std::uint64_t count_;
  const output::Scale scale_;
  const output::Style style_;
  const bool parted_;  // by an empty line
  const Program title_;
};

}  // namespace

Result<std::unique_ptr<Rows>> make_histogram_rows(const RowSpec& spec, output::Scale scale,
                                                  const output::Style& style) {
  const Column slots = TRY(only_slots(spec));
  if (scale == output::Scale::log2 && slots.node->count > output::kMostLog2)
    return fail(Error::usage("--hist: `" + slots.path + "` has " +
                                 std::to_string(slots.node->count) +
                                 " elements, and there are no more than 64 powers of two",
                             "--hist linear"));
  return std::make_unique<HistogramRows>(spec, slots, scale, style);
}

bool has_slots(const RowSpec& spec) { return !slots_of(spec).empty(); }

std::string histogram_hint(const RowSpec& spec) {
  for (const Column& column : slots_of(spec))
    if (is_named_like_one(column.path))
      return "`" + escaped(column.path, Dialect::Text::terminal) +
             "` looks like a histogram: --hist draws it";
  return {};
}

Result<SlotCounts> SlotCounts::make(const Layout* key, const RowSpec& spec, output::Scale scale) {
  if (key == nullptr || !is_integer(key->root()))
    return fail(Error::usage(
        "--hist: the value has no array of unsigned integers, and the key is no number of one"));
  std::vector<Column> numbers;
  if (spec.value != nullptr)
    for (Column& column : headed_columns(spec))
      if (!column.of_key && is_integer(*column.node)) numbers.push_back(std::move(column));
  if (numbers.empty())
    return fail(Error::usage("--hist: the value has no unsigned integer that counts"));
  if (numbers.size() > 1)
    return fail(Error::usage(
        "--hist: the value has " + std::to_string(numbers.size()) + " integers, and one counts",
        "name it with --fields " + numbers[0].path));
  if (!spec.cpus.empty())
    return fail(Error::usage("--hist: each CPU has counters of its own", "--cpu sum adds them up"));
  return SlotCounts(key->root(), *numbers[0].node, numbers[0].offset,
                    scale == output::Scale::log2 ? output::kMostLog2 : output::kMostLinear);
}

void SlotCounts::add(const Entries& entries, std::uint64_t) {
  for (std::uint32_t i = 0; i < entries.count; ++i) {
    const std::uint64_t slot = load_bits(*key_, entries.key(i));
    if (slot >= most_) {
      stray_ = slot;
      continue;
    }
    if (slot >= counts_.size()) counts_.resize(slot + 1);
    counts_[slot] += load_bits(*value_, entries.value(i) + offset_);
  }
}

void SlotCounts::merge(const SlotCounts& other) {
  if (other.stray_) stray_ = other.stray_;
  if (other.counts_.size() > counts_.size()) counts_.resize(other.counts_.size());
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
}

}  // namespace bpfmaps::layout
