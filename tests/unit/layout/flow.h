// SPDX-License-Identifier: BSD-2-Clause
// Flow: an entry with a field of every shape, as a C struct and as BTF, for tests that ask for,
// order and pick fields.
#pragma once

#include <arpa/inet.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

#include "base/entries.h"
#include "layout/ordinal.h"
#include "layout/rows.h"
#include "unit/layout/types.h"

namespace bpfmaps::layout::testing {

enum State : std::uint32_t { STATE_NEW, STATE_OPEN, STATE_LAST = 0xfffffffe };
enum Level : std::int32_t { LEVEL_LOW = -1, LEVEL_NONE, LEVEL_HIGH };

struct FlowKey {
  std::uint32_t saddr, daddr;  // network order
  unsigned char v6[16];
  std::uint16_t port;  // network order
  unsigned char mac[6];
  std::uint32_t id;
  std::uint32_t padding;
};

struct FlowPart {
  std::uint8_t a;
  std::int8_t b;
  std::uint16_t c;
};

struct Flow {
  std::uint8_t u8;
  std::int8_t s8;
  std::uint16_t u16;
  std::int16_t s16;
  std::uint32_t low : 3, across : 13;
  std::int32_t sbits : 5, : 11;
  std::uint32_t u32;
  std::int32_t s32;
  std::uint64_t u64;
  std::int64_t s64;
  bool yes;
  char text[11];
  float f32;
  double f64;
  std::uint64_t pointer;
  __extension__ unsigned __int128 wide;
  __extension__ __int128 swide;
  std::uint32_t state;
  std::int32_t level;
  char other[4];
  FlowPart in[3];
  std::uint32_t many[2];
  std::uint32_t id;
};

struct FlowEntry {
  FlowKey key{};
  Flow value{};
};

/// The BTF and the layouts of FlowKey and Flow.
class FlowTypes {
 public:
  const Layout& key() const { return key_; }
  const Layout& value() const { return value_; }
  RowSpec spec() const { return {.key = &key_, .value = &value_}; }

 private:
  template <class Pointer>
  static std::uint32_t bit(Pointer offset) {
    return static_cast<std::uint32_t>(offset) * 8;
  }
  int make_key();
  int make_value();

