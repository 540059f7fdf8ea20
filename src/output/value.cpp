// SPDX-License-Identifier: BSD-2-Clause
// What a Value or a Record holds; printing them is record.cpp's.
#include "output/record.h"

namespace bpfmaps::output {

Value::Value(bool v) : data_(v) {}
Value::Value(double v) : data_(v) {}
Value::Value(std::string v) : data_(std::move(v)) {}
Value::Value(std::string_view v) : data_(std::string(v)) {}
Value::Value(const char* v) : data_(std::string(v)) {}
Value::Value(Seconds v) : data_(v) {}
Value::Value(Bytes v) : data_(v) {}
Value::Value(Share v) : data_(v) {}
Value::Value(List v) : data_(std::move(v)) {}
Value::Value(Members v) : data_(std::move(v)) {}

bool Value::is_number() const {
  return std::holds_alternative<std::uint64_t>(data_) ||
         std::holds_alternative<std::int64_t>(data_) || std::holds_alternative<double>(data_) ||
         std::holds_alternative<Bytes>(data_) || std::holds_alternative<Share>(data_);
}

bool Value::is_empty() const {
  if (const auto* text = std::get_if<std::string>(&data_)) return text->empty();
  if (const auto* list = std::get_if<List>(&data_)) return list->empty();
  if (const auto* members = std::get_if<Members>(&data_)) return members->empty();
  return std::holds_alternative<std::monostate>(data_);
}

Record& Record::add(std::string name, Value value) {
  if (fields_.empty()) fields_.reserve(12);  // most records have about as many
  fields_.insert(has_unknown() ? fields_.end() - 1 : fields_.end(),
                 {std::move(name), std::move(value)});
  return *this;
}

Record& Record::unknown(std::string name, std::string why) {
  if (find(name) == nullptr) add(name, Value());
  Value::Members reasons;
  if (has_unknown()) {
    reasons = std::get<Value::Members>(fields_.back().value.data());
    fields_.pop_back();
  }
  reasons.push_back({std::move(name), std::move(why)});
  fields_.push_back({std::string(kUnknown), std::move(reasons)});
  return *this;
}

const Value* Record::find(std::string_view name) const {
  for (const Field& field : fields_)
    if (field.name == name) return &field.value;
  return nullptr;
}

}  // namespace bpfmaps::output
