// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/attach_targets.h"

#include <algorithm>

#include "base/text.h"
#include "commands/shared/select.h"
#include "kernel/names.h"

namespace bpfmaps::commands {
namespace {

using kernel::Hook;
using Of = Hook::Of;

/// The words that say where, each with what it is called in the grammar.
struct Word {
  std::string_view name;
  std::string_view shown;
};
constexpr Word kDev{"dev", "dev IFACE"}, kCgroup{"cgroup", "cgroup DIR"}, kMap{"MAP", "MAP"},
    kEvent{"event", "event NAME"};

const Word* word_for(Of of) {
  switch (of) {
    case Of::interface: return &kDev;
    case Of::cgroup: return &kCgroup;
    case Of::sockets: return &kMap;
    case Of::tracepoint:
    case Of::raw_tracepoint: return &kEvent;
    case Of::network:
    case Of::loaded: break;
  }
  return nullptr;
}

Status check_words(const cli::Request& request, const Hook& hook) {
  const Word* needed = word_for(hook.of);
  const std::string name = hook.name.empty() ? "this program" : hook.name;
  for (const Word* word : {&kDev, &kCgroup, &kMap, &kEvent}) {
    const std::string shown = "`" + std::string(word->shown) + "`";
    const bool given = request.find(word->name) != nullptr;
    if (word == needed && !given) return fail(Error::usage(name + " lacks its " + shown));
    if (word != needed && given) return fail(Error::usage(shown + " does not go with " + name));
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

}  // namespace

Result<kernel::AttachTarget> attach_target_from(const cli::Request& request,
                                                const kernel::Prog& prog) {
  const std::string name(request.word("HOOK"));
  Hook hook;
  if (name.empty()) {
    hook = TRY(hook_of(prog));
  } else if (auto named = kernel::hook_named(name)) {
    hook = *std::move(named);
  } else {
    return fail(no_such_hook(name));
  }
  TRY(check_words(request, hook));
  switch (hook.of) {
    case Of::interface: return kernel::target_on_interface(hook, std::string(request.word("dev")));
    case Of::cgroup: return kernel::target_in_cgroup(hook, std::string(request.word("cgroup")));
    case Of::network: return kernel::target_in_network(hook);
    case Of::sockets:
      return kernel::target_on_sockets(
          hook, TRY(open_map(request.selector("MAP"), kernel::Access::write)));
    case Of::tracepoint:
    case Of::raw_tracepoint:
      return kernel::target_at_event(hook, std::string(request.word("event")));
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
    case Of::sockets: label += "_" + target.hook.name; break;
    case Of::tracepoint:
    case Of::raw_tracepoint: break;
    case Of::loaded: label = "link"; break;
  }
  // A bpffs takes no dot ("eth0.100"), and a shell is better spared the space in "map 7".
  std::ranges::replace(label, '.', '_');
  std::erase(label, ' ');
  return label;
}

}  // namespace bpfmaps::commands
