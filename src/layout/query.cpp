// SPDX-License-Identifier: BSD-2-Clause
#include "layout/query.h"

#include <algorithm>
#include <cstring>

#include "layout/query_resolve.h"

namespace bpfmaps::layout {

// Gives every step the places to go to.
class QueryEmitter {
 public:
  explicit QueryEmitter(Query& query) : query_(query) {}

  // Where to start so that `joined` ends at `yes` or `no`.
  int emit(const Joined& joined, int yes, int no) {
    if (joined.negated) std::swap(yes, no);
    if (joined.how == Joined::How::one) {
      query_.steps_[joined.one].yes = yes;
      query_.steps_[joined.one].no = no;
      return static_cast<int>(joined.one);
    }
    const bool all = joined.how == Joined::How::all;
    int at = all ? yes : no;
    for (auto part = joined.parts.rbegin(); part != joined.parts.rend(); ++part)
      at = all ? emit(*part, at, no) : emit(*part, yes, at);
    return at;
  }

 private:
  Query& query_;
};

Result<Query> Query::compile(const RowSpec& spec, std::string_view expression,
                             const ClockTimes* now) {
  Query query;
  const auto tokens = TRY(tokenize(expression));
  QueryResolver resolver(spec, expression, now, query);
  const Joined joined = TRY(
      parse_query(expression, tokens, [&](const auto& typed) { return resolver.resolve(typed); }));
  query.first_ = QueryEmitter(query).emit(joined, kKeep, kDrop);
  const auto asks_value = [](const Step& step) {
    const bool two = step.test == Step::Test::pair || step.test == Step::Test::text_pair;
    return !step.left.of_key || (two && !step.right.of_key);
  };
  query.slot_ = spec.slot;
  if (std::any_of(query.steps_.begin(), query.steps_.end(), asks_value))
    query.cpus_ = std::max<std::size_t>(spec.cpus.size(), 1);
  return query;
}

namespace {

const unsigned char* bytes_at(const FieldPlace& place, const unsigned char* key,
                              const unsigned char* value) {
  return (place.of_key ? key : value) + place.offset;
}

std::string_view text_at(const FieldPlace& place, const unsigned char* key,
                         const unsigned char* value) {
  const auto* text = reinterpret_cast<const char*>(bytes_at(place, key, value));
  return {text, strnlen(text, place.size)};
}

// The bit of Step::passing for two things in order.
template <class SortKey>
std::uint8_t order_bit(const SortKey& a, const SortKey& b) {
  return a < b ? 1 : a == b ? 2 : 4;
}

// Fields of different width and sign meet where both fit.
std::uint8_t pair_bit(const Ordinal& a, const unsigned char* at, const Ordinal& b,
                      const unsigned char* other) {
  if (a.is_wide()) return order_bit(a.read_wide(at), b.read_wide(other));
  const std::uint64_t left = a.read_narrow(at), right = b.read_narrow(other);
  if (a.is_float()) return left == kNan || right == kNan ? 8 : order_bit(left, right);
  __extension__ using Signed = __int128;
  return order_bit(static_cast<Signed>(left) - a.bias, static_cast<Signed>(right) - b.bias);
}

// An LPM key: does its prefix hold `address`?
bool covers(const Ordinal& read, const unsigned char* key, Wide address) {
  const auto bits = load_as<std::uint32_t>(key);
  const std::uint32_t width = read.is_wide() ? 128 : 32;
  if (bits > width) return false;
  return bits == 0 || (read.read(key + sizeof bits) ^ address) >> (width - bits) == 0;
}

}  // namespace

bool Query::passes(const Step& step, const unsigned char* key, const unsigned char* value,
                   const std::optional<RegexMatcher>& regexes) const {
  const unsigned char* const at = bytes_at(step.left, key, value);
  switch (step.test) {
    case Step::Test::range: return step.read.read_narrow(at) - step.low <= step.span;
    case Step::Test::wide_range: {
      const WideRange& range = wides_[step.index];
      return step.read.read_wide(at) - range.low <= range.span;
    }
    case Step::Test::pair:
      return (step.passing &
              pair_bit(step.read, at, step.read_right, bytes_at(step.right, key, value))) != 0;
    case Step::Test::text:
      return (step.passing &
              order_bit(text_at(step.left, key, value), std::string_view(texts_[step.index]))) != 0;
    case Step::Test::text_pair:
      return (step.passing &
              order_bit(text_at(step.left, key, value), text_at(step.right, key, value))) != 0;
    case Step::Test::plain: return plains_[step.index].matches(text_at(step.left, key, value));
    case Step::Test::regex:
      return regexes->matches(patterns_[step.index], text_at(step.left, key, value));
    case Step::Test::covers: return covers(step.read, at, wides_[step.index].low);
  }
  return false;
}

Matcher::Matcher(const Query& query) : query_(query) {
  if (!query.patterns_.empty()) regexes_.emplace();
}

bool Matcher::fits(const unsigned char* key, const unsigned char* value) const {
  for (std::size_t cpu = 0; cpu < query_.cpus_; ++cpu, value += query_.slot_) {
    int at = query_.first_;
    while (at >= 0) {
      const Query::Step& step = query_.steps_[static_cast<std::size_t>(at)];
      at = query_.passes(step, key, value, regexes_) ? step.yes : step.no;
    }
    if (at == Query::kKeep) return true;
  }
  return false;
}

Entries Matcher::keep(const Entries& entries, std::size_t value_size) {
  // The stride of a single entry may be 0, and then there is no room to copy to.
  value_size = std::min(value_size, entries.value_stride);
  Entries kept = entries;
  kept.count = 0;
  keys_.resize(entries.keys == nullptr ? 0 : entries.count * entries.key_stride);
  values_.resize(entries.count * entries.value_stride);
  for (std::size_t i = 0; i < entries.count; ++i) {
    const unsigned char* const key = entries.keys == nullptr ? nullptr : entries.key(i);
    if (!fits(key, entries.value(i))) continue;
    if (key != nullptr && entries.key_stride != 0)
      std::memcpy(keys_.data() + kept.count * entries.key_stride, key, entries.key_stride);
    if (value_size != 0)
      std::memcpy(values_.data() + kept.count * entries.value_stride, entries.value(i), value_size);
    ++kept.count;
  }
  if (kept.count == entries.count) return entries;
  if (kept.keys != nullptr) kept.keys = keys_.data();
  kept.values = values_.data();
  return kept;
}

}  // namespace bpfmaps::layout
