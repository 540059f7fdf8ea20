// SPDX-License-Identifier: BSD-2-Clause
// What dump prints, update takes: every entry of every fixture is printed, removed, fed back and
// compared byte for byte.
#include <gmock/gmock.h>

#include <map>
#include <nlohmann/json.hpp>

#include "golden/maps.h"
#include "kernel/fixture.h"
#include "kernel/map/reader.h"
#include "kernel/pin/pin.h"
#include "kernel/sandbox.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

using Json = nlohmann::ordered_json;

struct Case {
  const char* name;
  const char* map;
  std::vector<std::string> options = {};  ///< of dump
};

std::map<std::string, std::string> contents(const kernel::Map& map) {
  const auto text = [](const unsigned char* bytes, std::size_t size) {
    return std::string(reinterpret_cast<const char*>(bytes), size);
  };
  std::map<std::string, std::string> all;
  const auto reader = kernel::open_reader(map);
  for (;;) {
    const auto entries = (*reader)->next();
    if (!entries) throw std::runtime_error(entries.error().message());
    if (entries->count == 0) return all;
    for (std::size_t i = 0; i < entries->count; ++i)
      all[text(entries->key(i), entries->key_stride)] =
          text(entries->value(i), entries->value_stride);
  }
}

// Every entry gone, or zero where it cannot go.
void empty(const kernel::Map& map) {
  for (const auto& [key, value] : contents(map)) {
    const std::string zeros(value.size(), '\0');
    if (bpf_map_delete_elem(map.fd(), key.data()) != 0)
      must(bpf_map_update_elem(map.fd(), key.data(), zeros.data(), BPF_ANY), "clear");
  }
}

class FeedBack : public KernelTest, public testing::WithParamInterface<Case> {};

TEST_P(FeedBack, every_entry_comes_back_as_it_was) {
  make_golden_maps();
  const std::string path = pin(std::string("golden/") + GetParam().map);
  const auto map = kernel::map_at(path, kernel::Access::write);
  ASSERT_TRUE(map) << map.error().message();
  // The name of one flow is no UTF-8, which JSON cannot hold.
  if (GetParam().map == std::string("flows"))
    run_bpfmaps({"map", "delete", path, "key", "saddr=10.9.8.7", "daddr=192.0.2.1", "sport=40000",
                 "dport=22", "protocol=6"});
  const auto before = contents(*map);
  ASSERT_FALSE(before.empty());

  std::vector<std::string> dump = {"map", "dump", path, "--json"};
  dump.insert(dump.end(), GetParam().options.begin(), GetParam().options.end());
  const Ran dumped = run_bpfmaps(dump);
  ASSERT_EQ(dumped.exit_code, 0) << dumped.err;
  empty(*map);
  for (const Json& entry : Json::parse(dumped.out)) {
    const std::string what = entry.contains("values") ? "values" : "value";
    const Ran updated =
        run_bpfmaps({"map", "update", path, "key", entry["key"].dump(), what, entry[what].dump()});
    EXPECT_EQ(updated.exit_code, 0) << updated.err << entry;
  }
  EXPECT_EQ(contents(*map), before);
}

const Case kCases[] = {
    {"stats", "stats"},
    {"stats_per_cpu", "stats_percpu"},
    {"stats_per_cpu_string_ints", "stats_percpu", {"--string-ints"}},
    {"flows", "flows"},
    {"flows_net", "flows", {"--net"}},
    {"flows_string_ints", "flows", {"--string-ints"}},
    {"policy", "policy"},
    {"policy_net", "policy", {"--net"}},
    {"untyped", "untyped"},
    {"variables", "golden_data"},
};

INSTANTIATE_TEST_SUITE_P(, FeedBack, testing::ValuesIn(kCases),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace bpfmaps::test
