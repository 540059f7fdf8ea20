// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/btf_oracle.h"

#include <linux/btf.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace bpfmaps::test {
namespace {

__extension__ using Wide = unsigned __int128;

Wide number_at(const unsigned char* bytes, std::size_t at, std::size_t count) {
  Wide number = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Wide bit = (bytes[(at + i) / 8] >> ((at + i) % 8)) & 1;
    number |= bit << i;
  }
  return number;
}

std::int64_t with_sign(Wide number, std::size_t count) {
  const bool negative = ((number >> (count - 1)) & 1) != 0;
  return static_cast<std::int64_t>(negative ? number | (~Wide{0} << count) : number);
}

std::string hex(Wide number) {
  std::string digits;
  for (; number != 0; number >>= 4)
    digits.insert(digits.begin(), "0123456789abcdef"[static_cast<unsigned>(number & 15)]);
  return "0x" + (digits.empty() ? "0" : digits);
}

// Up to the first NUL. A byte of all ones is in no UTF-8; others above ASCII are not met.
std::string readable(const char* begin, std::size_t most) {
  std::string text;
  for (const char* at = begin; at != begin + most && *at != '\0'; ++at)
    if (static_cast<unsigned char>(*at) == 0xff)
      text += "\xef\xbf\xbd";  // U+FFFD
    else
      text += *at;
  return text;
}

// By its shortest text: 0.1, not what a float of that text is as a double.
template <class Number>
nlohmann::ordered_json floating(const unsigned char* bytes) {
  Number number;
  std::memcpy(&number, bytes, sizeof number);
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  char digits[64] = {};
  std::to_chars(digits, std::end(digits), number);
  return std::strtod(digits, nullptr);
}

}  // namespace

std::uint32_t BtfOracle::word(std::size_t at) const {
  std::uint32_t value;
  if (at + sizeof value > raw_.size()) throw std::runtime_error("BTF ends too early");
  std::memcpy(&value, raw_.data() + at, sizeof value);
  return value;
}

std::string BtfOracle::text(std::uint32_t offset) const { return raw_.c_str() + strings_ + offset; }

BtfOracle::BtfOracle(std::string raw) : raw_(std::move(raw)) {
  const std::uint32_t head = word(4), types = head + word(8), end = types + word(12);
  strings_ = head + word(16);
  types_.push_back({"void", BTF_KIND_UNKN, 0, 0, false, 0});
  for (std::size_t at = types; at < end;) {
    const std::uint32_t info = word(at + 4);
    const Type type{text(word(at)), (info >> 24) & 0x1f, info & 0xffff,
                    word(at + 8),   (info >> 31) != 0,   at + 12};
    std::size_t more = 0;
    switch (type.kind) {
      case BTF_KIND_INT:
      case BTF_KIND_VAR:
      case BTF_KIND_DECL_TAG: more = 4; break;
      case BTF_KIND_ARRAY: more = 12; break;
      case BTF_KIND_STRUCT:
      case BTF_KIND_UNION:
      case BTF_KIND_DATASEC:
      case BTF_KIND_ENUM64: more = 12 * std::size_t{type.count}; break;
      case BTF_KIND_ENUM:
      case BTF_KIND_FUNC_PROTO: more = 8 * std::size_t{type.count}; break;
      default: break;
    }
    at = type.more + more;
    kinds_.insert(type.kind);
    types_.push_back(type);
  }
}

// The type behind names and qualifiers.
std::uint32_t BtfOracle::bare(std::uint32_t id) {
  for (;; id = types_.at(id).size_or_type) {
    const std::uint32_t kind = types_.at(id).kind;
    met_.insert(kind);
    if (kind != BTF_KIND_TYPEDEF && kind != BTF_KIND_VOLATILE && kind != BTF_KIND_CONST &&
        kind != BTF_KIND_RESTRICT && kind != BTF_KIND_TYPE_TAG && kind != BTF_KIND_VAR)
      return id;
  }
}

std::size_t BtfOracle::size_of(std::uint32_t id) const {
  const Type& type = types_.at(id);
  switch (type.kind) {
    case BTF_KIND_PTR: return 8;
    case BTF_KIND_ARRAY: return word(type.more + 8) * size_of(word(type.more));
    case BTF_KIND_TYPEDEF:
    case BTF_KIND_VOLATILE:
    case BTF_KIND_CONST:
    case BTF_KIND_RESTRICT:
    case BTF_KIND_TYPE_TAG:
    case BTF_KIND_VAR: return size_of(type.size_or_type);
    default: return type.size_or_type;
  }
}

BtfOracle::Json BtfOracle::decode(std::uint32_t type, const unsigned char* bytes) {
  return value(type, {.bytes = bytes});
}

