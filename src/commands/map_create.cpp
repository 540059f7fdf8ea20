// SPDX-License-Identifier: BSD-2-Clause
// map create PATH type TYPE ...: makes a map and pins it.
#include <bit>
#include <cctype>
#include <optional>

#include "base/number.h"
#include "base/text.h"
#include "commands/records.h"
#include "commands/shared/changed.h"
#include "commands/shared/context.h"
#include "commands/shared/describe.h"
#include "commands/shared/select.h"
#include "entries/type_source.h"
#include "kernel/map/create.h"
#include "kernel/map/map_kind.h"
#include "kernel/names.h"
#include "kernel/pin/pin.h"
#include "layout/named_types.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;

Result<std::uint32_t> type_from(std::string_view name) {
  const int type = kernel::map_type_from_name(name);
  if (type >= 0) return static_cast<std::uint32_t>(type);
  const auto names = kernel::map_type_names();
  const std::vector<std::string_view> known(names.begin(), names.end());
  return fail(Error::usage("`" + std::string(name) + "` is no type of map that this kernel knows",
                           suggestion(name, known, "types")));
}

// "no_prealloc,rdonly_prog", or a number as bpftool takes it.
Result<std::uint32_t> flags_from(std::string_view words) {
  std::uint32_t flags = 0;
  for (const std::string_view word : split(words, ',')) {
    const auto number = parse_u64(word);
    const std::uint32_t flag = number && *number <= UINT32_MAX ? static_cast<std::uint32_t>(*number)
                                                               : kernel::map_flag_from_name(word);
    if (flag == 0 && !number)
      return fail(Error::usage("`" + std::string(word) + "` is no flag of a map",
                               suggestion(word, kernel::all_map_flag_names(), "flags")));
    flags |= flag;
  }
  return flags;
}

// The name of the pin, where it can be a map's name.
std::string name_from(std::string_view path) {
  std::string name(path.substr(path.rfind('/') + 1));
  for (const unsigned char c : name)
    if (std::isalnum(c) == 0 && c != '_') return {};
  return name.substr(0, BPF_OBJ_NAME_LEN - 1);
}

// A key or value as it was typed: bytes, or a type whose size that is.
struct Part {
  std::uint32_t size = 0;
  std::uint32_t type_id = 0;  ///< 0 where only bytes were given
};

Result<Part> part_from(std::string_view word, layout::NamedTypes& types) {
  if (word.empty()) return Part();
  if (const auto number = parse_u64(word)) {
    if (*number <= UINT32_MAX) return Part{.size = static_cast<std::uint32_t>(*number)};
    return fail(Error::usage("`" + std::string(word) + "` bytes are more than a map can have"));
  }
  const std::uint32_t id = TRY(types.add(word));
  return Part{types.size_of(id), id};
}

// The kernel wants types for both or for none: bytes beside a type become numbers, else bytes.
Status give_type(Part& part, layout::NamedTypes& types) {
  if (part.size == 0 || part.type_id != 0) return {};
  const bool is_number = part.size <= 8 && std::has_single_bit(part.size);
  part.type_id = TRY(types.add(is_number ? "__u" + std::to_string(part.size * 8)
                                         : "__u8[" + std::to_string(part.size) + "]"));
  return {};
}

// The kernel keeps no types for some types of maps, and is particular about others.
Result<kernel::Map> create(kernel::NewMap wanted, Context& context) {
  auto made = kernel::create_map(wanted);
  if (made || wanted.types == nullptr) return made;
  const std::string code = errno_name(made.error().code);
  wanted.types = nullptr;
  made = kernel::create_map(wanted);
  if (made)
    context.remark("made without types: the kernel refuses them for a map of type " +
                   kernel::map_type_name(wanted.type) + " (" + code + ")");
  return made;
}

Status run(const cli::Request& request, Context& context) {
  const std::string path(request.word("PATH"));
  const std::uint64_t entries = request.number("entries", 0);
  if (entries > UINT32_MAX)
    return fail(Error::usage("`entries` is at most " + std::to_string(UINT32_MAX)));
  const std::uint32_t type = TRY(type_from(request.word("type")));
  const std::uint32_t flags = TRY(flags_from(request.word("flags")));
  const entries::TypeSource source =
      TRY(entries::open_type_source(request.value(cli::Option::btf)));
  layout::NamedTypes types(source.types);
  Part key = TRY(part_from(request.word("key"), types));
  Part value = TRY(part_from(request.word("value"), types));
  const bool typed = key.type_id != 0 || value.type_id != 0;
  if (typed) {
    if (kernel::kind_of(type).structure == kernel::Structure::prefixes && key.type_id == 0 &&
        key.size > sizeof(__u32))
      key.type_id = TRY(types.add_lpm_key(key.size));
    TRY(give_type(key, types));
    TRY(give_type(value, types));
  }
  std::optional<kernel::Map> inner;
  if (request.find("inner_map") != nullptr)
    inner = TRY(open_map(request.selector("inner_map"), kernel::Access::read));
  const auto made = create({.type = type,
                            .name = std::string(request.word("name", name_from(path))),
                            .key_size = key.size,
                            .value_size = value.size,
                            .max_entries = static_cast<std::uint32_t>(entries),
                            .flags = flags,
                            .extra = request.number("map_extra", 0),
                            .inner = inner ? &*inner : nullptr,
                            .types = typed ? types.types() : nullptr,
                            .key_type_id = key.type_id,
                            .value_type_id = value.type_id},
                           context);
  if (!made) {
    Error error = made.error();
    error.subject = path;
    return fail(std::move(error));
  }
  TRY(kernel::pin(made->fd(), path));
  if (context.style.is_json()) print_change(context, describe(*made, kernel::all_pins()));
  return {};
}

constexpr Operand kOperands[] = {
    {"", "PATH", Takes::pin_path, Count::one, "where the map is pinned"},
    {"type", "TYPE", Takes::map_type, Count::one, "hash, array, lru_hash, lpm_trie and so on"},
    {"key", "SIZE|TYPE", Takes::word, Count::optional, "bytes, or a C type such as u32"},
    {"value", "SIZE|TYPE", Takes::word, Count::optional, "bytes, or a type such as 'struct flow'"},
    {"entries", "N", Takes::number, Count::optional, "how many entries it may have"},
    {"name", "NAME", Takes::word, Count::optional, "at most 15 characters; the pin's by default"},
    {"flags", "FLAGS", Takes::map_flags, Count::optional,
     "no_prealloc,rdonly_prog,... or a number"},
    {"map_extra", "N", Takes::number, Count::optional,
     "hash functions of a bloom_filter, address of an arena"},
    {"inner_map", "MAP", Takes::map, Count::optional, "what the maps in a map of maps are like"},
};
constexpr Option kOptions[] = {Option::btf};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map create /sys/fs/bpf/seen type lpm_trie key 8 value u64 entries 99 flags "
     "no_prealloc",
     "IPv4 prefixes with a counter each"},
    {"bpfmaps map create /sys/fs/bpf/m type hash key u32 value 'struct flow' entries 9 --btf my.o",
     "a type of an object, so that entries can be read and written by field"},
};

}  // namespace

const cli::Command kMapCreate{
    .object = "map",
    .verb = "create",
    .summary = "create a map and pin it",
    .details =
        R"(Keys and values are so many bytes, or of a C type: u32, u64[4], struct in_addr, and
with --btf FILE whatever FILE declares. A map with types shows them in every dump. Types without
keys (queue, stack, bloom_filter, ringbuf) leave `key` out.

The map lives as long as its pin, or as long as a program uses it.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
    .changes = true,
};

}  // namespace bpfmaps::commands
