// SPDX-License-Identifier: BSD-2-Clause
// map schema: its C is C, and its JSON Schema holds for every entry that dump prints.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "golden/maps.h"
#include "kernel/map_zoo.h"
#include "support/bpfmaps.h"
#include "support/run.h"

namespace bpfmaps::test {
namespace {

using nlohmann::json;

std::string why_invalid(const json& schema, const json& value);

std::string why_invalid_type(const std::string& type, const json& value) {
  const bool fits = type == "integer"   ? value.is_number_integer()
                    : type == "number"  ? value.is_number()
                    : type == "boolean" ? value.is_boolean()
                    : type == "string"  ? value.is_string()
                    : type == "array"   ? value.is_array()
                                        : value.is_object();
  return fits ? "" : value.dump() + " is no " + type;
}

std::string why_invalid_object(const json& schema, const json& value) {
  for (const json& name : schema["required"])
    if (!value.contains(name)) return name.dump() + " is missing";
  for (const auto& [name, member] : value.items()) {
    if (!schema["properties"].contains(name)) return name + " is too much";
    const std::string why = why_invalid(schema["properties"][name], member);
    if (!why.empty()) return name + ": " + why;
  }
  return {};
}

/// The keywords that map schema uses, as draft 2020-12 defines them; "" where `value` is valid.
std::string why_invalid(const json& schema, const json& value) {
  const auto breaks = [&](const char* keyword, auto is_fine) {
    return schema.contains(keyword) && !is_fine(schema[keyword]);
  };
  if (schema.contains("type"))
    if (auto why = why_invalid_type(schema["type"], value); !why.empty()) return why;
  if (value.is_object()) return why_invalid_object(schema, value);
  if (value.is_array())
    for (const json& element : value)
      if (auto why = why_invalid(schema["items"], element); !why.empty()) return why;
  const char* const broken =
      breaks("minimum", [&](const json& least) { return value >= least; })           ? "minimum"
      : breaks("maximum", [&](const json& most) { return value <= most; })           ? "maximum"
      : breaks("minItems", [&](const json& least) { return value.size() >= least; }) ? "minItems"
      : breaks("maxItems", [&](const json& most) { return value.size() <= most; })   ? "maxItems"
      : breaks("enum", [&](const json& all) { return std::ranges::count(all, value) != 0; })
          ? "enum"
      : breaks("pattern",
               [&](const json& pattern) {
                 return std::regex_search(value.get<std::string>(),
                                          std::regex(pattern.get<std::string>()));
               })
          ? "pattern"
      : breaks("anyOf",
               [&](const json& all) {
                 return std::ranges::any_of(
                     all, [&](const json& one) { return why_invalid(one, value).empty(); });
               })
          ? "anyOf"
          : "";
  return *broken == '\0' ? "" : value.dump() + " breaks " + broken;
}

class MapSchema : public KernelTest {};

void expect_valid(const std::string& path) {
  for (const std::string options : {"", " --net", " --string-ints", " --raw"}) {
    SCOPED_TRACE(path + options);
    const json schema = json::parse(done("map schema " + path + " --json" + options));
    const json entries = json::parse(done("map dump " + path + " --json" + options));
    EXPECT_FALSE(entries.empty());
    for (const json& entry : entries) EXPECT_EQ(why_invalid(schema, entry), "");
  }
}

TEST_F(MapSchema, holds_for_every_entry_of_typed_maps) {
  make_golden_maps();
  for (const char* map : {"flows", "stats", "stats_percpu", "policy", "untyped", "golden_data"})
    expect_valid(pin("golden/") + map);
}

TEST_F(MapSchema, holds_for_ids_and_what_they_stand_for) {
  const MapZoo zoo(*sandbox);
  for (const char* map : {"array_of_maps", "prog_array", "devmap", "cpumap", "stack_trace"})
    expect_valid(MapZoo::pin(map));
}

TEST_F(MapSchema, is_c_that_a_compiler_takes) {
  make_golden_maps();
  for (const char* map : {"flows", "stats_percpu", "untyped", "golden_data"}) {
    const Ran compiled = run({"clang", "-x", "c", "-fsyntax-only", "-D__uint(n,v)=int (*n)[v]",
                              "-D__type(n,v)=typeof(v) *n", "-DSEC(n)=", "-DBPF_F_ZERO_SEED=64",
                              "-DBPF_MAP_TYPE_HASH=1", "-DBPF_MAP_TYPE_PERCPU_ARRAY=6", "-"},
                             {.input = done("map schema " + pin("golden/") + map)});
    EXPECT_EQ(compiled.err, "") << map;
  }
}

}  // namespace
}  // namespace bpfmaps::test
