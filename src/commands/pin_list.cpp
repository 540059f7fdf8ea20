// SPDX-License-Identifier: BSD-2-Clause
// pin list [DIR...]: what is pinned, and what each pin is.
#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "commands/records.h"
#include "commands/shared/context.h"
#include "commands/shared/list_columns.h"
#include "commands/shared/list_query.h"
#include "commands/shared/pin_filter.h"
#include "commands/shared/pins.h"
#include "commands/shared/rings.h"
#include "commands/watch/list_view.h"
#include "kernel/pin/mounts.h"
#include "kernel/pin/resolve.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;
using kernel::Noun;
using kernel::PinEntry;
using Is = PinEntry::Is;

/// A directory that could not be read to its end was met as if it could.
void note(PinEntries& entries, const PinEntry& left) {
  const auto known = std::ranges::find(entries, left.path, &PinEntry::path);
  if (known == entries.end())
    entries.push_back(left);
  else
    known->error = left.error;
}

/// All that is met below the directories asked for, or in every bpffs. A walk stops at mount
/// points; the bpffs that are mounted further down are walked on their own.
Result<PinEntries> collect(const cli::Request& request) {
  PinEntries entries;
  const bool tree = request.has(Option::tree);
  const auto visit = [&](const PinEntry& entry, kernel::WalkStep step) {
    const bool shown = tree || entry.is != Is::directory;
    if (step == kernel::WalkStep::met && (shown || entry.failed() || entry.depth == 0))
      entries.push_back(entry);
    if (step == kernel::WalkStep::left && entry.failed()) note(entries, entry);
  };
  const std::vector<std::string> mounts = TRY(kernel::bpffs_mounts());
  const auto walk_mount = [&](const std::string& mount) {
    const Status walked = kernel::walk_pins(mount, visit);
    // One that is unmounted meanwhile holds nothing any more.
    if (walked || walked.error().kind == Kind::not_found) return;
    PinEntry& entry = entries.emplace_back();
    entry.is = Is::directory;
    entry.path = mount;
    entry.error = walked.error();
  };
  const auto directories = request.all("DIR");
  for (const cli::Given* directory : directories) {
    const std::string& path = directory->words.front();
    TRY(kernel::walk_pins(path, visit));
    const auto place = TRY(kernel::resolve(path, "list"));
    const std::string below = TRY(kernel::file_behind(place.fd.get())) + "/";
    for (const std::string& mount : mounts)
      if (mount.starts_with(below)) walk_mount(mount);
  }
  if (directories.empty())
    for (const std::string& mount : mounts) walk_mount(mount);
  return entries;
}

/// The kernel pins two iterators of its own in every bpffs, which nobody asked for and which are
/// none of the objects that verbs work with.
bool is_kernels_own(const PinEntry& entry) {
  return entry.depth == 1 && (entry.name() == "maps.debug" || entry.name() == "progs.debug") &&
         !entry.is_pin_of(Noun::map) && !entry.is_pin_of(Noun::prog);
}

/// What a list shows: the pins that are asked for, and without a filter whatever could hide one.
bool is_listed(const PinEntry& entry, const PinFilter& filter) {
  if (entry.is == Is::directory) return entry.failed();
  return entry.is != Is::mount_point && filter.wants(entry).value_or(false);
}

/// What a tree shows: all of it, or what is asked for and the directories that lead there.
PinEntries prune(PinEntries entries, const PinFilter& filter) {
  if (!filter.is_active()) return entries;
  PinEntries kept;
  unsigned wanted = 0;  // the depth of the directory that holds what was kept last
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    const bool leads_there = !kept.empty() && entry->is == Is::directory && entry->depth == wanted;
    if (!is_listed(*entry, filter) && !leads_there) continue;
    wanted = entry->depth - 1;
    kept.push_back(std::move(*entry));
  }
  std::ranges::reverse(kept);
  return kept;
}

/// A directory that could not be read, or what may be one, leaves the answer short of what is in
/// it. With a filter, so does a pin of which it cannot be told whether it is asked for.
Status whole(const PinEntries& entries, const PinFilter& filter) {
  std::size_t left_out = 0;
  Error first;
  for (const PinEntry& entry : entries) {
    const bool may_hold_pins =
        entry.is == Is::directory || (entry.is == Is::unreadable && entry.status.st_mode == 0);
    if (may_hold_pins && entry.failed()) return fail(Error(entry.error).as(Kind::incomplete));
    const auto wanted = filter.wants(entry);
    if (!wanted && left_out++ == 0) first = wanted.error();
  }
  if (left_out == 0) return {};
  return fail(Error::refused(Kind::incomplete, "list pins", first.subject,
                             "left out, since they could not be opened: " +
                                 std::to_string(left_out) + ", this one first: " + first.message(),
                             "without a filter they are listed with the reasons"));
}

/// What was listed, and whether that is all.
struct Listed {
  std::string_view empty;  // what there is to say where it is nothing
  Status whole;
};

