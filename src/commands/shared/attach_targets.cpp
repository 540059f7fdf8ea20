// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/attach_targets.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

#include "base/number.h"
#include "base/text.h"
#include "commands/shared/select.h"
#include "commands/shared/uprobe_word.h"
#include "kernel/link/netfilter.h"
#include "kernel/names.h"

namespace bpfmaps::commands {
namespace {

using kernel::Hook;
using Of = Hook::Of;

/// The words that say where, each with what it is called in the grammar and the hooks that need it
/// or may have it.
struct Word {
  cli::OperandId name;
  std::string_view shown;
  std::span<const Of> needed;
  std::span<const Of> allowed = {};
};
constexpr Of kDev[] = {Of::interface, Of::tc};
constexpr Of kTc[] = {Of::tc};
constexpr Of kCgroup[] = {Of::cgroup};
constexpr Of kSockets[] = {Of::sockets};
constexpr Of kNetfilter[] = {Of::netfilter};
constexpr Of kPerf[] = {Of::perf_event};
constexpr Of kEvents[] = {Of::tracepoint, Of::raw_tracepoint, Of::kprobe, Of::uprobe,
                          Of::perf_event};
constexpr Word kWords[] = {
    {"dev", "dev IFACE", kDev},         {"cgroup", "cgroup DIR", kCgroup},
    {"MAP", "MAP", kSockets},           {"event", "event NAME", kEvents},
    {"hook", "hook NAME", kNetfilter},  {"pf", "pf FAMILY", {}, kNetfilter},
    {"prio", "prio N", {}, kNetfilter}, {"pref", "pref N", {}, kTc},
    {"handle", "handle N", {}, kTc},    {"freq", "freq N", {}, kPerf},
    {"period", "period N", {}, kPerf},
};

bool has(std::span<const Of> hooks, Of of) { return std::ranges::count(hooks, of) != 0; }

Status check_words(const cli::Request& request, const Hook& hook) {
  const std::string name = hook.name.empty() ? "this program" : hook.name;
  for (const Word& word : kWords) {
    const std::string shown = "`" + std::string(word.shown) + "`";
    const bool given = request.find(word.name) != nullptr, needed = has(word.needed, hook.of);
    if (needed && !given) return fail(Error::usage(name + " lacks its " + shown));
    if (given && !needed && !has(word.allowed, hook.of))
      return fail(Error::usage(shown + " does not go with " + name));
  }
  return {};
}

Error no_such_hook(const std::string& name) {
  const std::vector<Hook> hooks = kernel::all_hooks();
  std::vector<std::string_view> names;
  for (const Hook& hook : hooks) names.push_back(hook.name);
  // bpftool says stream_verdict for sk_skb_stream_verdict.
  const auto longer =
      std::ranges::find_if(names, [&](std::string_view one) { return one.ends_with("_" + name); });
  std::string hint = longer != names.end() ? "did you mean `" + std::string(*longer) + "`?"
                                           : did_you_mean(name, names);
  if (hint.empty()) hint = "xdp, tcx_ingress, tcx_egress, cgroup_inet_ingress, ...: TAB shows all";
  return Error::usage("there is no hook `" + name + "`", std::move(hint));
}

/// For programs that are loaded for one place, which then goes without saying.
Result<Hook> hook_of(const kernel::Prog& prog) {
  switch (prog.info().type) {
    case BPF_PROG_TYPE_TRACING:
    case BPF_PROG_TYPE_LSM:
    case BPF_PROG_TYPE_EXT: return Hook{};
    default:
      return fail(Error::usage("no word says where: a program of type " +
                                   kernel::prog_type_name(prog.info().type) +
                                   " was not loaded for one place only",
                               "name a hook, as in `xdp dev eth0`"));
  }
}

Result<Hook> hook_from(const cli::Request& request, const kernel::Prog* prog) {
  const std::string name(request.word("HOOK"));
  if (auto named = kernel::hook_named(name)) return *std::move(named);
  if (!name.empty()) return fail(no_such_hook(name));
  if (prog != nullptr) return hook_of(*prog);
  return fail(Error::usage("`any` lacks its HOOK", "as in `any xdp dev eth0`"));
}

/// The number given under `name`, 0 where it is not given; at most `most`.
Result<std::uint32_t> number_of(const cli::Request& request, cli::OperandId name,
                                std::uint32_t most) {
  const std::uint64_t number = request.number(name, 0);
  if (number <= most) return static_cast<std::uint32_t>(number);
  return fail(Error::usage("`" + std::string(name) + "` is at most " + std::to_string(most)));
}

Result<kernel::AttachTarget> on_tc(const cli::Request& request, const Hook& hook) {
  const std::uint32_t pref = TRY(number_of(request, "pref", 0xffff));
  const std::uint32_t handle =
      TRY(number_of(request, "handle", std::numeric_limits<std::uint32_t>::max()));
  if (handle != 0 && pref == 0)
    return fail(Error::usage("`handle` tells filters of one `pref` apart", "give both"));
  return kernel::target_on_tc(hook, std::string(request.word("dev")), pref, handle);
}

Result<kernel::AttachTarget> in_netfilter(const cli::Request& request, const Hook& hook) {
  const auto priority = parse_i64(request.word("prio", "0"));
  if (!priority || *priority < std::numeric_limits<std::int32_t>::min() ||
      *priority > std::numeric_limits<std::int32_t>::max())
    return fail(Error::usage("`prio " + std::string(request.word("prio")) +
                             "` is no whole number of 32 bits"));
  const std::string_view name = request.word("hook");
  const auto number = kernel::netfilter_hook(name);
  if (!number)
    return fail(Error::usage("netfilter has no hook `" + std::string(name) + "`",
                             "pre_routing, local_in, forward, local_out or post_routing"));
  // The parser has checked the family.
  return kernel::target_in_netfilter(hook, *kernel::netfilter_family(request.word("pf", "ipv4")),
                                     *number, static_cast<std::int32_t>(*priority));
}

/// FUNCTION, or FUNCTION+OFFSET.
Result<kernel::AttachTarget> at_kprobe(const std::string& word, const Hook& hook) {
  const std::size_t plus = word.find('+');
  std::uint64_t offset = 0;
  if (plus != word.npos) {
    const auto number = parse_u64(word.substr(plus + 1));
    if (!number) return fail(Error::usage("`" + word + "` is no FUNCTION+OFFSET"));
    offset = *number;
  }
  return kernel::target_at_kprobe(hook, word.substr(0, plus), offset);
}

}  // namespace

Result<kernel::AttachTarget> attach_target_from(const cli::Request& request,
                                                const kernel::Prog* prog) {
  const Hook hook = TRY(hook_from(request, prog));
  TRY(check_words(request, hook));
  const std::string event(request.word("event"));
  switch (hook.of) {
    case Of::interface: return kernel::target_on_interface(hook, std::string(request.word("dev")));
    case Of::tc: return on_tc(request, hook);
    case Of::cgroup: return kernel::target_in_cgroup(hook, std::string(request.word("cgroup")));
    case Of::network: return kernel::target_in_network(hook);
    case Of::sockets:
      return kernel::target_on_sockets(
          hook, TRY(open_map(request.selector("MAP"), kernel::Access::write)));
    case Of::netfilter: return in_netfilter(request, hook);
    case Of::tracepoint:
    case Of::raw_tracepoint: return kernel::target_at_event(hook, event);
    case Of::kprobe: return at_kprobe(event, hook);
    case Of::uprobe: {
      const UprobeWord word = TRY(parse_uprobe(event));
      auto target = TRY(kernel::target_at_uprobe(hook, word.path, word.offset));
      target.where = event;
      return target;
    }
    case Of::perf_event:
      return kernel::target_at_perf_event(hook, event,
                                          {request.number("freq", 0), request.number("period", 0)});
    case Of::loaded: break;
  }
  return kernel::AttachTarget{.hook = hook};
}

std::string target_label(const kernel::AttachTarget& target) {
  const auto last_part = [](std::string path) {
    path.resize(path.find_last_not_of('/') + 1);
    return path.substr(path.rfind('/') + 1);
  };
  std::string label = last_part(target.where);
  switch (target.hook.of) {
    case Of::interface:
      if (target.hook.name != "xdp") label += "_" + target.hook.name;
      break;
    case Of::cgroup: label += (label.empty() ? "" : "_") + target.hook.name; break;
    case Of::network: label = target.hook.name; break;
    case Of::sockets:
    case Of::tc: label += "_" + target.hook.name; break;
    case Of::netfilter: std::ranges::replace(label, ' ', '_'); break;
    case Of::tracepoint:
    case Of::raw_tracepoint:
    case Of::kprobe:
    case Of::uprobe:
    case Of::perf_event: break;
    case Of::loaded: label = "link"; break;
  }
  // A bpffs takes no dot ("eth0.100"), and a shell is better spared the space in "map 7".
  for (const char sign : {'.', ':', '+'}) std::ranges::replace(label, sign, '_');
  std::erase(label, ' ');
  return label;
}

}  // namespace bpfmaps::commands
