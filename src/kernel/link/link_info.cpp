// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/link/link_info.h"

#include <bpf/bpf.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <utility>
#include <variant>

#include "kernel/link/link_layout.h"
#include "kernel/link/net.h"
#include "kernel/link/perf_names.h"
#include "kernel/names.h"
#include "kernel/symbols.h"

namespace bpfmaps::kernel {
namespace {

using Numbers = std::vector<__u64>;

__u64 address_of(const void* room) { return reinterpret_cast<std::uintptr_t>(room); }

/// 0, or the errno.
int ask(int fd, LinkInfo& info) {
  __u32 size = sizeof info;
  return bpf_obj_get_info_by_fd(fd, &info, &size) == 0 ? 0 : errno;
}

Error untold(int code, const Link& link) {
  return Error::from_errno(code, "ask what a link says of itself",
                           "link id " + std::to_string(link.info().id));
}

/// What an older kernel answers when asked for what it does not know.
bool is_unknown(int code) { return code == E2BIG || code == EOPNOTSUPP; }

using Value = decltype(Fact::value);

/// Asks again, with room for the text that `info`'s members `address` and `size` stand for; ""
/// where the kernel has none. Linux 6.6 does not say beforehand how long the names behind a perf
/// event are, so the room is that of a path for all.
Value ask_text(int fd, LinkInfo& info, __u64& address, __u32& size) {
  std::array<char, PATH_MAX> room{};
  address = address_of(room.data());
  size = room.size();
  const int code = ask(fd, info);
  if (code == 0) return std::string(room.data(), strnlen(room.data(), room.size()));
  if (is_unknown(code)) return std::string();
  return Untold{Error::from_errno(code, "", "").message()};
}

std::string text_of(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr ? *text : "";
}

void add_text(Facts& facts, std::string_view name, Value text) {
  if (text != Value(std::string())) facts.push_back({name, std::move(text)});
}

void add_cookie(Facts& facts, __u64 cookie) {
  if (cookie != 0) facts.push_back({"cookie", cookie});
}

Facts raw_tracepoint_facts(int fd, LinkInfo& info) {
  auto& it = info.raw_tracepoint;
  Facts facts;
  add_text(facts, "tp_name", ask_text(fd, info, it.tp_name, it.tp_name_len));
  add_cookie(facts, it.cookie);
  return facts;
}

Facts tracing_facts(const LinkInfo& info) {
  const auto& it = info.tracing;
  Facts facts = {{"attach_type", attach_type_name(it.attach_type)},
                 {"target_obj_id", it.target_obj_id},
                 {"target_btf_id", it.target_btf_id}};
  add_cookie(facts, it.cookie);
  return facts;
}

Facts iter_facts(int fd, LinkInfo& info) {
  auto& it = info.iter;
  const Value name = ask_text(fd, info, it.target_name, it.target_name_len);
  const std::string target = text_of(name);
  Facts facts;
  add_text(facts, "target_name", name);
  if (target == "bpf_map_elem" || target == "bpf_sk_storage_map" || target == "sockmap") {
    facts.push_back({"map_id", it.map_id});
  } else if (target.starts_with("task")) {
    if (it.task[0] != 0) facts.push_back({"tid", it.task[0]});
    if (it.task[1] != 0) facts.push_back({"pid", it.task[1]});
  } else if (target == "cgroup") {
    constexpr std::array kOrders = {"", "self_only", "descendants_pre", "descendants_post",
                                    "ancestors_up"};
    facts.push_back({"cgroup_id", it.cgroup_id});
    if (it.cgroup_order < kOrders.size())
      add_text(facts, "order", std::string(kOrders[it.cgroup_order]));
  }
  return facts;
}

/// The kernel tells the interface's index but not whose network namespace it is in. The name is
/// told where an interface of that index in this one holds the link's program.
Facts on_interface_facts(const LinkInfo& info, Interfaces interfaces) {
  NetAttachment place{.prog_id = info.prog_id, .interface = {info.on_interface.ifindex, ""}};
  if (info.type != BPF_LINK_TYPE_XDP)
    place.attach_type = attach_type_name(info.on_interface.attach_type);
  // Number 0: the interface is gone, the link is left over.
  if (place.interface.index == 0 || interfaces == Interfaces::unnamed) return place.where();
  const bool is_xdp = info.type == BPF_LINK_TYPE_XDP;
  const auto programs = net_attachments(place.interface.index, is_xdp ? On::xdp : On::all);
  if (!programs) {
    Facts facts = place.where();
    if (programs.error().code != ENODEV)  // it is in another network namespace
      facts.push_back({"devname", Untold{programs.error().message()}});
    return facts;
  }
  const auto same = std::ranges::find_if(*programs, [&](const NetAttachment& one) {
    return one.prog_id == place.prog_id && one.attach_type == place.attach_type;
  });
  if (same != programs->end()) place.interface.name = same->interface.name;
  return place.where();
}

Facts kprobe_multi_facts(int fd, LinkInfo& info) {
  auto& it = info.kprobe_multi;
  Numbers addresses(it.count), cookies(it.count);
  it.addrs = address_of(addresses.data());
  it.cookies = address_of(cookies.data());
  Facts facts = {{"retprobe", (it.flags & BPF_F_KPROBE_MULTI_RETURN) != 0},
                 {"func_cnt", it.count},
                 {"missed", it.missed}};
  if (it.count == 0) return facts;
  if (const int code = ask(fd, info); code != 0) {
    facts.push_back({"funcs", Untold{Error::from_errno(code, "", "").message()}});
    return facts;
  }
  const auto& gap = kernel_symbols().gap();
  // What is probed may lie behind an instruction for indirect branch tracking.
  constexpr std::uint64_t kReach = 16;
  std::vector<Facts> functions;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    Facts& function = functions.emplace_back();
    const Symbol symbol = kernel_symbols().find(addresses[i], kReach);
    function.push_back({"addr", addresses[i]});
    if (gap)
      function.push_back({"func", Untold{gap->message()}});
    else
      add_text(function, "func", std::string(symbol.name));
    add_text(function, "module", std::string(symbol.module));
    add_cookie(function, cookies[i]);
  }
  facts.push_back({"funcs", std::move(functions)});
  return facts;
}

Facts uprobe_multi_facts(int fd, LinkInfo& info) {
  constexpr __u32 kReturn = 1;  // BPF_F_UPROBE_MULTI_RETURN
  auto& it = info.uprobe_multi;
  Numbers offsets(it.count), counters(it.count), cookies(it.count);
  it.offsets = address_of(offsets.data());
  it.ref_ctr_offsets = address_of(counters.data());
  it.cookies = address_of(cookies.data());
  const Value path = ask_text(fd, info, it.path, it.path_size);
  Facts facts = {{"retprobe", (it.flags & kReturn) != 0}};
  add_text(facts, "path", path);
  facts.push_back({"func_cnt", it.count});
  if (it.pid != 0) facts.push_back({"pid", it.pid});
  if (const auto* why = std::get_if<Untold>(&path)) {
    facts.push_back({"funcs", *why});
    return facts;
  }
  std::vector<Facts> functions;
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    Facts& function = functions.emplace_back();
    function.push_back({"offset", offsets[i]});
    if (counters[i] != 0) function.push_back({"ref_ctr_offset", counters[i]});
    add_cookie(function, cookies[i]);
  }
  facts.push_back({"funcs", std::move(functions)});
  return facts;
}

