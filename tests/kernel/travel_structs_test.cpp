// SPDX-License-Identifier: BSD-2-Clause
// Maps whose keys and values are structs by chance, with any bytes in them: saved and restored they
// hold the same bytes, and are printed the same.
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <random>

#include "base/fd.h"
#include "kernel/sandbox.h"
#include "kernel/travel.h"
#include "support/bpfmaps.h"
#include "support/must.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

struct Made {
  int id;
  std::uint32_t size, align;
};

// Types of every kind that a value can have, as BTF that the kernel takes.
class ChanceTypes {
 public:
  explicit ChanceTypes(unsigned seed) : random_(seed), btf_(btf__new_empty()) {}

  btf* get() const { return btf_.get(); }
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_()) % limit; }
  unsigned char byte() {
    // Zeros and small ones mean more than others: ends of texts, booleans, values of enums.
    const std::uint32_t how = below(4);
    return static_cast<unsigned char>(how == 0 ? 0 : how == 1 ? below(4) : below(256));
  }

  Made index() { return {btf__add_int(get(), "unsigned int", 4, 0), 4, 4}; }
  Made prefix() {
    const Made length = index(), byte{btf__add_int(get(), "u8", 1, 0), 1, 1};
    const int data = btf__add_array(get(), length.id, byte.id, 4);
    const int id = btf__add_struct(get(), next_name().c_str(), 8);
    must(btf__add_field(get(), "prefixlen", length.id, 0, 0), "field");
    must(btf__add_field(get(), "data", data, 32, 0), "field");
    return {id, 8, 4};
  }

  Made structure(int depth) {
    struct Member {
      Made type;
      std::uint32_t bit, bits;
    };
    std::vector<Member> members;
    std::uint32_t at = 0, align = 1;
    const auto place = [&](std::uint32_t wanted) {
      align = std::max(align, wanted);
      at = (at + wanted - 1) / wanted * wanted;
    };
    for (std::uint32_t left = 1 + below(5); left > 0; --left) {
      at += below(3) == 0 ? below(4) : 0;  // padding
      if (below(5) == 0) {
        const Made base{btf__add_int(get(), "u32", 4, 0), 4, 4};
        place(4);
        const std::uint32_t first = 1 + below(20);
        members.push_back({base, at * 8, first});
        members.push_back({base, at * 8 + first, 1 + below(32 - first)});
        at += 4;
        continue;
      }
      const Made type = any(depth - 1);
      place(type.align);
      members.push_back({type, at * 8, 0});
      at += type.size;
    }
    at += below(4);
    place(align);
    const int id = must(btf__add_struct(get(), next_name().c_str(), at), "struct");
    for (const Member& member : members)
      must(btf__add_field(get(), next_name().c_str(), member.type.id, member.bit, member.bits),
           "field");
    return {id, at, align};
  }

 private:
  std::string next_name() { return "n" + std::to_string(++names_); }

  Made any(int depth) {
    const std::uint32_t size = 1u << below(4);
    switch (below(depth > 0 ? 13 : 10)) {
      case 0: return {btf__add_int(get(), "u", size, 0), size, size};
      case 1: return {btf__add_int(get(), "s", size, BTF_INT_SIGNED), size, size};
      case 2: return {btf__add_int(get(), "wide", 16, 0), 16, 16};
      case 3: return {btf__add_int(get(), "_Bool", 1, BTF_INT_BOOL), 1, 1};
      case 4: {
        const std::uint32_t wide = size < 4 ? 4 : 8;
        return {btf__add_float(get(), "double", wide), wide, wide};
      }
      case 5: return enumeration();
      case 6: return array({btf__add_int(get(), "char", 1, BTF_INT_CHAR), 1, 1}, 1 + below(20));
      case 7: return array({btf__add_int(get(), "u8", 1, 0), 1, 1}, 1 + below(20));
      case 8: return address();
      case 9: return {btf__add_ptr(get(), 0), 8, 8};
      case 10: return array(any(depth - 1), 1 + below(20));
      case 11: return one_of(depth - 1);
      default: return structure(depth - 1);
    }
  }

  Made enumeration() {
    const bool is_wide = below(2) == 0;
    const std::string name = next_name();
    const int id = is_wide ? btf__add_enum64(get(), name.c_str(), 8, false)
                           : btf__add_enum(get(), name.c_str(), 4);
    for (const int value : {0, 1, 3}) {
      const std::string word = "VALUE_" + name + "_" + std::to_string(value);
      must(is_wide ? btf__add_enum64_value(get(), word.c_str(), static_cast<__u64>(value))
                   : btf__add_enum_value(get(), word.c_str(), value),
           "value");
    }
    return {id, is_wide ? 8u : 4u, is_wide ? 8u : 4u};
  }
  Made address() {
    return {btf__add_typedef(get(), "__be32", btf__add_int(get(), "unsigned int", 4, 0)), 4, 4};
  }
  Made array(Made of, std::uint32_t count) {
    return {btf__add_array(get(), index().id, of.id, count), of.size * count, of.align};
  }
  Made one_of(int depth) {
    const Made a = any(depth), b = any(depth);
    const std::uint32_t align = std::max(a.align, b.align);
    const std::uint32_t size = (std::max(a.size, b.size) + align - 1) / align * align;
    const int id = btf__add_union(get(), next_name().c_str(), size);
    must(btf__add_field(get(), next_name().c_str(), a.id, 0, 0), "field");
    must(btf__add_field(get(), next_name().c_str(), b.id, 0, 0), "field");
    return {id, size, align};
  }

  std::mt19937 random_;
  struct Free {
    void operator()(btf* types) const { btf__free(types); }
  };
  std::unique_ptr<btf, Free> btf_;
  int names_ = 0;
};