  Types types_;
  Layout key_ = types_.layout(make_key());
  Layout value_ = types_.layout(make_value());
};

inline int FlowTypes::make_key() {
  const int u8 = types_.integer("__u8", 1), u16 = types_.integer("__u16", 2);
  const int u32 = types_.integer("__u32", 4);
  const int be32 = types_.type_name("__be32", u32);
  return types_.structure(
      "flow_key", sizeof(FlowKey),
      {{"saddr", be32, bit(offsetof(FlowKey, saddr))},
       {"daddr", be32, bit(offsetof(FlowKey, daddr))},
       {"v6", types_.structure("in6_addr", 16, {{"bytes", types_.array(u8, 16)}}),
        bit(offsetof(FlowKey, v6))},
       {"port", types_.type_name("__be16", u16), bit(offsetof(FlowKey, port))},
       {"mac", types_.array(u8, 6), bit(offsetof(FlowKey, mac))},
       {"id", u32, bit(offsetof(FlowKey, id))}});
}

inline int FlowTypes::make_value() {
  const int u8 = types_.integer("__u8", 1), s8 = types_.signed_integer("__s8", 1);
  const int u16 = types_.integer("__u16", 2), s16 = types_.signed_integer("__s16", 2);
  const int u32 = types_.integer("__u32", 4), s32 = types_.signed_integer("__s32", 4);
  const int u64 = types_.integer("__u64", 8), s64 = types_.signed_integer("__s64", 8);
  const int letter = types_.signed_integer("char", 1);
  const int part = types_.structure(
      "part", sizeof(FlowPart), {{"a", u8}, {"b", s8, 8}, {"c", u16, bit(offsetof(FlowPart, c))}});
  const std::uint32_t bits = bit(offsetof(Flow, s16) + sizeof(Flow::s16));
  return types_.structure(
      "flow", sizeof(Flow),
      {{"u8", u8, bit(offsetof(Flow, u8))},
       {"s8", s8, bit(offsetof(Flow, s8))},
       {"u16", u16, bit(offsetof(Flow, u16))},
       {"s16", s16, bit(offsetof(Flow, s16))},
       {"low", u32, bits, 3},
       {"across", u32, bits + 3, 13},
       {"sbits", s32, bits + 16, 5},
       {"u32", u32, bit(offsetof(Flow, u32))},
       {"s32", s32, bit(offsetof(Flow, s32))},
       {"u64", u64, bit(offsetof(Flow, u64))},
       {"s64", s64, bit(offsetof(Flow, s64))},
       {"yes", types_.integer("_Bool", 1, BTF_INT_BOOL), bit(offsetof(Flow, yes))},
       {"text", types_.array(letter, sizeof(Flow::text)), bit(offsetof(Flow, text))},
       {"f32", types_.floating("float", 4), bit(offsetof(Flow, f32))},
       {"f64", types_.floating("double", 8), bit(offsetof(Flow, f64))},
       {"pointer", types_.pointer(0), bit(offsetof(Flow, pointer))},
       {"wide", types_.integer("unsigned __int128", 16), bit(offsetof(Flow, wide))},
       {"swide", types_.signed_integer("__int128", 16), bit(offsetof(Flow, swide))},
       {"state",
        types_.enumeration("state", 4,
                           {{"STATE_NEW", 0}, {"STATE_OPEN", 1}, {"STATE_LAST", STATE_LAST}}),
        bit(offsetof(Flow, state))},
       {"level",
        types_.enumeration("level", 4, {{"LEVEL_LOW", -1}, {"LEVEL_NONE", 0}, {"LEVEL_HIGH", 1}}),
        bit(offsetof(Flow, level))},
       {"other", types_.array(letter, sizeof(Flow::other)), bit(offsetof(Flow, other))},
       {"in", types_.array(part, 3), bit(offsetof(Flow, in))},
       {"many", types_.array(u32, 2), bit(offsetof(Flow, many))},
       {"id", u32, bit(offsetof(Flow, id))}});
}

template <std::size_t Size>
void set_text(char (&to)[Size], std::string_view text) {
  std::memset(to, 0, Size);
  std::memcpy(to, text.data(), std::min(Size, text.size()));
}

/// An entry with a value in every field that no other field has.
inline FlowEntry telling_entry() {
  FlowEntry entry;
  entry.key.saddr = inet_addr("10.1.2.3");
  entry.key.daddr = inet_addr("10.1.2.4");
  inet_pton(AF_INET6, "2001:db8::1", entry.key.v6);
  entry.key.port = htons(443);
  std::memcpy(entry.key.mac, "\x02\x00\x00\x00\x00\x01", 6);
  entry.key.id = 7;
  Flow& value = entry.value;
  value.u8 = 200;
  value.s8 = -100;
  value.u16 = 60000;
  value.s16 = -30000;
  value.low = 5;
  value.across = 0x1234;
  value.sbits = -3;
  value.u32 = 4000000000;
  value.s32 = -2000000000;
  value.u64 = UINT64_MAX;
  value.s64 = INT64_MIN;
  value.yes = true;
  set_text(value.text, "web server");
  value.f32 = 0.1f;
  value.f64 = -1.5;
  value.pointer = 0xffff888100000000;
  value.wide = static_cast<Wide>(1) << 100;
  value.swide = -5;
  value.state = STATE_OPEN;
  value.level = LEVEL_LOW;
  set_text(value.other, "full");  // no NUL behind it
  value.in[1] = {1, -1, 513};
  value.many[1] = 9;
  value.id = 8;
  return entry;
}

/// Entries that lie as a reader hands them out.
class FlowChunk {
 public:
  explicit FlowChunk(const std::vector<FlowEntry>& entries) {
    for (const FlowEntry& entry : entries) {
      keys_.push_back(entry.key);
      values_.push_back(entry.value);
    }
  }
  Entries entries() const {
    return {.keys = reinterpret_cast<const unsigned char*>(keys_.data()),
            .values = reinterpret_cast<const unsigned char*>(values_.data()),
            .count = static_cast<std::uint32_t>(keys_.size()),
            .key_stride = sizeof(FlowKey),
            .value_stride = sizeof(Flow)};
  }

 private:
  std::vector<FlowKey> keys_;
  std::vector<Flow> values_;
};

}  // namespace bpfmaps::layout::testing
