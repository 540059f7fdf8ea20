// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/descriptors.h"

#include <fcntl.h>
#include <net/if.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/number.h"
#include "base/text.h"
#include "cli/parse.h"
#include "commands/shared/select.h"
#include "kernel/map/map_kind.h"
#include "kernel/names.h"
#include "layout/json_text.h"
#include "layout/parse.h"

namespace bpfmaps::commands {
namespace {

using cli::Takes;
using kernel::Holds;
using Words = std::span<const std::string>;

// What dump prints of a value: the field that counts, and the others.
struct Form {
  Holds holds;
  std::string_view number;  ///< an id, an interface's index, the size of a queue
  std::vector<std::string_view> others;
  std::string_view hint;
};
const Form kForms[] = {
    {Holds::maps, "inner_map_id", {"name", "pinned"}, "`id N`, `pinned PATH` or `name NAME`"},
    {Holds::programs, "prog_id", {"name"}, "`id N`, `pinned PATH`, `name NAME` or `tag TAG`"},
    {Holds::devices, "ifindex", {"devname", "prog_id"}, "an interface, or ifindex=N prog_id=N"},
    {Holds::cpus, "qsize", {"prog_id"}, "a number, or qsize=N prog_id=N"},
};

struct Fields {
  std::uint32_t number = 0, prog_id = 0;
  std::string devname = {};
};

Error wrong(const Form& form, const std::string& what) {
  return Error::usage("`value` " + what, "it takes " + std::string(form.hint));
}

Status set_field(const Form& form, std::string_view name, std::string_view text, Fields& fields) {
  if (name == "devname" && form.holds == Holds::devices) return fields.devname = text, Status();
  std::uint32_t* const number = name == form.number ? &fields.number
                                : name == "prog_id" ? &fields.prog_id
                                                    : nullptr;
  if (number == nullptr && std::ranges::count(form.others, name) != 0) return {};
  if (number == nullptr) return fail(wrong(form, "has no field `" + std::string(name) + "`"));
  const auto value = parse_u64(text);
  if (!value || *value > UINT32_MAX)
    return fail(wrong(
        form, "takes a number as `" + std::string(name) + "`, not `" + std::string(text) + "`"));
  *number = static_cast<std::uint32_t>(*value);
  return {};
}

// Bytes are what dump --raw prints.
Result<Fields> read_bytes(Words words, const kernel::MapInfo& info) {
  Bytes bytes(info.value_size);
  TRY(layout::parse(layout::Layout::raw(info.value_size), {"value", words}, bytes));
  Fields fields;
  std::memcpy(&fields.number, bytes.data(), std::min<std::size_t>(bytes.size(), 4));
  if (bytes.size() >= 8) std::memcpy(&fields.prog_id, bytes.data() + 4, 4);
  return fields;
}

Result<Fields> read_fields(Words words, const Form& form, const kernel::MapInfo& info) {
  Fields fields;
  if (words[0].starts_with('{')) {
    const layout::Json given = TRY(layout::read_json(words[0], "`value`"));
    for (const layout::Json& member : given.children)
      TRY(set_field(form, member.name, member.text, fields));
    return fields;
  }
  if (words[0].find('=') == std::string::npos) {
    const bool is_bytes = words.size() > 1 || words[0].find(' ') != std::string::npos;
    if (is_bytes) return read_bytes(words, info);
    const bool is_number = parse_u64(words[0]).has_value();
    if (form.holds == Holds::devices && !is_number) return Fields{.devname = words[0]};
    if (form.holds == Holds::maps || form.holds == Holds::programs)
      return fail(wrong(form, "does not say what `" + words[0] + "` is"));
    TRY(set_field(form, form.number, words[0], fields));
    return fields;
  }
  for (const std::string& word : words) {
    const std::size_t equals = std::min(word.find('='), word.size());
    TRY(set_field(form, word.substr(0, equals), word.substr(std::min(equals + 1, word.size())),
                  fields));
  }
  return fields;
}

bool is_selector(Words words) {
  constexpr std::string_view kWays[] = {"id", "pinned", "name", "tag"};
  if (words.size() > 1) return std::ranges::count(kWays, words[0]) != 0;
  return words[0].find_first_of("/{=") < words[0].find_first_of("{=");
}

// Which map or program is meant: named as everywhere, or by the id that dump prints.
Result<cli::Selector> selector_from(Words words, Takes takes, const Form& form,
                                    const kernel::MapInfo& info) {
  if (is_selector(words)) {
    std::size_t at = 0;
    auto selector = TRY(cli::parse_selector(takes, words, at));
    if (at == words.size()) return selector;
    return fail(wrong(form, "does not take `" + words[at] + "` here"));
  }
  const std::uint32_t id = TRY(read_fields(words, form, info)).number;
  if (id == 0) return fail(wrong(form, "names none"));
  return cli::Selector{.by = cli::Selector::By::id, .text = std::to_string(id), .id = id};
}

Status use_interface(Fields& fields) {
  if (fields.devname.empty()) return {};
  const unsigned index = if_nametoindex(fields.devname.c_str());
  const int code = errno;
  if (index == 0)
    return fail(Error::from_errno(code, "find the interface", fields.devname).as(Kind::not_found));
  if (fields.number != 0 && fields.number != index)
    return fail(Error::usage("`" + fields.devname + "` is interface " + std::to_string(index) +
                                 " here, not " + std::to_string(fields.number),
                             "give one of ifindex and devname"));
  fields.number = index;
  return {};
}

void put(int fd, std::size_t at, Bytes& bytes) { std::memcpy(bytes.data() + at, &fd, sizeof fd); }

Result<DescriptorValue> cgroup_value(Words words, DescriptorValue value) {
  value.cgroup = Fd(open(words[0].c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const int code = errno;
  if (!value.cgroup) return fail(Error::from_errno(code, "open the cgroup", words[0]));
  put(value.cgroup.get(), 0, value.bytes);
  return value;
}

// Sockets, perf events and the like have no name that another process could use.
Error only_its_owner(const kernel::MapInfo& info) {
  return Error::refused(Kind::unsupported, "update", "map id " + std::to_string(info.id),
                        "a map of type " + kernel::map_type_name(info.type) +
                            " takes descriptors that only the process which opened them has",
                        "let that process put them there");
}

}  // namespace

bool takes_descriptors(const kernel::MapInfo& info) {
  const Holds holds = kernel::kind_of(info.type).holds;
  return holds == Holds::sockets || holds == Holds::cgroup_dirs || holds == Holds::perf_events ||
         holds == Holds::xdp_sockets ||
         std::ranges::any_of(kForms, [holds](const Form& form) { return form.holds == holds; });
}

Result<DescriptorValue> parse_descriptor(const std::vector<std::string>& words,
                                         const kernel::MapInfo& info) {
  DescriptorValue value{.bytes = Bytes(info.value_size)};
  if (kernel::kind_of(info.type).holds == Holds::cgroup_dirs)
    return cgroup_value(words, std::move(value));
  const Form* form = std::ranges::find(kForms, kernel::kind_of(info.type).holds, &Form::holds);
  if (form == std::end(kForms)) return fail(only_its_owner(info));
  if (form->holds == Holds::maps) {
    const auto selector = TRY(selector_from(words, Takes::map, *form, info));
    value.map = TRY(open_map(selector, kernel::Access::read));
    put(value.map->fd(), 0, value.bytes);
  } else if (form->holds == Holds::programs) {
    const auto selector = TRY(selector_from(words, Takes::prog, *form, info));
    value.prog = TRY(open_prog(selector));
    put(value.prog->fd(), 0, value.bytes);
  } else {
    Fields fields = TRY(read_fields(words, *form, info));
    TRY(use_interface(fields));
    std::memcpy(value.bytes.data(), &fields.number, sizeof fields.number);
    if (fields.prog_id == 0) return value;
    if (info.value_size < 8) return fail(wrong(*form, "has no room for a program in this map"));
    value.prog = TRY(kernel::prog_by_id(fields.prog_id));
    put(value.prog->fd(), 4, value.bytes);
  }
  return value;
}

}  // namespace bpfmaps::commands
