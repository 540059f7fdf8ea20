// SPDX-License-Identifier: BSD-2-Clause
// Rows of several maps as one answer.
#include <utility>

#include "layout/escape.h"
#include "layout/rows.h"

namespace bpfmaps::layout {

class JoinedRows::Part final : public Rows {
 public:
  Part(JoinedRows& all, std::unique_ptr<Rows> rows, std::string name, bool last)
      : all_(all), rows_(std::move(rows)), name_(std::move(name)), last_(last) {}

  void begin(const Entries& sample, bool more, Buffer& out) override {
    const bool for_people = all_.style_.is_table();
    const bool first = !all_.begun_;
    const std::string heading = all_.heading(name_);
    if (for_people) out.append(heading);
    if (for_people || first) rows_->begin(sample, more, out);
  }

  void append(const Entries& entries, Buffer& out) const override { rows_->append(entries, out); }

  void finish(bool any, Buffer& out) const override {
    all_.any_ = all_.any_ || any;
    if (all_.style_.is_table()) return rows_->finish(any, out);
    if (last_) rows_->finish(all_.any_, out);
  }

  std::size_t separator() const override {
    return all_.any_ && !all_.style_.is_table() ? 0 : rows_->separator();
  }

 private:
  JoinedRows& all_;
  const std::unique_ptr<Rows> rows_;
  const std::string name_;
  const bool last_;
};

std::unique_ptr<Rows> JoinedRows::next(std::unique_ptr<Rows> rows, const std::string& name,
                                       bool last) {
  return std::make_unique<Part>(*this, std::move(rows), name, last);
}

std::string JoinedRows::heading(const std::string& name) {
  const std::string shown = escaped(name, Dialect::Text::terminal);
  const std::string line = style_.color ? "\x1b[1m" + shown + "\x1b[0m\n" : shown + "\n";
  return (std::exchange(begun_, true) ? "\n" : "") + line;
}

}  // namespace bpfmaps::layout
