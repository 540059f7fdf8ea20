// SPDX-License-Identifier: BSD-2-Clause
#include "layout/sort_key.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "layout/field_class.h"

namespace bpfmaps::layout {
namespace {

constexpr std::size_t kBlockBytes = 64 << 10;
constexpr std::size_t kLengthBytes = 4;  // of an LPM key, before the address

std::string_view text_of(const unsigned char* at, std::size_t size) {
  const auto* text = reinterpret_cast<const char*>(at);
  return {text, strnlen(text, size)};
}

// The first eight bytes of a text, the first one the most significant.
std::uint64_t first_letters(std::string_view text) {
  unsigned char bytes[8] = {};
  std::memcpy(bytes, text.data(), std::min(text.size(), sizeof bytes));
  return __builtin_bswap64(load_as<std::uint64_t>(bytes));
}

template <class Number>
int sign_of(Number a, Number b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

}  // namespace

Result<SortWord> split_direction(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) {
    const std::string meant = std::string(text.substr(1)) + (text[0] == '-' ? ":desc" : ":asc");
    return fail(
        Error::usage("`" + std::string(text) + "` is no field", "did you mean `" + meant + "`?"));
  }
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return SortWord{text, {}};
  const std::string_view direction = text.substr(colon + 1), name = text.substr(0, colon);
  if (direction == "asc") return SortWord{name, SortKey::Direction::ascending};
  if (direction == "desc") return SortWord{name, SortKey::Direction::descending};
  return fail(Error::usage("`" + std::string(direction) + "` is no direction",
                           "FIELD, FIELD:asc or FIELD:desc"));
}

Result<SortKey> SortKey::compile(const RowSpec& spec, std::string_view text, Direction usual) {
  const auto [name, direction] = TRY(split_direction(text));
  const Field field = TRY(find_field(spec, name));
  const Node& node = field.node();
  if (!field.of_key && !spec.cpus.empty())
    return fail(field.ref().wrong("has a value for each CPU, and an entry has one place",
                                  "make one value of them: --cpu sum, min, max or avg"));
  SortKey order;
  order.place_ = place_of(field);
  order.descending_ = direction.value_or(usual) == Direction::descending;
  switch (class_of(node)) {
    case FieldClass::none: return fail(field.ref().wrong("is not one value, and has no order"));
    case FieldClass::text:
      order.kind_ = Kind::text;
      order.exact_ = false;
      break;
    case FieldClass::prefix:
      order.kind_ = node.meaning == Meaning::cidr4 ? Kind::prefix4 : Kind::prefix6;
      order.exact_ = order.kind_ == Kind::prefix4;
      break;
    default: order.read_ = *ordinal_of(node); order.exact_ = !order.read_.is_wide();
  }
  return order;
}

std::uint64_t SortKey::rank(const unsigned char* key, const unsigned char* value) const {
  const unsigned char* const at = field(key, value);
  std::uint64_t rank = 0;
  switch (kind_) {
    case Kind::number:
      rank = exact_ ? read_.read_narrow(at) : static_cast<std::uint64_t>(read_.read_wide(at) >> 64);
      break;
    case Kind::text: rank = first_letters(text_of(at, place_.size)); break;
    case Kind::prefix4:
      rank = std::uint64_t{__builtin_bswap32(load_as<std::uint32_t>(at + kLengthBytes))} << 32 |
             load_as<std::uint32_t>(at);
      break;
    case Kind::prefix6: rank = __builtin_bswap64(load_as<std::uint64_t>(at + kLengthBytes)); break;
  }
  return descending_ ? ~rank : rank;
}

int SortKey::compare(const unsigned char* a, const unsigned char* b) const {
  int less = 0;
  switch (kind_) {
    case Kind::number: less = sign_of(read_.read(a), read_.read(b)); break;
    case Kind::text: less = text_of(a, place_.size).compare(text_of(b, place_.size)); break;
    case Kind::prefix4: break;
    case Kind::prefix6:
      less = std::memcmp(a + kLengthBytes, b + kLengthBytes, place_.size - kLengthBytes);
      if (less == 0) less = sign_of(load_as<std::uint32_t>(a), load_as<std::uint32_t>(b));
      break;
  }
  return descending_ ? -less : less;
}

Ranking::Ranking(const SortKey& order, std::uint64_t most, std::size_t key_size,
                 std::size_t value_size)
    : order_(order),
      most_(most),
      key_size_(key_size),
      value_size_(value_size),
      per_block_(static_cast<std::uint32_t>(std::max<std::size_t>(
          kBlockBytes / std::max<std::size_t>(key_size + value_size, 1), 1))) {}

unsigned char* Ranking::at(std::uint32_t slot) const {
  return blocks_[slot / per_block_].get() + slot % per_block_ * (key_size_ + value_size_);
}

bool Ranking::before(const Rank& a, const Rank& b) const {
  if (a.rank != b.rank) return a.rank < b.rank;
  if (!order_.is_exact()) {
    const auto field = [this](const Rank& rank) {
      return order_.field(at(rank.slot), at(rank.slot) + key_size_);
    };
    if (const int less = order_.compare(field(a), field(b)); less != 0) return less < 0;
  }
  return a.part != b.part ? a.part < b.part : a.index < b.index;
}

std::uint32_t Ranking::new_slot() {
  if (slots_ % per_block_ == 0)
    blocks_.push_back(std::make_unique<unsigned char[]>(per_block_ * (key_size_ + value_size_)));
  return slots_++;
}

void Ranking::offer(Rank rank, const unsigned char* key, const unsigned char* value) {
  const auto in_order = [this](const Rank& a, const Rank& b) { return before(a, b); };
  const bool full = ranks_.size() == most_;
  if (full && rank.rank > ranks_.front().rank) return;
  // One slot more than are kept: a newcomer may need all its bytes to be compared.
  if (full && slots_ == most_) spare_ = new_slot();
  rank.slot = full ? spare_ : new_slot();
  if (key_size_ != 0) std::memcpy(at(rank.slot), key, key_size_);
  std::memcpy(at(rank.slot) + key_size_, value, value_size_);
  if (full) {
    if (!before(rank, ranks_.front())) return;
    std::pop_heap(ranks_.begin(), ranks_.end(), in_order);
    spare_ = ranks_.back().slot;
    ranks_.back() = rank;
  } else {
    ranks_.push_back(rank);
    if (ranks_.size() < most_) return;
    return std::make_heap(ranks_.begin(), ranks_.end(), in_order);
  }
  std::push_heap(ranks_.begin(), ranks_.end(), in_order);
}

void Ranking::add(const Entries& entries, std::uint64_t part) {
  if (most_ == 0) return;
  for (std::uint32_t i = 0; i < entries.count; ++i) {
    const unsigned char* const key = entries.keys == nullptr ? nullptr : entries.key(i);
    const unsigned char* const value = entries.value(i);
    offer({order_.rank(key, value), part, i, 0}, key, value);
  }
}

void Ranking::merge(Ranking other) {
  const auto moved = static_cast<std::uint32_t>(blocks_.size()) * per_block_;
  std::move(other.blocks_.begin(), other.blocks_.end(), std::back_inserter(blocks_));
  for (Rank rank : other.ranks_) {
    rank.slot += moved;
    ranks_.push_back(rank);
  }
}

void Ranking::sort() {
  std::sort(ranks_.begin(), ranks_.end(),
            [this](const Rank& a, const Rank& b) { return before(a, b); });
  if (ranks_.size() > most_) ranks_.resize(most_);
}

Entries Ranking::chunk(std::uint64_t from) {
  const std::uint64_t left = from < ranks_.size() ? ranks_.size() - from : 0;
  const auto count = static_cast<std::uint32_t>(std::min<std::uint64_t>(per_block_, left));
  keys_.resize(count * key_size_);
  values_.resize(count * value_size_);
  for (std::uint32_t i = 0; i < count; ++i) {
    const unsigned char* const entry = at(ranks_[from + i].slot);
    std::copy_n(entry, key_size_, keys_.begin() + std::ptrdiff_t(i * key_size_));
    std::copy_n(entry + key_size_, value_size_, values_.begin() + std::ptrdiff_t(i * value_size_));
  }
  return {.keys = key_size_ == 0 ? nullptr : keys_.data(),
          .values = values_.data(),
          .count = count,
          .key_stride = key_size_,
          .value_stride = value_size_};
}

}  // namespace bpfmaps::layout