Facts kprobe_facts(int fd, LinkInfo& info) {
  auto& it = info.perf_event.kprobe;
  const Value name = ask_text(fd, info, it.func_name, it.name_len);
  Facts facts = {{"retprobe", info.perf_event.type == PerfEvent::kretprobe}, {"addr", it.addr}};
  add_text(facts, "func", name);
  facts.push_back({"offset", it.offset});
  facts.push_back({"missed", it.missed});
  add_cookie(facts, it.cookie);
  return facts;
}

Facts uprobe_facts(int fd, LinkInfo& info) {
  auto& it = info.perf_event.uprobe;
  Facts facts = {{"retprobe", info.perf_event.type == PerfEvent::uretprobe}};
  add_text(facts, "file", ask_text(fd, info, it.file_name, it.name_len));
  facts.push_back({"offset", it.offset});
  if (it.ref_ctr_offset != 0) facts.push_back({"ref_ctr_offset", it.ref_ctr_offset});
  add_cookie(facts, it.cookie);
  return facts;
}

Facts tracepoint_facts(int fd, LinkInfo& info) {
  auto& it = info.perf_event.tracepoint;
  Facts facts;
  add_text(facts, "tracepoint", ask_text(fd, info, it.tp_name, it.name_len));
  add_cookie(facts, it.cookie);
  return facts;
}

