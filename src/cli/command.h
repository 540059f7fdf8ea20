// SPDX-License-Identifier: BSD-2-Clause
// The command table's records. Each verb is written down once, as data; the parser, --help, the man
// pages and the completions all read it (parse.h, help.h, man.h, complete.h). This room touches no
// system: it knows what was typed, not what it means.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"

namespace bpfmaps::commands {
struct Context;  // commands/shared/context.h: what a command works with once the words are read
}

namespace bpfmaps::cli {

class Request;

/// What a word stands for: how it is checked, and what TAB offers for it.
enum class Takes : std::uint8_t {
  nothing,      ///< a keyword that stands alone
  map,          ///< MAP: id N | pinned PATH | name NAME | PATH
  map_or_file,  ///< the same, or a file that a map is saved in
  prog,         ///< PROG: id N | pinned PATH | name NAME | tag TAG | PATH
  prog_or_any,  ///< PROG, or `any`
  link,         ///< LINK: id N | pinned PATH | PATH
  any,          ///< a map, program or link behind its noun: map MAP | prog PROG | link LINK
  number,       ///< an unsigned integer
  word,         ///< any one word
  choice,       ///< one of `choices`
  data,         ///< DATA: words up to the next keyword
  object,       ///< an object file, or the name of a built-in
  file,         ///< a path in any file system; "-" where the command says so
  directory,    ///< a directory in any file system
  pin,          ///< the path of a pin of any kind
  pin_path,     ///< a path in a bpffs where something will be pinned
  bpffs_dir,    ///< a directory in a bpffs
  interface,    ///< a network interface
  cgroup,       ///< a cgroup directory
  hook,         ///< where a program can be attached: "xdp", "tcx_ingress", ...
  event,        ///< a tracepoint
  map_type,     ///< "hash", "lpm_trie", ...
  map_flags,    ///< "no_prealloc", "mmapable", ..., comma between, or a number
  map_name,     ///< the name of a map that OBJ declares
  variable,     ///< NAME=VALUE of a global variable of OBJ
  expression,   ///< a --where expression over the fields of the map
  field,        ///< one field path of the map
  fields,       ///< field paths, comma between
};

enum class Count : std::uint8_t { one, optional, many, any_number };

/// One part of a verb's grammar. Operands without a keyword come first, in order; a bare choice (no
/// keyword, Takes::choice) and operands with a keyword may follow in any order; a bare choice that
/// stands before an operand without a keyword may be typed before it, too.
struct Operand {
  std::string_view keyword;  ///< "key", "pinmaps", "map name"; "" for a positional one
  std::string_view name;     ///< as the grammar shows it: "MAP", "DIR", "NAME MAP"
  Takes takes = Takes::word;
  Count count = Count::one;
  std::string_view doc = {};
  std::string_view choices = {};      ///< "generic|native|offload" for Takes::choice
  Takes then_takes = Takes::nothing;  ///< a second word: `map name NAME MAP`
  std::string_view then_word = {};    ///< what stands before that: `map NAME entries N`
};

enum class Option : std::uint8_t {
  json,
  pretty,
  jsonl,
  csv,
  raw,
  net,
  string_ints,
  color,
  verbose,
  bpffs,
  mapcompat,
  debug,
  legacy,
  nomount,  // bpftool's
  help,
  version,  // every command
  where,
  sort,
  top,
  limit,
  fields,
  cpu,
  recursive,
  btf,
  key_type,
  value_type,
  vertical,
  human,
  times,
  draw_hist,
  cpu_spread,  // reading maps
  tree,
  effective,
  maps_only,
  programs_only,
  links_only,
  dry_run,  // pins
  interval,
  count,
  once,
  counters,
  gauges,
  bits,
  merge,
  orphans,
  stale,
  pids,
  no_pins,
  gentle,
  format,
  log,
  type,
  type_by,
  from,
  count_records,
  time,
  consume,  // records
  follow,
  stream,
  metrics_format,
  entries,
  labels,
  hist,
  max_series,
  prefix,
  names,
  config,
  listen,
  cache,
  user,  // metrics
  quiet,
  no_headers,
  all,
  watch,  // lists
  replace,
  create,
  defaults,
  drop,
  rename,
  twice,
  columns,
  fixed_key,
  fixed_value,
  last_wins,
  streaming,   // contents that travel
  keep_going,  // batch
  last_,
};

/// One option. Those from `json` to `version` go with every command. Two may have one name where no
/// command takes both: `map watch --count N`, `map tail --count N`.
struct OptionSpec {
  Option id;
  char letter;                ///< 0 when there is no short form
  std::string_view name;      ///< without dashes
  std::string_view argument;  ///< "" for a switch; "EXPR", "N", ...
  std::string_view doc;       ///< one line, at most 60 columns
  std::string_view choices = {};
  Takes takes = Takes::word;
  bool hidden = false;  ///< taken, and not shown: for scripts made for bpftool
};

struct Example {
  std::string_view command;  ///< "bpfmaps map dump /sys/fs/bpf/xdp/stats"
  std::string_view doc;      ///< what it does, one line
};

/// One verb of one object.
struct Command {
  std::string_view object;   ///< "map"
  std::string_view verb;     ///< "dump"
  std::string_view summary;  ///< one line, lower case, no full stop
  std::string_view details;  ///< paragraphs for the man page and VERB --help; blank line between
  std::span<const Operand> operands;
  std::span<const Option> options;  ///< beside those that go with every command
  std::span<const Example> examples;
  Status (*run)(const Request&, commands::Context&);
  /// What it does stays done: it writes to maps, or changes what is in the kernel or a bpffs.
  bool changes = false;
  bool hidden = false;  ///< for the shells' completion scripts and for generating files
};

/// An object and the line that introduces it.
struct Object {
  std::string_view name;
  std::string_view summary;
  std::string_view details;  ///< the man page's description
};

/// All that the readers of the table need.
struct Table {
  std::span<const Object> objects;
  std::span<const Command* const> commands;  ///< grouped by object, in the order help shows them
};

/// Every option there is, in the order of the enum.
std::span<const OptionSpec> options();
const OptionSpec& spec(Option option);
bool goes_with_every_command(Option option);

}  // namespace bpfmaps::cli