BtfOracle::Json BtfOracle::value(std::uint32_t id, Bits bits) {
  const Type& type = types_.at(bare(id));
  const unsigned char* const start = bits.bytes + bits.at / 8;
  switch (type.kind) {
    case BTF_KIND_INT: return integer(type, bits);
    case BTF_KIND_ENUM:
    case BTF_KIND_ENUM64: return enumeration(type, bits);
    case BTF_KIND_FLOAT:
      return type.size_or_type == 4 ? floating<float>(start) : floating<double>(start);
    case BTF_KIND_PTR:
      bare(type.size_or_type);  // only met: nobody can follow it
      return hex(number_at(bits.bytes, bits.at, 64));
    case BTF_KIND_ARRAY: return array(type, bits);
    case BTF_KIND_DATASEC: return variables(type, bits);
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION: {
      Json record = Json::object();
      members(type, bits, record);
      return record;
    }
    default: throw std::runtime_error("no value has kind " + std::to_string(type.kind));
  }
}

BtfOracle::Json BtfOracle::integer(const Type& type, Bits bits) {
  const std::uint32_t encoding = (word(type.more) >> 24) & 0xf;
  const std::size_t count = bits.count != 0 ? bits.count : word(type.more) & 0xff;
  const Wide number = number_at(bits.bytes, bits.at, count);
  if ((encoding & BTF_INT_BOOL) != 0) return number != 0;
  if (type.size_or_type == 16) return hex(number);
  if ((encoding & BTF_INT_SIGNED) != 0) return with_sign(number, count);
  return static_cast<std::uint64_t>(number);
}

// The flag says so, or where no enum has it (clang before 15) a name whose top bit is set.
bool BtfOracle::has_sign(const Type& type) const {
  if (type.flag || type.kind == BTF_KIND_ENUM64) return type.flag;
  for (const Type& one : types_)
    if (one.kind == BTF_KIND_ENUM64 || (one.kind == BTF_KIND_ENUM && one.flag)) return false;
  const std::int64_t least = -(std::int64_t{1} << (type.size_or_type * 8 - 1));
  bool negative = false, fits = true;
  for (std::size_t i = 0; i < type.count; ++i) {
    const auto named = static_cast<std::int32_t>(word(type.more + i * 8 + 4));
    negative = negative || named < 0;
    fits = fits && named >= least && named < -least;
  }
  return negative && fits;
}

BtfOracle::Json BtfOracle::enumeration(const Type& type, Bits bits) {
  const bool wide = type.kind == BTF_KIND_ENUM64, sign = has_sign(type);
  const std::size_t count = bits.count != 0 ? bits.count : type.size_or_type * 8;
  const Wide number = number_at(bits.bytes, bits.at, count);
  const auto is = static_cast<std::uint64_t>(sign ? with_sign(number, count)
                                                  : static_cast<std::int64_t>(number));
  for (std::size_t i = 0; i < type.count; ++i) {
    const std::size_t at = type.more + i * (wide ? 12 : 8);
    const std::uint32_t low = word(at + 4);
    const std::uint64_t named = wide   ? std::uint64_t{word(at + 8)} << 32 | low
                                : sign ? static_cast<std::uint64_t>(static_cast<std::int32_t>(low))
                                       : low;
    if (named == is) return text(word(at));
  }
  return sign ? std::to_string(static_cast<std::int64_t>(is)) : std::to_string(is);
}

BtfOracle::Json BtfOracle::array(const Type& type, Bits bits) {
  const std::uint32_t element = word(type.more), count = word(type.more + 8);
  const Type& of = types_.at(bare(element));
  if (of.kind == BTF_KIND_INT && of.name == "char")
    return readable(reinterpret_cast<const char*>(bits.bytes + bits.at / 8), count);
  Json all = Json::array();
  for (std::uint32_t i = 0; i < count; ++i)
    all.push_back(value(element, {bits.bytes, bits.at + i * size_of(element) * 8}));
  return all;
}

void BtfOracle::members(const Type& type, Bits bits, Json& into) {
  for (std::size_t i = 0; i < type.count; ++i) {
    const std::size_t at = type.more + i * 12;
    const std::string name = text(word(at));
    const std::uint32_t member = word(at + 4), place = word(at + 8);
    // A struct with bitfields says their width in the upper byte of each offset.
    const Bits inside{bits.bytes, bits.at + (type.flag ? place & 0xffffff : place),
                      type.flag ? place >> 24 : 0};
    if (name.empty())
      members(types_.at(bare(member)), inside, into);
    else
      into[name] = value(member, inside);
  }
}

BtfOracle::Json BtfOracle::variables(const Type& type, Bits bits) {
  Json record = Json::object();
  for (std::size_t i = 0; i < type.count; ++i) {
    const std::size_t at = type.more + i * 12;
    const std::uint32_t variable = word(at);
    record[types_.at(variable).name] =
        value(variable, {bits.bytes, bits.at + word(at + 4) * std::size_t{8}});
  }
  return record;
}

}  // namespace bpfmaps::test
