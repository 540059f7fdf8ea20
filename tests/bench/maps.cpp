// SPDX-License-Identifier: BSD-2-Clause
#include "bench/maps.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <vector>

#include "base/fd.h"
#include "base/text.h"
#include "kernel/fixture.h"
#include "support/must.h"

namespace bpfmaps::bench {
namespace {

using test::must;

constexpr std::uint32_t kBatch = 1024;

struct Key {
  std::uint32_t source, destination;
  std::uint16_t source_port, destination_port;
  std::uint32_t protocol;
};

struct Flow {
  std::uint64_t packets, bytes, last_seen;
  std::uint32_t mark, state;
  char name[16];
};

// Numbers of every length, as counters have them; names of a handful of programs.
Flow flow_of(std::uint32_t i) {
  constexpr const char* kNames[] = {"nginx", "postgres", "sshd", "curl", "systemd-resolve"};
  Flow flow{.packets = i * 7919ULL % (10ULL << i % 20),
            .bytes = i * 104729ULL,
            .last_seen = 1'700'000'000'000'000'000ULL + i,
            .mark = i % 64,
            .state = i % 4,
            .name = {}};
  std::snprintf(flow.name, sizeof flow.name, "%s", kNames[i % 5]);
  return flow;
}

Key key_of(std::uint32_t i) {
  return {0x0a000000 + i, 0xc0000200 + i % 256, static_cast<std::uint16_t>(i), 443, 6};
}

template <class EntryKey>
void fill(int map, std::uint32_t entries, std::uint32_t slots, EntryKey (*key)(std::uint32_t)) {
  for (std::uint32_t done = 0; done < entries;) {
    std::uint32_t count = std::min(kBatch, entries - done);
    std::vector<EntryKey> keys;
    std::vector<Flow> values;
    for (std::uint32_t i = done; i < done + count; ++i) {
      keys.push_back(key(i));
      values.insert(values.end(), slots, flow_of(i));
    }
    must(bpf_map_update_batch(map, keys.data(), values.data(), &count, nullptr), "fill");
    done += count;
  }
}

std::uint32_t itself(std::uint32_t i) { return i; }

}  // namespace

void make_maps(const std::string& folder, std::uint32_t entries) {
  const std::uint32_t fifth = entries / 5;
  const test::Fixture maps("bench", [&](bpf_object* object) {
    bpf_map* map = nullptr;
    bpf_object__for_each_map(map, object) bpf_map__set_max_entries(map, entries);
  });
  must(mkdir(folder.c_str(), 0700), "mkdir " + folder);
  maps.pin_maps(folder);
  fill(maps.map("flows"), entries, 1, key_of);
  fill(maps.map("flows_percpu"), fifth, static_cast<std::uint32_t>(libbpf_num_possible_cpus()),
       key_of);
  fill(maps.map("slots"), entries, 1, itself);
  fill(maps.map("slots_mmapable"), entries, 1, itself);
}

void make_pins(const std::string& folder, std::uint32_t count) {
  must(mkdir(folder.c_str(), 0700), "mkdir " + folder);
  for (std::uint32_t i = 0; i < count; ++i) {
    const Fd map(
        must(bpf_map_create(BPF_MAP_TYPE_ARRAY, "pinned", 4, 8, 1, nullptr), "make a map"));
    test::pin_fd(map.get(), folder + "/" + std::to_string(i));
  }
}

void make_batch(const std::string& pin, const std::string& path, std::uint32_t count) {
  const Fd map(must(bpf_obj_get(pin.c_str()), "open " + pin));
  bpf_map_info info{};
  std::uint32_t size = sizeof info;
  must(bpf_obj_get_info_by_fd(map.get(), &info, &size), "read info");
  std::string value;
  for (std::uint32_t i = 0; i < info.value_size; ++i) value += " 01";
  std::vector<unsigned char> key(info.key_size), next(info.key_size);
  std::ofstream file(path);
  for (std::uint32_t i = 0; i < count; ++i) {
    must(bpf_map_get_next_key(map.get(), i == 0 ? nullptr : key.data(), next.data()), "next key");
    key = next;
    std::string hex;
    append_hex(hex, key.data(), key.size());
    file << "map update pinned " << pin << " key hex " << hex << " value hex" << value << "\n";
  }
}

std::uint32_t bare_read(const std::string& pin) {
  const Fd map(must(bpf_obj_get(pin.c_str()), "open " + pin));
  bpf_map_info info{};
  std::uint32_t size = sizeof info;
  must(bpf_obj_get_info_by_fd(map.get(), &info, &size), "read info");
  const bool per_cpu = info.type == BPF_MAP_TYPE_PERCPU_HASH;
  const std::size_t slots = per_cpu ? static_cast<std::size_t>(libbpf_num_possible_cpus()) : 1;
  std::vector<char> keys(kBatch * info.key_size);
  std::vector<char> values(kBatch * ((info.value_size + 7U) / 8 * 8) * slots);
  std::vector<char> cursor(std::max(info.key_size, 4U));
  std::uint32_t total = 0;
  for (bool first = true, more = true; more; first = false) {
    std::uint32_t count = kBatch;
    more = bpf_map_lookup_batch(map.get(), first ? nullptr : cursor.data(), cursor.data(),
                                keys.data(), values.data(), &count, nullptr) == 0;
    must(more || errno == ENOENT, "read a batch of " + pin);
    total += count;
  }
  return total;
}

}  // namespace bpfmaps::bench
