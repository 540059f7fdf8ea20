// SPDX-License-Identifier: BSD-2-Clause
#include "cli/request.h"

#include <algorithm>

#include "base/number.h"

namespace bpfmaps::cli {
namespace {

bool answers_to(const Given& given, std::string_view name) {
  const Operand& operand = *given.operand;
  return (operand.keyword.empty() ? operand.name : operand.keyword) == name;
}

}  // namespace

std::string Selector::describe() const {
  switch (by) {
    case By::id: return "id " + text;
    case By::pinned: return text;
    case By::name: return "name " + text;
    case By::tag: return "tag " + text;
    case By::any: return text;
  }
  return text;
}

const std::string& Request::value(Option option) const {
  static const std::string kNone;
  const auto found = std::ranges::find(values_, option, [](const auto& one) { return one.first; });
  return found == values_.end() ? kNone : found->second;
}

void Request::set(Option option, std::string value) {
  set_[index(option)] = true;
  std::erase_if(values_, [&](const auto& one) { return one.first == option; });
  if (!value.empty()) values_.emplace_back(option, std::move(value));
}

const Given* Request::find(OperandId operand) const {
  for (const Given& one : given)
    if (answers_to(one, operand.name())) return &one;
  return nullptr;
}

std::vector<const Given*> Request::all(OperandId operand) const {
  std::vector<const Given*> found;
  for (const Given& one : given)
    if (answers_to(one, operand.name())) found.push_back(&one);
  return found;
}

std::string_view Request::word(OperandId operand, std::string_view otherwise) const {
  const Given* one = find(operand);
  return one == nullptr || one->words.empty() ? otherwise : std::string_view(one->words.front());
}

const Selector& Request::selector(OperandId operand) const {
  static const Selector kNone;
  const Given* one = find(operand);
  return one == nullptr ? kNone : one->selector;
}

std::uint64_t Request::number(OperandId operand, std::uint64_t otherwise) const {
  const Given* one = find(operand);
  return one == nullptr ? otherwise : parse_u64(one->words.front()).value_or(otherwise);
}

}  // namespace bpfmaps::cli
