// SPDX-License-Identifier: BSD-2-Clause
// cgroup list [DIR]: what runs for the processes of which cgroup.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <tuple>
#include <utility>

#include "commands/records.h"
#include "commands/shared/context.h"
#include "commands/shared/list_columns.h"
#include "commands/shared/list_query.h"
#include "commands/shared/prog_fields.h"
#include "kernel/cgroup.h"
#include "kernel/link/cgroup_progs.h"
#include "kernel/link/hook.h"
#include "kernel/link/link_info.h"
#include "kernel/names.h"
#include "output/tree.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;
using kernel::CgroupProg;
using output::Record;

/// One cgroup that was walked, and what its rows show.
struct Shown {
  std::string path;
  std::uint64_t id = 0;
  std::vector<CgroupProg> progs = {};
};

/// The links that hold programs in cgroups. Each is given away once: one program may be attached
/// to a hook by several links and directly, too.
class CgroupLinks {
 public:
  explicit CgroupLinks(Context& context) {
    const Status listed = kernel::for_each_link([this](const kernel::Link& link) {
      if (link.info().type != BPF_LINK_TYPE_CGROUP) return;
      const auto& cgroup = link.info().cgroup;
      ids_[{cgroup.cgroup_id, cgroup.attach_type, link.info().prog_id}].push_back(link.info().id);
    });
    if (!listed) context.remark("link_id is not known: " + listed.error().message());
  }

  /// A link that holds the program there, or 0.
  std::uint32_t of(const CgroupProg& one) const {
    const auto found = ids_.find({one.cgroup_id, one.attach_type, one.prog_id});
    return found == ids_.end() || found->second.empty() ? 0 : found->second.front();
  }
  /// The same, for one of several places at which it may be attached.
  std::uint32_t take(const CgroupProg& one) {
    const std::uint32_t id = of(one);
    if (id != 0) {
      auto& ids = ids_[{one.cgroup_id, one.attach_type, one.prog_id}];
      ids.erase(ids.begin());
    }
    return id;
  }

 private:
  std::map<std::tuple<std::uint64_t, std::uint32_t, std::uint32_t>, std::vector<std::uint32_t>>
      ids_;
};

Record base_of(const Shown& cgroup, const std::string& label) {
  Record record;
  record.add("cgroup", label).add("cgroup_id", cgroup.id);
  return record;
}

/// The cgroups that have something to show and, for a tree, those above them.
std::vector<Shown> prune(std::vector<Shown> all, bool tree) {
  std::vector<Shown> kept;
  for (auto one = all.rbegin(); one != all.rend(); ++one) {
    const bool leads_there = tree && !kept.empty() && kept.back().path.starts_with(one->path + "/");
    if (!one->progs.empty() || leads_there) kept.push_back(std::move(*one));
  }
  std::ranges::reverse(kept);
  return kept;
}

std::vector<std::string> labels_of(const std::vector<Shown>& cgroups, bool ascii) {
  std::vector<output::TreeNode> nodes;
  for (const Shown& one : cgroups) {
    const std::string& top = cgroups.front().path;
    const auto depth = static_cast<unsigned>(std::count(
        one.path.begin() + static_cast<std::ptrdiff_t>(top.size()), one.path.end(), '/'));
    nodes.push_back({depth, depth == 0 ? one.path : one.path.substr(one.path.rfind('/') + 1)});
  }
  return output::tree_labels(nodes, ascii);
}

/// Where each program that runs in a cgroup is attached: there, or above it.
class Attached {
 public:
  void add(const std::vector<CgroupProg>& progs) {
    for (const CgroupProg& one : progs) of_[{one.attach_type, one.prog_id}].push_back(one);
  }
  /// Where the program that runs as the `n`th of `cgroup` is attached. One that is attached several
  /// times on the way there runs several times: first as what is attached nearest.
  const CgroupProg* find(const Shown& cgroup, std::size_t n) const {
    const CgroupProg& wanted = cgroup.progs[n];
    const auto same = [&wanted](const CgroupProg& one) {
      return one.attach_type == wanted.attach_type && one.prog_id == wanted.prog_id;
    };
    std::vector<const CgroupProg*> places;
    if (const auto found = of_.find({wanted.attach_type, wanted.prog_id}); found != of_.end())
      for (const CgroupProg& one : found->second)
        if (is_at_or_above(one, cgroup)) places.push_back(&one);
    std::ranges::stable_sort(places, std::greater<>(),
                             [](auto* one) { return one->cgroup.size(); });
    const auto begin = cgroup.progs.begin();
    const auto before = std::count_if(begin, begin + static_cast<std::ptrdiff_t>(n), same);
    const auto at = static_cast<std::size_t>(before);
    return at < places.size() ? places[at] : nullptr;
  }

 private:
  static bool is_at_or_above(const CgroupProg& one, const Shown& cgroup) {
    return one.cgroup_id == cgroup.id || one.cgroup == "/" ||
           cgroup.path.starts_with(one.cgroup + "/");
  }

  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<CgroupProg>> of_;
};

