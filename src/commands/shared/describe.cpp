// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/describe.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <variant>

#include "base/time.h"
#include "kernel/map/map_kind.h"
#include "kernel/map/ring.h"
#include "kernel/map/struct_ops.h"
#include "kernel/names.h"

namespace bpfmaps::commands {

using kernel::Noun;
using output::list_of;
using output::Record;
using output::Value;

namespace {

Value value_of(const kernel::Fact& fact) {
  return std::visit(
      [](const auto& value) -> Value {
        using Type = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Type, std::vector<kernel::Facts>>) {
          Value::List list;
          for (const kernel::Facts& facts : value) list.emplace_back(members_of(facts));
          return list;
        } else if constexpr (std::is_same_v<Type, kernel::Untold>) {
          return {};
        } else {
          return value;
        }
      },
      fact.value);
}

void add_ring(Record& record, const kernel::Map& map) {
  const auto ring = kernel::ring_positions(map);
  if (!ring) return (void)record.unknown("ring", ring.error().message());
  Value::Members members{{"consumer_pos", ring->consumer}, {"producer_pos", ring->producer}};
  if (ring->overwritten) members.push_back({"overwrite_pos", *ring->overwritten});
  members.push_back({"waiting", Value::Bytes{ring->waiting()}});
  members.push_back({"size", Value::Bytes{map.info().max_entries}});
  record.add("ring", std::move(members));
}

void add_name(Record& record, const kernel::Prog& prog, kernel::ProgNames& names,
              const std::string& field) {
  const kernel::ProgName name = names.full_name(prog);
  record.add(field, name.text);
  if (name.cut) record.unknown(field, "cut at 15 bytes: " + name.cut->message());
}

/// The kernel's struct that the map fills, and whether it is registered, by a link or without.
void add_struct_ops(Record& record, const kernel::Map& map) {
  const auto ops = kernel::struct_ops_of(map);
  if (!ops) {
    record.unknown("struct", ops.error().message());
    return;
  }
  record.add("struct", ops->type);
  bool registered = ops->state == "in_use";
  Status told;  // a link that does not tell its map may be the one
  const Status looked = kernel::for_each_link([&](const kernel::Link& link) {
    if (link.info().type != BPF_LINK_TYPE_STRUCT_OPS) return;
    const auto facts = kernel::link_facts(link);
    if (!facts)
      told = fail(facts.error());
    else if (std::ranges::count(*facts, kernel::Fact{"map_id", map.info().id}) != 0)
      registered = true;
  });
  const Status& seen = looked ? told : looked;
  if (!registered && !seen) {
    record.unknown("registered", seen.error().message());
    return;
  }
  record.add("registered", registered);
}

}  // namespace

void add_pins(Record& record, const kernel::PinIndex& pins, Noun noun, std::uint32_t id) {
  add_pins(record, list_of(pins.of(noun, id)), pins);
}

void add_pins(Record& record, Value::List paths, const kernel::PinIndex& pins) {
  if (pins.is_left_out()) return;
  if (!paths.empty() || !pins.gap()) record.add("pinned", std::move(paths));
  if (pins.gap()) record.unknown("pinned", pins.gap()->subject + ": " + pins.gap()->message());
}

void add_facts(Record& record, const kernel::Facts& facts) {
  for (const kernel::Fact& fact : facts) {
    std::string name(fact.name);
    if (const auto* untold = std::get_if<kernel::Untold>(&fact.value))
      record.unknown(std::move(name), untold->why);
    else
      record.add(std::move(name), value_of(fact));
  }
}

Value::Members members_of(const kernel::Facts& facts) {
  Record record;
  add_facts(record, facts);
  return record.take();
}