Result<Listed> list(const cli::Request& request, const PinFilter& filter,
                    const output::Style& style, const std::function<void(output::Record)>& take) {
  auto entries = TRY(collect(request));
  const bool mounted = !entries.empty();
  if (!request.has(Option::all)) std::erase_if(entries, is_kernels_own);
  Listed listed{.empty = {}, .whole = whole(entries, filter)};
  listed.empty = !mounted             ? "no BPF file system is mounted; `bpfmaps pin mount "
                                        "/sys/fs/bpf` mounts one"
                 : filter.is_active() ? "no such pins"
                                      : "no pins";
  const bool tree = request.has(Option::tree);
  if (tree) {
    entries = prune(std::move(entries), filter);
  } else {
    std::erase_if(entries, [&](const PinEntry& entry) { return !is_listed(entry, filter); });
  }

  RingNotes notes;
  kernel::ProgNames names;
  const bool drawn = tree && style.is_table();
  const auto labels = drawn ? tree_labels(entries, style.ascii) : std::vector<std::string>();
  // What was taken is let go: there can be many.
  for (std::size_t i = 0; !entries.empty(); ++i, entries.pop_front()) {
    PinEntry& entry = entries.front();
    output::Record explained;
    filter.explain(entry, style, explained);
    if (drawn) entry.path = labels[i];
    const kernel::ProgName name = whole_name(entry, names);
    entry.object.name = name.text;
    output::Record record = pin_record(entry);
    if (entry.is_pin_of(Noun::map)) notes.add_to(record, entry.object.type, entry.object.id);
    for (const output::Field& field : explained.fields()) record.add(field.name, field.value);
    if (name.cut) record.unknown("name", "cut at 15 bytes: " + name.cut->message());
    take(std::move(record));
  }
  return listed;
}

Status run(const cli::Request& request, Context& context) {
  ListQuery query = TRY(ListQuery::from(request, pin_list_columns(), "path"));
  const auto watch = TRY(list_watch_options(request, context.style));
  if (watch && request.has(Option::tree))
    return fail(Error::usage("--watch has no use for --tree: rows come and go"));
  if (!request.has(Option::orphans)) query.without("why");
  if (!request.has(Option::stale)) query.without("differs");
  std::optional<PinFilter> filter = TRY(PinFilter::from(request));
  if (!filter->remark().empty()) context.remark(filter->remark());
  if (!watch) {
    // Made once it is known that there is a list: its first byte is printed then.
    std::optional<ListPrinter> printer;
    const auto take = [&](output::Record record) {
      if (!printer) printer.emplace(query, context);
      printer->add(std::move(record));
    };
    const Listed listed = TRY(list(request, *filter, context.style, take));
    if (!printer) printer.emplace(query, context);
    TRY(printer->end(listed.empty));
    return listed.whole;
  }
  bool first = true;
  const auto collect = [&]() -> Result<std::vector<output::Record>> {
    // What uses a pin, and what processes have open, changes as well.
    if (!std::exchange(first, false)) filter = TRY(PinFilter::from(request));
    std::vector<output::Record> records;
    Listed listed = TRY(list(request, *filter, context.style,
                             [&](output::Record record) { records.push_back(std::move(record)); }));
    TRY(std::move(listed.whole));
    return records;
  };
  WatchedList watched(query, collect, "pin", "path", context.style);
  return run_watch_loop(watched, *watch, context);
}

constexpr Operand kOperands[] = {
    {"", "DIR", Takes::bpffs_dir, Count::any_number, "where to look; every bpffs when not given"},
};
constexpr auto& kOptions =
    kWatchedListOptions<Option::all, Option::tree, Option::maps_only, Option::programs_only,
                        Option::links_only, Option::orphans, Option::stale>;
constexpr cli::Example kExamples[] = {
    {"bpfmaps pin list", "every pin of every BPF file system"},
    {"bpfmaps pin list /sys/fs/bpf/xdp --tree", "one folder as a tree"},
    {"bpfmaps pin list --maps-only --quiet", "the paths of all maps"},
    {"bpfmaps pin list --watch", "which pins come and go"},
    {"bpfmaps pin list --orphans", "what only its pin keeps, and why"},
    {"bpfmaps pin list /sys/fs/bpf/xdp --stale ./v2.bpf.o", "maps that v2 cannot take over"},
};

}  // namespace

const cli::Command kPinList{
    .object = "pin",
    .verb = "list",
    .summary = "list what is pinned",
    .details =
        R"(Lists the pins below each DIR, or of every BPF file system that is mounted: path, kind,
id, name, type, owner and mode. Symbolic links are shown and never followed. A pin that cannot be
opened is listed with the reason; a directory that cannot be read is too, and the exit code is
then 1.

With --tree directories are listed as well. `note` tells ring buffers that no loaded program
uses.

--watch lists again and again on a screen, as `map list --watch` does.

--orphans lists maps that no program uses, that lie in no other map and that no process has
open; links whose interface, cgroup or network namespace is gone; and programs that are attached
nowhere and that no process has open. A program that may run where nobody can look, such as on a
socket, is left out. `why` says which it is. This takes CAP_SYS_ADMIN.

--stale OBJ lists maps that `prog load OBJ` would find pinned by the names of its own and could
not use: `differs` names each field, what it is and what OBJ wants. Types are compared too,
which takes CAP_SYS_ADMIN.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