/// The cgroup to begin with, by its path below cgroup_root() where it has one: what is attached
/// above it is found by that.
Result<std::string> top_of(const cli::Request& request) {
  const std::string& root = kernel::cgroup_root();
  const std::string typed(request.word("DIR", root));
  if (typed.empty())
    return fail(Error::refused(Kind::unsupported, "list cgroups", "",
                               "no cgroup2 file system is mounted",
                               "mount -t cgroup2 cgroup2 /sys/fs/cgroup"));
  auto path = kernel::cgroup_path(TRY(kernel::cgroup_id(typed)));
  const bool is_outside = !path && path.error().kind == Kind::not_found;
  const bool may_not_ask = !path && path.error().kind == Kind::permission;
  return is_outside || may_not_ask ? typed : path;
}

Status run(const cli::Request& request, Context& context) {
  const ListQuery query = TRY(ListQuery::from(request, cgroup_list_columns(), "cgroup"));
  const bool effective = request.has(Option::effective), tree = request.has(Option::tree);
  const bool all = request.find("DIR") == nullptr;
  const std::string path = TRY(top_of(request));
  const auto hooks = kernel::cgroup_attach_types();
  const auto depth = all || tree ? kernel::CgroupDepth::all : kernel::CgroupDepth::one;
  std::vector<Shown> shown;
  auto unread = TRY(kernel::walk_cgroups(
      path, depth, hooks, effective,
      [&](const std::string& at, std::uint64_t id, std::vector<CgroupProg> progs) {
        shown.push_back({at, id, std::move(progs)});
      }));
  Attached attached;
  std::vector<std::string> unread_above;
  if (effective)
    unread_above = TRY(
        kernel::walk_cgroups(kernel::cgroup_root(), kernel::CgroupDepth::all, hooks, false,
                             [&](const std::string&, std::uint64_t,
                                 const std::vector<CgroupProg>& progs) { attached.add(progs); }));

  const bool drawn = tree && context.style.is_table();
  shown = prune(std::move(shown), drawn);
  const auto labels = drawn ? labels_of(shown, context.style.ascii) : std::vector<std::string>();
  CgroupLinks links(context);
  ProgFields fields;
  std::vector<Record> records;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const Shown& cgroup = shown[i];
    const std::string& label = drawn ? labels[i] : cgroup.path;
    if (cgroup.progs.empty()) records.push_back(base_of(cgroup, label));
    for (std::size_t n = 0; n < cgroup.progs.size(); ++n) {
      const CgroupProg& one = cgroup.progs[n];
      Record& record = records.emplace_back(base_of(cgroup, drawn && n != 0 ? " " : label));
      record.add("attach_type", kernel::attach_type_name(one.attach_type));
      const CgroupProg* place = effective ? attached.find(cgroup, n) : &one;
      if (place == nullptr && unread.empty()) unread = unread_above;
      if (place != nullptr) {
        record.add("attach_flags", kernel::cgroup_flags_name(place->flags));
        if (effective) record.add("from", place->cgroup);
      }
      const std::uint32_t link_id = place == nullptr ? 0
                                    : effective      ? links.of(*place)
                                                     : links.take(*place);
      fields.add_to(record, one.prog_id, link_id);
    }
  }
  TRY(query.print(std::move(records), context, "no programs in cgroups"));
  if (unread.empty()) return {};
  return fail(Error::refused(Kind::incomplete, "list cgroups", unread.front(),
                             "the directory may not be read"));
}

constexpr Operand kOperands[] = {
    {"", "DIR", Takes::cgroup, Count::optional, "that cgroup alone; every cgroup when not given"},
};
constexpr auto& kOptions = kListOptions<Option::tree, Option::effective>;
constexpr cli::Example kExamples[] = {
    {"bpfmaps cgroup list", "every program that is attached to a cgroup"},
    {"bpfmaps cgroup list /sys/fs/cgroup/web --tree", "one cgroup and all below it, as a tree"},
    {"bpfmaps cgroup list /sys/fs/cgroup/web --effective", "what runs for the processes of one"},
};

}  // namespace

const cli::Command kCgroupList{
    .object = "cgroup",
    .verb = "list",
    .summary = "list what runs for the processes of cgroups",
    .details =
        R"(For each cgroup and hook the programs that are attached to it, in the order in which
they run. `attach_flags` say how they go together with those of other cgroups: `multi`, where
those above run, too; `override`, where a cgroup below may have another one instead; `none`, where
all below have this one.

With DIR it lists that cgroup alone; with --tree also all below it. --effective lists what runs
for the processes of a cgroup, and `from` which cgroup it is attached to.

`link_id` is set where a link holds the program. A program without one was attached directly and
stays until it is detached or its cgroup is removed. Links can be listed only with
CAP_SYS_ADMIN.

`prog attach` and `prog detach` change what is there.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