struct Kind {
  bpf_map_type type;
  bool per_cpu;
};

using Bytes = std::vector<unsigned char>;

// Keys and values, without what lies between the values of two CPUs.
std::map<Bytes, Bytes> contents(int map, std::uint32_t key_size, std::uint32_t value_size,
                                bool per_cpu) {
  const auto cpus = static_cast<std::size_t>(per_cpu ? libbpf_num_possible_cpus() : 1);
  const std::size_t slot = per_cpu ? (value_size + 7) & ~7u : value_size;
  std::map<Bytes, Bytes> all;
  Bytes key(key_size), value(slot * cpus);
  for (int end = bpf_map_get_next_key(map, nullptr, key.data()); end == 0;
       end = bpf_map_get_next_key(map, key.data(), key.data())) {
    must(bpf_map_lookup_elem(map, key.data(), value.data()), "look up");
    Bytes& kept = all[key];
    for (std::size_t i = 0; i < cpus; ++i)
      kept.insert(kept.end(), value.data() + i * slot, value.data() + i * slot + value_size);
  }
  return all;
}

class TravelStructs : public KernelTest, public testing::WithParamInterface<Kind> {};

TEST_P(TravelStructs, come_back_with_all_their_bytes) {
  const auto [type, per_cpu] = GetParam();
  const bool is_array = type == BPF_MAP_TYPE_ARRAY || type == BPF_MAP_TYPE_PERCPU_ARRAY;
  const bool is_trie = type == BPF_MAP_TYPE_LPM_TRIE;
  const auto cpus = static_cast<std::size_t>(libbpf_num_possible_cpus());
  for (unsigned seed = 0; seed < 8; ++seed) {
    ChanceTypes types(seed * 100 + static_cast<unsigned>(type));
    const Made key = is_array ? types.index() : is_trie ? types.prefix() : types.structure(1);
    const Made value = types.structure(3);
    must(btf__load_into_kernel(types.get()), "load the types");
    LIBBPF_OPTS(bpf_map_create_opts, options, .btf_fd = static_cast<__u32>(btf__fd(types.get())),
                .btf_key_type_id = static_cast<__u32>(key.id),
                .btf_value_type_id = static_cast<__u32>(value.id));
    options.map_flags = is_trie ? BPF_F_NO_PREALLOC : 0;
    const Fd from(must(bpf_map_create(type, "chance", key.size, value.size, 16, &options), "make"));
    for (std::uint32_t i = 0; i < 12; ++i) {
      Bytes k(key.size), v(((value.size + 7) & ~std::size_t{7}) * cpus);
      for (unsigned char& byte : k) byte = types.byte();
      for (unsigned char& byte : v) byte = types.byte();
      const std::uint32_t first = is_trie ? types.below(33) : i;
      if (is_trie || is_array) std::memcpy(k.data(), &first, sizeof first);
      must(bpf_map_update_elem(from.get(), k.data(), v.data(), BPF_ANY), "put");
    }
    const std::string name = std::to_string(seed), to = pin("to" + name);
    must(bpf_obj_pin(from.get(), pin("from" + name).c_str()), "pin");
    SCOPED_TRACE(done("map schema " + pin("from" + name)));
    const std::string saved = done("map save " + pin("from" + name));
    const Ran restored = run_bpfmaps({"map", "restore", "-", to, "--create"}, {.input = saved});
    ASSERT_EQ(restored.exit_code, 0) << restored.err << saved;
    const Fd made(must(bpf_obj_get(to.c_str()), "open"));
    const auto before = contents(from.get(), key.size, value.size, per_cpu);
    ASSERT_FALSE(before.empty());
    EXPECT_EQ(contents(made.get(), key.size, value.size, per_cpu), before) << saved;
    const auto printed = [](const std::string& map) {
      return sorted(done("map dump " + map + " --jsonl"));
    };
    EXPECT_EQ(printed(to), printed(pin("from" + name)));
    // Into a map that is there, by the names of fields; and as a copy.
    const Ran again = run_bpfmaps({"map", "restore", "-", to, "--replace"}, {.input = saved});
    EXPECT_EQ(again.exit_code, 0) << again.err;
    done("map copy " + pin("from" + name) + " " + pin("copy" + name) + " --create");
    const Fd copy(must(bpf_obj_get(pin("copy" + name).c_str()), "open"));
    EXPECT_EQ(contents(made.get(), key.size, value.size, per_cpu), before);
    EXPECT_EQ(contents(copy.get(), key.size, value.size, per_cpu), before);
  }
}

INSTANTIATE_TEST_SUITE_P(
    , TravelStructs,
    testing::Values(Kind{BPF_MAP_TYPE_HASH, false}, Kind{BPF_MAP_TYPE_LRU_HASH, false},
                    Kind{BPF_MAP_TYPE_PERCPU_HASH, true}, Kind{BPF_MAP_TYPE_LRU_PERCPU_HASH, true},
                    Kind{BPF_MAP_TYPE_ARRAY, false}, Kind{BPF_MAP_TYPE_PERCPU_ARRAY, true},
                    Kind{BPF_MAP_TYPE_LPM_TRIE, false}),
    [](const auto& one) { return std::string(libbpf_bpf_map_type_str(one.param.type)); });

}  // namespace
}  // namespace bpfmaps::test
