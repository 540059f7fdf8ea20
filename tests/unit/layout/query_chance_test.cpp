// SPDX-License-Identifier: BSD-2-Clause
// Queries by chance, asked of entries by chance, against an evaluator that looks at the C struct
// and knows nothing of layouts.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <memory>
#include <random>
#include <variant>

#include "base/number.h"
#include "layout/query.h"
#include "unit/layout/flow.h"

namespace bpfmaps::layout {
namespace {

using testing::FlowEntry;

__extension__ using Number = __int128;
using Value = std::variant<Number, double, std::string>;
using Truth = std::function<bool(const FlowEntry&)>;

struct Asked {
  std::string text;
  Truth truth;
};

std::string decimal(Number number) {
  return number < 0 ? number_text(static_cast<std::int64_t>(number))
                    : number_text(static_cast<std::uint64_t>(number));
}

class Chance {
 public:
  explicit Chance(unsigned seed) : random_(seed) {}

  FlowEntry entry() {
    FlowEntry made;
    testing::Flow& value = made.value;
    const auto fill = [&](auto& field) {
      field = static_cast<std::decay_t<decltype(field)>>(bits());
    };
    fill(made.key.saddr), fill(made.key.port), fill(made.key.id);
    fill(value.u8), fill(value.s8), fill(value.u16), fill(value.s16), fill(value.u32);
    fill(value.s32), fill(value.u64), fill(value.s64), fill(value.in[1].b), fill(value.many[1]);
    value.low = bits() & 7;
    value.across = bits() & 0x1fff;
    value.sbits = below(3) == 0 ? -16 : below(2) == 0 ? 15 : -1;
    value.yes = below(2) != 0;
    value.f64 = real();
    value.f32 = static_cast<float>(real());
    testing::set_text(value.text, word());
    testing::set_text(value.other, word());
    value.level = static_cast<std::int32_t>(below(4)) - 2;
    return made;
  }

  Asked question(int depth) {
    if (depth == 0 || below(3) == 0) return comparison();
    if (below(4) == 0) {
      const Asked inner = question(depth - 1);
      return {(below(2) == 0 ? "!(" : "not (") + inner.text + ")",
              [inner](const FlowEntry& entry) { return !inner.truth(entry); }};
    }
    const Asked a = question(depth - 1), b = question(depth - 1);
    const bool all = below(2) == 0;
    const char* const sign = all             ? below(2) == 0 ? ") && (" : ") and ("
                             : below(2) == 0 ? ")||("
                                             : ") or (";
    return {"(" + a.text + sign + b.text + ")", [a, b, all](const FlowEntry& entry) {
              return all ? a.truth(entry) && b.truth(entry) : a.truth(entry) || b.truth(entry);
            }};
  }

 private:
  struct Known {
    std::string name;
    std::function<Value(const FlowEntry&)> read;
    Number least = 0, most = 0;
  };

  // Few different numbers, so that fields meet literals, and the ends of every width.
  std::uint64_t bits() {
    static constexpr std::uint64_t kTelling[] = {0,
                                                 1,
                                                 2,
                                                 0x7f,
                                                 0x80,
                                                 0xff,
                                                 0x7fff,
                                                 0x8000,
                                                 0xffff,
                                                 0x7fffffff,
                                                 0x80000000,
                                                 0xffffffff,
                                                 0x7fffffffffffffff,
                                                 0x8000000000000000,
                                                 0xffffffffffffffff};
    return below(4) == 0 ? random_() : kTelling[below(std::size(kTelling))];
  }
  double real() {
    static constexpr double kTelling[] = {0,    -0.0,  1,        -1,        0.5,
                                          1e30, -1e30, INFINITY, -INFINITY, NAN};
    return kTelling[below(std::size(kTelling))];
  }
  std::string word() {
    std::string made;
    for (std::uint32_t left = below(5); left > 0; --left) made += "abz"[below(3)];
    return made;
  }
  std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>(random_() >> 33) % limit;
  }

  template <class Read>
  static Known number(const char* name, Number least, Number most, Read read) {
    return {name, [read](const FlowEntry& entry) -> Value { return Number{read(entry)}; }, least,
            most};
  }

