// SPDX-License-Identifier: BSD-2-Clause
// The members of fixtures/crowd.bpf.c: what is in the entry of an id follows from the id.
#pragma once

#include <cstdint>
#include <string>

#include "kernel/fixture.h"

namespace bpfmaps::test {

struct Member {
  std::uint64_t points;
  std::int32_t balance;
  std::uint16_t group;
  char name[10];
};

inline Member member(std::uint32_t id) {
  Member made{.points = id * 2654435761ULL % 1000003,
              .balance = static_cast<std::int32_t>(id * 40503U % 2001) - 1000,
              .group = static_cast<std::uint16_t>(id % 97),
              .name = {}};
  ("m" + std::to_string(id % 1000)).copy(made.name, sizeof made.name);
  return made;
}

/// Puts the members with ids below `count` into `map`.
inline void put_members(int map, std::uint32_t count) {
  for (std::uint32_t id = 0; id < count; ++id) put(map, id, member(id));
}

}  // namespace bpfmaps::test
