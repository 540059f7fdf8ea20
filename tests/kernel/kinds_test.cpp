// SPDX-License-Identifier: BSD-2-Clause
// Values of every kind of type that BTF has, filled by chance: what dump prints is what a reader
// that was written apart from it makes of the same bits.
#include <gmock/gmock.h>
#include <linux/btf.h>

#include <random>

#include "kernel/btf.h"
#include "kernel/btf_oracle.h"
#include "kernel/fixture.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"

namespace bpfmaps::test {
namespace {

using Json = BtfOracle::Json;
using Bytes = std::vector<unsigned char>;

bpf_map_info info_of(int map) {
  bpf_map_info info{};
  std::uint32_t size = sizeof info;
  must(bpf_obj_get_info_by_fd(map, &info, &size), "read map info");
  return info;
}

BtfOracle oracle_of(int map) {
  const Fd types(must(bpf_btf_get_fd_by_id(info_of(map).btf_id), "open BTF"));
  std::string raw(1 << 20, '\0');
  bpf_btf_info info{};
  info.btf = reinterpret_cast<std::uintptr_t>(raw.data());
  info.btf_size = static_cast<std::uint32_t>(raw.size());
  std::uint32_t size = sizeof info;
  must(bpf_obj_get_info_by_fd(types.get(), &info, &size), "read BTF");
  raw.resize(info.btf_size);
  return BtfOracle(raw);
}

class KindsTest : public KernelTest {
 protected:
  /// Bytes that the oracle can read as text, too. Of every three, one is of few bits: small
  /// numbers, names of enums and zeros, which chance alone never makes.
  Bytes chance(std::size_t size) {
    Bytes bytes(size);
    const bool sparse = random_() % 3 == 0;
    for (auto& byte : bytes) {
      byte = static_cast<unsigned char>(random_() & 0x7f);
      if (sparse)
        byte &= static_cast<unsigned char>(random_() & random_() & random_());
      else if (random_() % 4 == 0)
        byte = 0xff;
    }
    return bytes;
  }