  static std::vector<Known> fields() {
#define FIELD(name, least, most) \
  number(#name, least, most, [](const FlowEntry& entry) { return Number{entry.value.name}; })
    return {FIELD(u8, 0, UINT8_MAX),
            FIELD(s8, INT8_MIN, INT8_MAX),
            FIELD(u16, 0, UINT16_MAX),
            FIELD(s16, INT16_MIN, INT16_MAX),
            FIELD(u32, 0, UINT32_MAX),
            FIELD(s32, INT32_MIN, INT32_MAX),
            FIELD(u64, 0, UINT64_MAX),
            FIELD(s64, INT64_MIN, INT64_MAX),
            FIELD(low, 0, 7),
            FIELD(across, 0, 0x1fff),
            FIELD(sbits, -16, 15),
            FIELD(in[1].b, INT8_MIN, INT8_MAX),
            FIELD(many[1], 0, UINT32_MAX),
            FIELD(level, INT32_MIN, INT32_MAX),
#undef FIELD
            number("port", 0, UINT16_MAX, [](const auto& entry) { return ntohs(entry.key.port); }),
            number("key.id", 0, UINT32_MAX, [](const auto& entry) { return entry.key.id; }),
            {"f64", [](const auto& entry) -> Value { return entry.value.f64; }},
            {"f32", [](const auto& entry) -> Value { return double{entry.value.f32}; }},
            {"text", [](const auto& entry) -> Value { return std::string(entry.value.text); }},
            {"other", [](const auto& entry) -> Value {
               return std::string(entry.value.other, strnlen(entry.value.other, 4));
             }}};
  }

  // A literal that the field can hold, as it is typed and as it is meant.
  std::pair<std::string, Value> literal(const Known& field) {
    static const FlowEntry kNothing;
    const Value like = field.read(kNothing);
    if (std::holds_alternative<std::string>(like)) {
      const std::string made = word().substr(0, 4);
      return {"'" + made + "'", made};
    }
    if (std::holds_alternative<double>(like)) {
      double made = real();
      while (std::isnan(made)) made = real();
      if (field.name == "f32") made = double{static_cast<float>(made)};
      char text[40];
      std::snprintf(text, sizeof text, "%.17g", made);
      return {text, made};
    }
    Number made = 0;
    do {
      made = field.least < 0 ? Number{static_cast<std::int64_t>(bits())} : Number{bits()};
      if (below(2) == 0) made = Number{static_cast<std::int8_t>(made)};
    } while (made < field.least || made > field.most);
    return {decimal(made), made};
  }

  Asked comparison() {
    static const std::vector<Known> kFields = fields();
    const Known& field = kFields[below(static_cast<std::uint32_t>(kFields.size()))];
    const auto read = field.read;
    if (below(5) == 0) {
      const auto [a, first] = literal(field);
      const auto [b, second] = literal(field);
      return {field.name + " in (" + a + ", " + b + ")",
              [read, first = first, second = second](const FlowEntry& entry) {
                return read(entry) == first || read(entry) == second;
              }};
    }
    if (below(5) == 0 && field.least == 0 && field.most > 7 && field.name != "port") {
      const std::uint64_t mask = bits() & static_cast<std::uint64_t>(field.most);
      return {field.name + " & " + number_text(mask), [read, mask](const FlowEntry& entry) {
                return (static_cast<std::uint64_t>(std::get<Number>(read(entry))) & mask) != 0;
              }};
    }
    auto [text, value] = literal(field);
    Truth unused;
    std::function<Value(const FlowEntry&)> right = [value = value](const FlowEntry&) {
      return value;
    };
    const Known& other = kFields[below(static_cast<std::uint32_t>(kFields.size()))];
    static const FlowEntry kNothing;
    if (below(4) == 0 && field.name != "port" && other.name != "port" &&
        other.read(kNothing).index() == read(kNothing).index()) {
      text = other.name;
      right = other.read;
    }
    static constexpr const char* kSigns[] = {"==", "!=", "<", "<=", ">", ">="};
    const std::uint32_t sign = below(6);
    return {field.name + " " + kSigns[sign] + " " + text,
            [read, right, sign](const FlowEntry& entry) {
              const Value a = read(entry), b = right(entry);
              switch (sign) {
                case 0: return a == b;
                case 1: return a != b;
                case 2: return a < b;
                case 3: return a <= b;
                case 4: return a > b;
                default: return a >= b;
              }
            }};
  }

  std::mt19937_64 random_;
};

TEST(QueryChance, says_what_the_struct_says) {
  const testing::FlowTypes types;
  for (unsigned seed = 0; seed < 40; ++seed) {
    Chance chance(seed);
    std::vector<FlowEntry> entries;
    for (int i = 0; i < 50; ++i) entries.push_back(chance.entry());
    for (int i = 0; i < 50; ++i) {
      const Asked asked = chance.question(4);
      const auto query = Query::compile(types.spec(), asked.text);
      ASSERT_TRUE(query) << asked.text << ": " << query.error().message();
      const Matcher matcher(*query);
      for (const FlowEntry& entry : entries) {
        const auto* key = reinterpret_cast<const unsigned char*>(&entry.key);
        const auto* value = reinterpret_cast<const unsigned char*>(&entry.value);
        ASSERT_EQ(matcher.fits(key, value), asked.truth(entry)) << asked.text << ", seed " << seed;
      }
    }
  }
}

}  // namespace
}  // namespace bpfmaps::layout
