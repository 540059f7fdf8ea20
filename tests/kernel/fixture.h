// SPDX-License-Identifier: BSD-2-Clause
// Fixture: one of the objects in tests/kernel/fixtures, loaded; and typed access to map entries.
#pragma once

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/must.h"

namespace bpfmaps::test {

/// Maps and programs of fixtures/NAME.bpf.c, in the kernel for as long as it lives or is pinned.
class Fixture {
 public:
  /// `prepare` may change sizes and the like before it is loaded.
  explicit Fixture(
      const std::string& name,
      const std::function<void(bpf_object*)>& prepare = [](bpf_object*) {});

  /// The descriptor of a map; stays the fixture's.
  int map(const std::string& name) const;
  int prog(const std::string& name) const;
  /// Pins every map as DIRECTORY/NAME, dots in the name as underscores.
  void pin_maps(const std::string& directory) const;
  /// Attaches a program for as long as the fixture lives.
  void attach_xdp(const std::string& program, const std::string& interface) const;
  /// Registers the struct_ops map `name` with the kernel for as long as the fixture lives.
  void attach_callbacks(const std::string& name) const;

 private:
  struct Close {
    void operator()(bpf_object* object) const { bpf_object__close(object); }
  };
  std::unique_ptr<bpf_object, Close> object_;
  struct Destroy {
    void operator()(bpf_link* link) const { bpf_link__destroy(link); }
  };
  mutable std::vector<std::unique_ptr<bpf_link, Destroy>> links_;
};

/// Pins any descriptor.
void pin_fd(int fd, const std::string& path);

/// The id the kernel gave a map.
std::uint32_t map_id(int fd);

template <class Key, class Value>
void put(int map, const Key& key, const Value& value) {
  must(bpf_map_update_elem(map, &key, &value, BPF_ANY), "update");
}

template <class Value, class Key>
Value get(int map, const Key& key) {
  Value value{};
  must(bpf_map_lookup_elem(map, &key, &value), "look up");
  return value;
}

/// Writes a per-CPU entry: values[i] for the i-th possible CPU, zero where there are fewer.
template <class Key, class Value>
void put_per_cpu(int map, const Key& key, const std::vector<Value>& values) {
  constexpr std::size_t kSlot = (sizeof(Value) + 7) / 8 * 8;
  std::vector<char> slots(kSlot * static_cast<std::size_t>(libbpf_num_possible_cpus()));
  for (std::size_t i = 0; i < values.size() && i * kSlot < slots.size(); ++i)
    std::memcpy(slots.data() + i * kSlot, &values[i], sizeof(Value));
  must(bpf_map_update_elem(map, &key, slots.data(), BPF_ANY), "update");
}

}  // namespace bpfmaps::test
