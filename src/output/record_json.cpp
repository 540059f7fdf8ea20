// SPDX-License-Identifier: BSD-2-Clause
// Records as JSON; record.cpp prints the other forms.
#include <cmath>

#include "base/number.h"
#include "output/json.h"
#include "output/record.h"

namespace bpfmaps::output {
namespace {

// Appends values as JSON. A depth below 0 keeps everything on one line.
class JsonText {
 public:
  JsonText(std::string& to, const Style& style, int depth)
      : to_(to), style_(style), depth_(depth) {}

  void value(const Value& value) {
    wide_ = value.is_wide();
    std::visit([this](const auto& data) { put(data); }, value.data());
  }
  void put(const Value::Members& members) {
    sequence('{', members, '}', [this](const Field& field) {
      append_json_string(to_, field.name);
      to_ += depth_ < 0 ? ":" : ": ";
      value(field.value);
    });
  }

 private:
  void put(std::monostate) { to_ += "null"; }
  void put(bool data) { to_ += data ? "true" : "false"; }
  void put(std::uint64_t data) { integer(number_text(data)); }
  void put(std::int64_t data) { integer(number_text(data)); }
  void put(double data) {
    if (std::isfinite(data)) {
      to_ += number_text(data);
    } else {
      append_json_string(to_, number_text(data));  // JSON has no number for it
    }
  }
  void put(const std::string& data) { append_json_string(to_, data); }
  void put(Value::Seconds data) { to_ += number_text(data.since_1970); }
  void put(Value::Bytes data) { to_ += number_text(data.count); }
  void put(Value::Share data) { put(data.of_one); }
  void put(const Value::List& list) {
    sequence('[', list, ']', [this](const Value& item) { value(item); });
  }

  void integer(const std::string& digits) {
    const char* quote = wide_ && style_.string_ints ? "\"" : "";
    to_.append(quote).append(digits).append(quote);
  }

  template <class Items, class Each>
  void sequence(char open, const Items& items, char close, const Each& each) {
    to_ += open;
    if (!items.empty()) {
      if (depth_ >= 0) ++depth_;
      bool first = true;
      for (const auto& item : items) {
        if (!std::exchange(first, false)) to_ += ',';
        new_line();
        each(item);
      }
      if (depth_ >= 0) --depth_;
      new_line();
    }
    to_ += close;
  }

  void new_line() {
    if (depth_ >= 0) to_.append("\n").append(static_cast<std::size_t>(depth_) * 2, ' ');
  }

  std::string& to_;
  const Style& style_;
  int depth_;
  bool wide_ = false;
};

}  // namespace

void append_json(std::string& to, const Value& value, const Style& style, int depth) {
  JsonText(to, style, depth).value(value);
}

void append_json(std::string& to, const Record& record, const Style& style, int depth) {
  JsonText(to, style, depth).put(record.fields());
}

}  // namespace bpfmaps::output