  std::mt19937 random_{1};
};

/// Compares the dump of `map`, pinned at `path`, with what `oracle` says of its bytes.
void expect_decoded(int map, const std::string& path, BtfOracle& oracle) {
  const bpf_map_info info = info_of(map);
  const auto cpus = static_cast<std::size_t>(libbpf_num_possible_cpus());
  const std::size_t slot = (info.value_size + 7) / 8 * 8;
  const Json dump = Json::parse(done("map dump " + path + " --json"));
  Bytes key(info.key_size), next(info.key_size), value(slot * cpus);
  std::size_t entries = 0;
  for (int end = bpf_map_get_next_key(map, nullptr, next.data()); end == 0;
       end = bpf_map_get_next_key(map, key.data(), next.data())) {
    key = next;
    must(bpf_map_lookup_elem(map, key.data(), value.data()), "look up");
    Json entry;
    std::uint32_t index = 0;
    std::memcpy(&index, key.data(), sizeof index);
    entry["key"] =
        info.btf_key_type_id == 0 ? Json(index) : oracle.decode(info.btf_key_type_id, key.data());
    if (info.type == BPF_MAP_TYPE_PERCPU_HASH) {
      for (std::size_t cpu = 0; cpu < cpus; ++cpu)
        entry["values"].push_back(
            {{"cpu", cpu},
             {"value", oracle.decode(info.btf_value_type_id, value.data() + cpu * slot)}});
    } else {
      entry["value"] = oracle.decode(info.btf_value_type_id, value.data());
    }
    ++entries;
    ASSERT_EQ(std::ranges::count(dump, entry), 1) << entry.dump(1) << "\nin\n" << dump[0].dump(1);
  }
  EXPECT_EQ(dump.size(), entries);
  EXPECT_GT(entries, 0u);
}

TEST_F(KindsTest, are_decoded_bit_for_bit) {
  const Fixture kinds("kinds");
  kinds.pin_maps(kBpffs);
  for (std::uint32_t i = 0; i < 200; ++i)
    must(bpf_map_update_elem(kinds.map("every_kind"), &i,
                             chance(info_of(kinds.map("every_kind")).value_size).data(), BPF_ANY),
         "update");
  for (int i = 0; i < 40; ++i)
    must(bpf_map_update_elem(kinds.map("each_cpu"), chance(4).data(), chance(1 << 16).data(),
                             BPF_ANY),
         "update");
  BtfOracle oracle = oracle_of(kinds.map("every_kind"));
  expect_decoded(kinds.map("every_kind"), pin("every_kind"), oracle);
  expect_decoded(kinds.map("each_cpu"), pin("each_cpu"), oracle);
  const int data = kinds.map("kinds.data");
  for (int i = 0; i < 20; ++i) {
    const std::uint32_t zero = 0;
    must(bpf_map_update_elem(data, &zero, chance(info_of(data).value_size).data(), BPF_ANY),
         "update");
    expect_decoded(data, pin("kinds_data"), oracle);
  }
  // What is there: all kinds but the one that clang 14 does not write.
  for (std::uint32_t kind = BTF_KIND_INT; kind < BTF_KIND_ENUM64; ++kind)
    EXPECT_TRUE(oracle.kinds().contains(kind)) << "kind " << kind;
  // What was met: all that can be in a value.
  for (std::uint32_t kind = BTF_KIND_INT; kind < BTF_KIND_ENUM64; ++kind)
    EXPECT_TRUE(oracle.met().contains(kind) || kind == BTF_KIND_FUNC || kind == BTF_KIND_DECL_TAG)
        << "kind " << kind;
}

TEST_F(KindsTest, enums_of_64_bits_too) {
  const kernel::Btf types(btf__new_empty());
  btf* const to = types.get();
  const int key = btf__add_int(to, "u32", 4, 0);
  const int huge = btf__add_enum64(to, "huge", 8, false);
  btf__add_enum64_value(to, "SOME", 5);
  btf__add_enum64_value(to, "MOST", UINT64_MAX);
  const int below = btf__add_enum64(to, "below", 8, true);
  btf__add_enum64_value(to, "LEAST", static_cast<std::uint64_t>(INT64_MIN));
  btf__add_enum64_value(to, "MINUS", static_cast<std::uint64_t>(-1));
  const int value = btf__add_struct(to, "value", 24);
  btf__add_field(to, "huge", huge, 0, 0);
  btf__add_field(to, "below", below, 64, 0);
  btf__add_field(to, "some", huge, 128, 31);
  btf__add_field(to, "few", below, 159, 24);
  const Status loaded = kernel::load_types(to);
  ASSERT_TRUE(loaded) << loaded.error().message();
  struct bpf_map_create_opts options {};
  options.sz = sizeof options;
  options.btf_fd = static_cast<__u32>(btf__fd(to));
  options.btf_key_type_id = static_cast<__u32>(key);
  options.btf_value_type_id = static_cast<__u32>(value);
  const Fd map(must(bpf_map_create(BPF_MAP_TYPE_HASH, "enums", 4, 24, 64, &options), "make a map"));
  pin_fd(map.get(), pin("enums"));
  const std::uint64_t values[][3] = {{5, static_cast<std::uint64_t>(INT64_MIN), 5},
                                     {UINT64_MAX, UINT64_MAX, UINT64_MAX},
                                     {UINT64_MAX - 1, 5, 1}};
  for (std::uint32_t i = 0; i < std::size(values); ++i) put(map.get(), i, values[i]);
  for (std::uint32_t i = 3; i < 40; ++i)
    must(bpf_map_update_elem(map.get(), &i, chance(24).data(), BPF_ANY), "update");
  BtfOracle oracle = oracle_of(map.get());
  expect_decoded(map.get(), pin("enums"), oracle);
  EXPECT_TRUE(oracle.met().contains(BTF_KIND_ENUM64));
}

}  // namespace
}  // namespace bpfmaps::test
