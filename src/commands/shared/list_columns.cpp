// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/list_columns.h"

#include <initializer_list>

#include "commands/shared/attached.h"
#include "commands/shared/open_by_column.h"

namespace bpfmaps::commands {

using output::Column;
using Kind = Column::Kind;

namespace {

Column pids_column() {
  return {.field = "pids",
          .heading = "pids",
          .kind = Kind::texts,
          .rank = 1,
          .in_short = holder_in_short};
}

void add(std::vector<Column>& columns, std::initializer_list<Column> more) {
  columns.insert(columns.end(), more);
}

}  // namespace

std::vector<Column> map_columns() {
  return {
      {"id", "id", Kind::number},
      {"type", "type", Kind::text, 1},
      {"name", "name"},
      {"flags", "", Kind::number},
      {"flag_names", "flags", Kind::texts, 8},
      {"bytes_key", "key", Kind::bytes, 6},
      {"bytes_value", "value", Kind::bytes, 6},
      {"max_entries", "max_entries", Kind::number, 4},
      {"map_extra", "", Kind::number},
      {"bytes_memlock", "memory", Kind::bytes, 5},
      {"owner_prog_type", ""},
      {"owner_jited", "", Kind::truth},
      {"frozen", "", Kind::truth},
      {"struct", "struct", Kind::text, 7},
      {"registered", "registered", Kind::truth, 7},
      {"btf_id", "btf_id", Kind::number, 9},
      {"pinned", "pinned", Kind::texts, 2},
  };
}

std::vector<Column> map_list_columns() {
  std::vector<Column> columns = map_columns();
  const Column pinned = columns.back();
  columns.pop_back();
  add(columns, {{"entries", "entries", Kind::number, 1},
                {"fill", "fill", Kind::share, 1},
                {"uncounted", "uncounted", Kind::text, 7},
                pinned,
                {"note", "note", Kind::text, 3},
                pids_column()});
  return columns;
}

std::vector<Column> prog_list_columns() {
  std::vector<Column> columns = {
      {"id", "id", Kind::number},
      {"type", "type", Kind::text, 1},
      {"name", "name"},
      {"tag", "tag", Kind::text, 7},
      {"gpl_compatible", "", Kind::truth},
      {"loaded_at", "loaded_at", Kind::time, 6},
      {"uid", "uid", Kind::number, 8},
      {"bytes_xlated", "xlated", Kind::bytes, 8},
      {"jited", "", Kind::truth},
      {"bytes_jited", "jited", Kind::bytes, 8},
      {"bytes_memlock", "memory", Kind::bytes, 5},
      {"map_ids", "map_ids", Kind::numbers, 2},
      {"btf_id", "", Kind::number},
      {"run_time_ns", "", Kind::number},
      {"run_cnt", "run_cnt", Kind::number, 4},
      {"run_time_avg_ns", "run_time_avg_ns", Kind::real, 4},
      {"recursion_misses", "", Kind::number},
      {"pinned", "pinned", Kind::texts, 3},
  };
  add(columns, {{.field = "attached",
                 .heading = "attached",
                 .kind = Kind::texts,
                 .rank = 1,
                 .in_short = place_in_short},
                {"attached_unseen", "", Kind::texts},
                {"metadata", "metadata", Kind::text, 6},
                pids_column()});
  return columns;
}

// A table has one column, `where`, for all that depends on the type of a link.
std::vector<Column> link_list_columns() {
  std::vector<Column> columns = {
      {"id", "id", Kind::number},
      {"type", "type", Kind::text, 1},
      {"prog_id", "prog_id", Kind::number, 3},
      {"prog_type", ""},
      {"prog_name", "prog_name"},
      {"ifindex", "", Kind::number},
      {"devname", ""},
      {"attach_type", "attach_type", Kind::text, 2},
  };
  columns.push_back({.field = "where", .heading = "where", .table_only = true});
  add(columns, {
                   {"target_obj_id", "", Kind::number},
                   {"target_btf_id", "", Kind::number},
                   {"tp_name", ""},
                   {"target_name", ""},
                   {"map_id", "", Kind::number},
                   {"tid", "", Kind::number},
                   {"pid", "", Kind::number},
                   {"cgroup_id", "", Kind::number},
                   {"order", ""},
                   {"netns_ino", "", Kind::number},
                   {"pf", ""},
                   {"hook", ""},
                   {"prio", "", Kind::signed_number},
                   {"flags", "", Kind::number},
                   {"retprobe", "", Kind::truth},
                   {"addr", ""},
                   {"func", ""},
                   {"func_cnt", "", Kind::number},
                   {"file", ""},
                   {"path", ""},
                   {"offset", "", Kind::number},
                   {"ref_ctr_offset", "", Kind::number},
                   {"missed", "", Kind::number},
                   {"tracepoint", ""},
                   {"event_type", "", Kind::number},
                   {"event_config", "", Kind::number},
                   {"cookie", "", Kind::number},
                   {"funcs", "", Kind::texts},
                   {"pinned", "pinned", Kind::texts, 2},
                   pids_column(),
               });
  return columns;
}

std::vector<Column> pin_list_columns() {
  return {{"path", "path"},
          {"kind", "kind", Kind::text, 1},
          {"id", "id", Kind::number, 1},
          {"name", "name", Kind::text, 3},
          {"type", "type", Kind::text, 2},
          {"uid", "uid", Kind::number, 6},
          {"mode", "mode", Kind::text, 5},
          {"target", "target", Kind::text, 1},
          {"why", "why"},
          {"differs", "differs", Kind::texts},
          {"note", "note", Kind::text, 4},
          {"error", "error", Kind::text, 1}};
}

std::vector<Column> net_list_columns() {
  return {
      {"ifindex", "", Kind::number},
      {"devname", "devname"},
      {"attach_type", "attach_type"},
      {"mode", "mode", Kind::text, 2},
      {"parent", "parent", Kind::text, 5},
      {"pref", "pref", Kind::number, 4},
      {"handle", "handle", Kind::text, 5},
      {"chain", "chain", Kind::number, 6},
      {"protocol", "protocol", Kind::text, 5},
      {"pf", "pf", Kind::text, 2},
      {"hook", "hook", Kind::text, 2},
      {"prio", "prio", Kind::signed_number, 2},
      {"netns", "netns", Kind::text, 3},
      {"prog_id", "prog_id", Kind::number, 1},
      {"prog_name", "prog_name"},
      {"link_id", "link_id", Kind::number, 3},
      {"pinned", "pinned", Kind::texts, 3},
  };
}

std::vector<Column> cgroup_list_columns() {
  return {
      {"cgroup", "cgroup"},
      {"cgroup_id", "", Kind::number},
      {"attach_type", "attach_type"},
      {"attach_flags", "attach_flags", Kind::text, 4},
      {"from", "from"},
      {"prog_id", "prog_id", Kind::number, 1},
      {"prog_name", "prog_name"},
      {"link_id", "link_id", Kind::number, 2},
      {"pinned", "pinned", Kind::texts, 3},
  };
}

std::vector<Column> btf_list_columns() {
  return {{"id", "id", Kind::number},
          {"name", "name"},
          {"kernel", "kernel", Kind::truth, 3},
          {"size", "size", Kind::bytes, 2},
          {"prog_ids", "prog_ids", Kind::numbers, 1},
          {"map_ids", "map_ids", Kind::numbers, 1}};
}

std::vector<Column> columns_of_list(const cli::Command& command) {
  constexpr struct {
    std::string_view object;
    std::vector<Column> (*columns)();
  } kLists[] = {{"map", map_list_columns},   {"prog", prog_list_columns},
                {"link", link_list_columns}, {"pin", pin_list_columns},
                {"net", net_list_columns},   {"cgroup", cgroup_list_columns},
                {"btf", btf_list_columns}};
  if (command.verb == "list")
    for (const auto& [object, columns] : kLists)
      if (command.object == object) return columns();
  return {};
}

}  // namespace bpfmaps::commands
