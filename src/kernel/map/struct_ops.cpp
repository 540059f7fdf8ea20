// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/map/struct_ops.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "kernel/btf.h"
#include "kernel/link/bpf_calls.h"
#include "kernel/map/map_kind.h"
#include "kernel/map/reader.h"
#include "kernel/names.h"

namespace bpfmaps::kernel {
namespace {

template <class Number>
Number number_at(const std::vector<std::uint8_t>& bytes, std::size_t offset) {
  Number number{};
  if (offset + sizeof number <= bytes.size())
    std::memcpy(&number, bytes.data() + offset, sizeof number);
  return number;
}

std::string_view state_name(std::uint32_t state) {
  constexpr std::array<std::string_view, 4> kStates = {"init", "in_use", "to_be_free", "ready"};
  return state < kStates.size() ? kStates[state] : "unknown";
}

bool is_function_pointer(const btf* types, std::uint32_t id) {
  const int resolved = btf__resolve_type(types, id);
  if (resolved < 0) return false;
  const btf_type* pointer = btf__type_by_id(types, static_cast<std::uint32_t>(resolved));
  if (pointer == nullptr || !btf_is_ptr(pointer)) return false;
  const int pointed = btf__resolve_type(types, pointer->type);
  return pointed > 0 &&
         btf_is_func_proto(btf__type_by_id(types, static_cast<std::uint32_t>(pointed)));
}

}  // namespace

Result<StructOps> struct_ops_of(const Map& map) {
  const MapInfo& info = map.info();
  const auto refuse = [&info](const char* why) {
    return fail(Error::refused(Kind::unsupported, "read a struct_ops map",
                               "map " + std::to_string(info.id), why));
  };
  const btf* types = vmlinux_btf();
  if (types == nullptr) return refuse("the kernel gives no types of its own away");
  const btf_type* value = btf__type_by_id(types, info.btf_vmlinux_value_type_id);
  if (value == nullptr || !btf_is_struct(value) || btf_vlen(value) < 2)
    return refuse("its type is not one of the kernel's own");
  // struct bpf_struct_ops_NAME: what the kernel keeps for itself, and last the struct NAME.
  const btf_member& data = btf_members(value)[btf_vlen(value) - 1];
  const btf_type* members = btf__type_by_id(types, data.type);
  if (members == nullptr || !btf_is_struct(members))
    return refuse("its type is not one of the kernel's own");

  std::vector<std::uint8_t> bytes(TRY(value_shape(info)).size);
  const std::uint32_t key = 0;
  TRY(lookup(map, &key, bytes.data()));
  StructOps found{.type = btf__name_by_offset(types, members->name_off),
                  .state = state_name(number_at<std::uint32_t>(bytes, 4))};
  for (std::uint32_t i = 0; i < btf_vlen(members); ++i) {
    const btf_member& member = btf_members(members)[i];
    if (!is_function_pointer(types, member.type)) continue;
    const std::size_t offset = (data.offset + btf_member_bit_offset(members, i)) / 8;
    const auto prog_id = static_cast<std::uint32_t>(number_at<std::uint64_t>(bytes, offset));
    if (prog_id != 0)
      found.callbacks.push_back({btf__name_by_offset(types, member.name_off), prog_id});
  }
  return found;
}

Result<Link> register_struct_ops(const Map& map, const std::string& subject) {
  constexpr std::uint32_t kByLink = 1U << 13;  // BPF_F_LINK, Linux 6.4
  constexpr std::uint32_t kStructOps = 44;     // enum bpf_attach_type, Linux 6.4
  const MapInfo& info = map.info();
  const auto refuse = [&subject](std::string why, std::string hint) {
    return fail(Error::refused(Kind::invalid, "register a struct", subject, std::move(why),
                               std::move(hint)));
  };
  if (kind_of(info.type).holds != Holds::callbacks)
    return refuse("a map of type " + map_type_name(info.type) + " holds no struct of programs",
                  "maps of type struct_ops do");
  if ((info.flags & kByLink) == 0)
    return refuse("it was not made for links",
                  "declare it in a section .struct_ops.link; one of .struct_ops is registered by "
                  "`bpfmaps prog load OBJ PATH autoattach`");
  Fd fd(link_create({.prog_fd = static_cast<std::uint32_t>(map.fd()), .attach_type = kStructOps}));
  const int code = errno;
  if (fd) return adopt_link(std::move(fd), subject);
  Error error = Error::from_errno(code, "register a struct", subject);
  if (code == EEXIST) error.context = "one of that name is registered already";
  const auto ops = struct_ops_of(map);
  if (code == EINVAL && ops && ops->state == "init")
    return fail(std::move(error)
                    .as(Kind::invalid)
                    .because("its functions are not set yet")
                    .advise("`bpfmaps prog load OBJ PATH autoattach` sets and registers them"));
  return fail(std::move(error));
}

}  // namespace bpfmaps::kernel