Record describe(const kernel::Map& map, const kernel::PinIndex& pins) {
  const kernel::MapInfo& info = map.info();
  const auto more = map.fd_info();
  Record record;
  record.add("id", info.id)
      .add("type", kernel::map_type_name(info.type))
      .add("name", info.name)
      .add("flags", info.flags)
      .add("flag_names", list_of(kernel::map_flag_names(info.flags)))
      .add("bytes_key", Value::Bytes{info.key_size})
      .add("bytes_value", Value::Bytes{info.value_size})
      .add("max_entries", info.max_entries);
  if (info.extra != 0) record.add("map_extra", info.extra);
  if (more) {
    record.add("bytes_memlock", Value::Bytes{more->memlock});
    if (more->has_owner)
      record.add("owner_prog_type", kernel::prog_type_name(more->owner_prog_type))
          .add("owner_jited", more->owner_jited);
    record.add("frozen", more->frozen);
  } else {
    for (const char* field : {"bytes_memlock", "frozen"})
      record.unknown(field, more.error().message());
  }
  if (kernel::is_ring(info.type)) add_ring(record, map);
  if (info.btf_id != 0) record.add("btf_id", info.btf_id);
  if (kernel::kind_of(info.type).holds == kernel::Holds::callbacks) add_struct_ops(record, map);
  add_pins(record, pins, Noun::map, info.id);
  return record;
}

Record describe(const kernel::Prog& prog, const kernel::PinIndex& pins, kernel::ProgNames& names) {
  const kernel::ProgInfo& info = prog.info();
  Record record;
  record.add("id", info.id).add("type", kernel::prog_type_name(info.type));
  add_name(record, prog, names, "name");
  // The device that it was loaded into is gone, and the kernel tells nothing more of it.
  const bool orphaned = info.load_time == 0;
  if (orphaned) {
    record.add("orphaned", true);
    add_pins(record, pins, Noun::prog, info.id);
    return record;
  }
  record.add("tag", info.tag)
      .add("gpl_compatible", info.gpl_compatible)
      .add("loaded_at", Value::Seconds{wall_seconds_from_boot_ns(info.load_time)})
      .add("uid", info.uid);
  // The kernel keeps the sizes of the code back from those without CAP_BPF: no program has none.
  if (info.xlated_size != 0)
    record.add("bytes_xlated", Value::Bytes{info.xlated_size}).add("jited", info.jited_size != 0);
  if (info.jited_size != 0) record.add("bytes_jited", Value::Bytes{info.jited_size});
  if (const auto memlock = prog.memlock())
    record.add("bytes_memlock", Value::Bytes{*memlock});
  else
    record.unknown("bytes_memlock", memlock.error().message());
  record.add("map_ids", list_of(info.map_ids));
  if (info.btf_id != 0) record.add("btf_id", info.btf_id);
  record.add("run_time_ns", info.run_time_ns).add("run_cnt", info.run_cnt);
  if (info.run_cnt != 0)
    record.add("run_time_avg_ns",
               static_cast<double>(info.run_time_ns) / static_cast<double>(info.run_cnt));
  record.add("recursion_misses", info.recursion_misses);
  add_pins(record, pins, Noun::prog, info.id);
  return record;
}

Record describe(const kernel::Link& link, const kernel::PinIndex& pins, kernel::ProgNames& names) {
  const bpf_link_info& info = link.info();
  Record record;
  record.add("id", info.id).add("type", kernel::link_type_name(info.type));
  if (info.prog_id != 0) {  // 0: a link of struct_ops
    record.add("prog_id", info.prog_id);
    if (const auto prog = kernel::prog_by_id(info.prog_id)) {
      record.add("prog_type", kernel::prog_type_name(prog->info().type));
      add_name(record, *prog, names, "prog_name");
    } else if (prog.error().kind != Kind::not_found) {
      for (const char* field : {"prog_type", "prog_name"})
        record.unknown(field, prog.error().message());
    }
  }
  if (const auto facts = kernel::link_facts(link))
    add_facts(record, *facts);
  else
    record.unknown("attach_type", facts.error().message());
  add_pins(record, pins, Noun::link, info.id);
  return record;
}

}  // namespace bpfmaps::commands