Facts event_facts(const LinkInfo& info) {
  const auto& it = info.perf_event.event;
  Facts facts = {{"event_type", perf_type_name({it.type, it.config})},
                 {"event_type_id", it.type},
                 {"event_config", perf_config_name({it.type, it.config})},
                 {"event_config_id", it.config}};
  add_cookie(facts, it.cookie);
  return facts;
}

Facts perf_event_facts(int fd, LinkInfo& info) {
  switch (info.perf_event.type) {
    case PerfEvent::kprobe:
    case PerfEvent::kretprobe: return kprobe_facts(fd, info);
    case PerfEvent::uprobe:
    case PerfEvent::uretprobe: return uprobe_facts(fd, info);
    case PerfEvent::tracepoint: return tracepoint_facts(fd, info);
    case PerfEvent::event: return event_facts(info);
    case PerfEvent::none: break;  // before Linux 6.6
  }
  return {};
}

}  // namespace

Result<Facts> link_facts(const Link& link, Interfaces interfaces) {
  LinkInfo info{};
  const int fd = link.fd();
  if (const int code = ask(fd, info); code != 0) return fail(untold(code, link));
  switch (info.type) {
    case BPF_LINK_TYPE_RAW_TRACEPOINT: return raw_tracepoint_facts(fd, info);
    case BPF_LINK_TYPE_TRACING: return tracing_facts(info);
    case BPF_LINK_TYPE_CGROUP:
      return Facts{{"cgroup_id", info.cgroup.cgroup_id},
                   {"attach_type", attach_type_name(info.cgroup.attach_type)}};
    case BPF_LINK_TYPE_ITER: return iter_facts(fd, info);
    case BPF_LINK_TYPE_NETNS:
      return Facts{{"netns_ino", info.netns.netns_ino},
                   {"attach_type", attach_type_name(info.netns.attach_type)}};
    case BPF_LINK_TYPE_PERF_EVENT: return perf_event_facts(fd, info);
    case BPF_LINK_TYPE_KPROBE_MULTI: return kprobe_multi_facts(fd, info);
    case BPF_LINK_TYPE_STRUCT_OPS: return Facts{{"map_id", info.of_map.map_id}};
    case kLinkNetfilter:
      return Facts{{"pf", info.netfilter.pf},
                   {"hook", info.netfilter.hooknum},
                   {"prio", info.netfilter.priority},
                   {"flags", info.netfilter.flags}};
    case BPF_LINK_TYPE_XDP:
    case kLinkTcx:
    case kLinkNetkit: return on_interface_facts(info, interfaces);
    case kLinkUprobeMulti: return uprobe_multi_facts(fd, info);
    case kLinkSockmap:
      return Facts{{"map_id", info.of_map.map_id},
                   {"attach_type", attach_type_name(info.of_map.attach_type)}};
    default: return Facts{};
  }
}

Result<bool> is_detached(const Link& link) {
  LinkInfo info{};
  if (const int code = ask(link.fd(), info); code != 0) return fail(untold(code, link));
  switch (info.type) {
    case BPF_LINK_TYPE_XDP:
    case kLinkTcx:
    case kLinkNetkit: return info.on_interface.ifindex == 0;
    case BPF_LINK_TYPE_CGROUP: return info.cgroup.cgroup_id == 0;
    case BPF_LINK_TYPE_NETNS: return info.netns.netns_ino == 0;
    case kLinkSockmap: return info.of_map.map_id == 0;
    default: return false;
  }
}

}  // namespace bpfmaps::kernel
