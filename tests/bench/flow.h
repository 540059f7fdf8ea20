// SPDX-License-Identifier: BSD-2-Clause
// The entry that speed is measured with: a 16-byte key and a 48-byte value with numbers, an enum
// and a char[16]; as C++ structs and as BTF.
#pragma once

#include <bpf/btf.h>

#include <cstdint>
#include <cstdio>

namespace bpfmaps::bench {

struct FlowKey {
  std::uint32_t source, target;
  std::uint16_t source_port, target_port;
  std::uint8_t protocol;
  std::uint8_t pad[3];
};

struct FlowValue {
  std::uint64_t packets, bytes;
  std::uint32_t state, flags;
  std::uint64_t last_seen;
  char comm[16];
};

static_assert(sizeof(FlowKey) == 16 && sizeof(FlowValue) == 48);

inline FlowKey flow_key(std::uint32_t i) {
  return {.source = i * 2654435761u,
          .target = 0x0100000a + i,
          .source_port = static_cast<std::uint16_t>(i),
          .target_port = 443,
          .protocol = 6,
          .pad = {}};
}

inline FlowValue flow_value(std::uint32_t i) {
  FlowValue value{.packets = i * 7ull,
                  .bytes = i * 1500ull,
                  .state = i % 3,
                  .flags = i & 15,
                  .last_seen = 1'700'000'000'000ull + i,
                  .comm = {}};
  std::snprintf(value.comm, sizeof value.comm, "proc-%u", i % 1000);
  return value;
}

/// Adds the two structs to `types`; their ids.
struct FlowTypes {
  std::uint32_t key, value;
};

inline FlowTypes add_flow_types(btf* types) {
  const int u8 = btf__add_int(types, "__u8", 1, 0), u16 = btf__add_int(types, "__u16", 2, 0);
  const int u32 = btf__add_int(types, "__u32", 4, 0), u64 = btf__add_int(types, "__u64", 8, 0);
  const int letter = btf__add_int(types, "char", 1, BTF_INT_SIGNED);
  const int pad = btf__add_array(types, u32, u8, 3), comm = btf__add_array(types, u32, letter, 16);
  const int state = btf__add_enum(types, "flow_state", 4);
  btf__add_enum_value(types, "NEW", 0);
  btf__add_enum_value(types, "ESTABLISHED", 1);
  btf__add_enum_value(types, "CLOSED", 2);

  const int key = btf__add_struct(types, "flow_key", sizeof(FlowKey));
  btf__add_field(types, "source", u32, 0, 0);
  btf__add_field(types, "target", u32, 32, 0);
  btf__add_field(types, "source_port", u16, 64, 0);
  btf__add_field(types, "target_port", u16, 80, 0);
  btf__add_field(types, "protocol", u8, 96, 0);
  btf__add_field(types, "pad", pad, 104, 0);

  const int value = btf__add_struct(types, "flow_value", sizeof(FlowValue));
  btf__add_field(types, "packets", u64, 0, 0);
  btf__add_field(types, "bytes", u64, 64, 0);
  btf__add_field(types, "state", state, 128, 0);
  btf__add_field(types, "flags", u32, 160, 0);
  btf__add_field(types, "last_seen", u64, 192, 0);
  btf__add_field(types, "comm", comm, 256, 0);
  return {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(value)};
}

}  // namespace bpfmaps::bench
