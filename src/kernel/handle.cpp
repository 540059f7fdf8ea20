// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/handle.h"

#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"
#include "base/text.h"
#include "kernel/fdinfo.h"

namespace bpfmaps::kernel {
namespace {

/// Asks the kernel to fill `info`, whose pointers and lengths the caller has set. The rest must
/// be zero: the kernel refuses bytes that it does not know unless they are.
template <class Info>
Status ask_info(int fd, Info& info, std::string_view subject) {
  std::uint32_t size = sizeof info;
  if (bpf_obj_get_info_by_fd(fd, &info, &size) == 0) return {};
  const int code = errno;
  return fail(Error::from_errno(code, "read the info of an object", std::string(subject)));
}

template <std::size_t Size>
std::string text_of(const char (&name)[Size]) {
  return {name, strnlen(name, Size)};
}

std::string tag_text(const unsigned char (&tag)[BPF_TAG_SIZE]) {
  std::string text;
  append_hex(text, tag, sizeof tag);
  std::erase(text, ' ');
  return text;
}

/// Asks for `info` of a program together with the ids of the maps that it uses, which are often
/// few. There may be more of them on the second look than on the first (BPF_PROG_BIND_MAP,
/// Linux 5.10), so it asks until they fit.
Result<std::vector<std::uint32_t>> ask_prog_info(int fd, bpf_prog_info& info,
                                                 std::string_view subject) {
  std::vector<std::uint32_t> ids(16);
  for (;;) {
    info = {};
    info.nr_map_ids = static_cast<std::uint32_t>(ids.size());
    info.map_ids = reinterpret_cast<std::uintptr_t>(ids.data());
    TRY(ask_info(fd, info, subject));
    const bool all = info.nr_map_ids <= ids.size();
    ids.resize(info.nr_map_ids);
    if (all) return ids;
  }
}

/// What /proc tells of a program whose info the kernel refuses.
Result<ProgInfo> orphan_info(int fd) {
  const std::string text = TRY(read_file("/proc/self/fdinfo/" + std::to_string(fd)));
  const auto number = [&](std::string_view key) {
    return static_cast<std::uint32_t>(fdinfo_number(text, key).value_or(0));
  };
  return ProgInfo{.id = number("prog_id"), .type = number("prog_type")};
}

}  // namespace

std::string_view noun_name(Noun noun) {
  constexpr std::string_view kNames[] = {"map", "prog", "link"};
  return kNames[static_cast<std::size_t>(noun)];
}

Result<Map> adopt_map(Fd fd, std::string_view subject) {
  bpf_map_info info{};
  TRY(ask_info(fd.get(), info, subject));
  return Map(std::move(fd), {.id = info.id,
                             .type = info.type,
                             .name = text_of(info.name),
                             .flags = info.map_flags,
                             .key_size = info.key_size,
                             .value_size = info.value_size,
                             .max_entries = info.max_entries,
                             .extra = info.map_extra,
                             .ifindex = info.ifindex,
                             .netns_dev = info.netns_dev,
                             .netns_ino = info.netns_ino,
                             .btf_id = info.btf_id,
                             .btf_key_type_id = info.btf_key_type_id,
                             .btf_value_type_id = info.btf_value_type_id,
                             .btf_vmlinux_value_type_id = info.btf_vmlinux_value_type_id});
}

Result<Prog> adopt_prog(Fd fd, std::string_view subject) {
  bpf_prog_info info{};
  auto map_ids = ask_prog_info(fd.get(), info, subject);
  if (!map_ids) {
    // The device that a program was loaded into is gone: the kernel tells nothing more of it.
    if (map_ids.error().code != ENODEV) return fail(map_ids.error());
    ProgInfo left = TRY(orphan_info(fd.get()));
    return Prog(std::move(fd), std::move(left));
  }
  return Prog(std::move(fd), {.id = info.id,
                              .type = info.type,
                              .name = text_of(info.name),
                              .tag = tag_text(info.tag),
                              .gpl_compatible = info.gpl_compatible != 0,
                              .load_time = info.load_time,
                              .uid = info.created_by_uid,
                              .xlated_size = info.xlated_prog_len,
                              .jited_size = info.jited_prog_len,
                              .map_ids = *std::move(map_ids),
                              .btf_id = info.btf_id,
                              .run_time_ns = info.run_time_ns,
                              .run_cnt = info.run_cnt,
                              .recursion_misses = info.recursion_misses,
                              .ifindex = info.ifindex});
}

Result<Link> adopt_link(Fd fd, std::string_view subject) {
  bpf_link_info info{};
  TRY(ask_info(fd.get(), info, subject));
  return Link(std::move(fd), info);
}

Result<Identity> identify(int fd, Noun noun, std::string_view subject) {
  const auto ask = [&](auto info) -> Result<decltype(info)> {
    TRY(ask_info(fd, info, subject));
    return info;
  };
  switch (noun) {
    case Noun::map: {
      const auto info = TRY(ask(bpf_map_info{}));
      return Identity{noun, info.id, info.type, text_of(info.name)};
    }
    case Noun::prog: {
      const auto info = TRY(ask(bpf_prog_info{}));
      return Identity{noun, info.id, info.type, text_of(info.name)};
    }
    case Noun::link: break;
  }
  const auto info = TRY(ask(bpf_link_info{}));
  return Identity{noun, info.id, info.type};
}

}  // namespace bpfmaps::kernel
