// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/data.h"

#include <algorithm>
#include <cstring>

#include "cli/grammar.h"
#include "commands/shared/cgroup_key.h"
#include "commands/shared/data_file.h"
#include "kernel/cgroup.h"
#include "kernel/map/map_kind.h"
#include "kernel/names.h"
#include "kernel/process.h"
#include "layout/parse.h"
#include "layout/untold.h"

namespace bpfmaps::commands {

namespace {

constexpr std::uint64_t kNone = UINT64_MAX;
constexpr cli::OperandId kObjectWords[] = {"pid", "fd", "cgroup"};

Error no_keys(const kernel::MapInfo& info) {
  const std::string type = kernel::map_type_name(info.type);
  const kernel::Structure structure = kernel::kind_of(info.type).structure;
  if (structure == kernel::Structure::queue)
    return Error::usage("a map of type " + type + " has no keys",
                        "`bpfmaps map push` adds an element, `map pop` takes one out");
  if (structure == kernel::Structure::bloom_filter)
    return Error::usage("a map of type " + type + " has no keys",
                        "`bpfmaps map push` adds an element; none can be taken out");
  return Error::usage("a map of type " + type + " has no keys", "it has no entries to work on");
}

Result<Fd> open_object(const cli::Request& request) {
  const std::uint64_t pid = request.number("pid", kNone), fd = request.number("fd", kNone);
  const std::string cgroup(request.word("cgroup"));
  if (!cgroup.empty() && pid == kNone && fd == kNone) return kernel::open_cgroup(cgroup);
  if (cgroup.empty() && pid != kNone)
    return fd == kNone ? kernel::open_process(pid) : kernel::copy_descriptor(pid, fd);
  if (cgroup.empty() && fd != kNone) return kernel::inherited_descriptor(fd);
  return fail(Error::usage("entries of this map lie in processes, sockets, files or cgroups",
                           "name one of them: pid PID, fd N, pid PID fd N or cgroup PATH"));
}

}  // namespace

bool names_entry(const cli::Request& request) {
  return request.find("key") != nullptr ||
         std::ranges::any_of(kObjectWords,
                             [&](cli::OperandId word) { return request.find(word) != nullptr; });
}

namespace {

/// `parsed`, whose error may be for want of types.
template <class T>
Result<T> by_types(const entries::TypedMap& typed, Result<T> parsed) {
  if (!parsed) parsed.error() = entries::explain_denied(typed, std::move(parsed).error());
  return parsed;
}

}  // namespace

Result<Key> parse_key(const cli::Request& request, const entries::TypedMap& typed) {
  Key key{.bytes = Bytes(typed.map.info().key_size)};
  if (kernel::kind_of(typed.map.info().type).keys == kernel::Keys::objects) {
    key.object = TRY(open_object(request));
    const int fd = key.object.get();
    std::memcpy(key.bytes.data(), &fd, sizeof fd);
    return key;
  }
  if (typed.map.info().key_size == 0) return fail(no_keys(typed.map.info()));
  for (const cli::OperandId word : kObjectWords)
    if (request.find(word) != nullptr)
      return fail(Error::usage("`" + std::string(word) + "` is for local storage, and this is none",
                               "give `key DATA`"));
  const cli::Given* data = request.find("key");
  if (data == nullptr) {
    return fail(
        Error::usage("`key DATA` is missing", "usage: bpfmaps " + cli::grammar(*request.command)));
  }
  const std::vector<std::string> words = words_of(*data);
  if (typed.resolver && is_cgroup_key(typed.map.info(), words))
    key.bytes = TRY(parse_cgroup_key(typed.map.info(), words));
  else
    TRY(by_types(typed, parse_data(typed.key, "key", *data, key.bytes)));
  return key;
}

Status parse_value(const cli::Request& request, const entries::TypedMap& typed, Bytes& value,
                   bool keeps, Bytes* given) {
  const cli::Given* one = request.find("value");
  const cli::Given* each = request.find("values");
  if ((one == nullptr) == (each == nullptr))
    return fail(Error::usage("give `value DATA`, or `values DATA` for a per-CPU map"));
  const std::vector<std::uint32_t>& cpus = typed.shape.cpus;
  if (one != nullptr) {
    const std::size_t size = typed.map.info().value_size;
    std::span<unsigned char> rest(value);
    for (std::size_t slots = std::max<std::size_t>(cpus.size(), 1); slots > 0; --slots) {
      TRY(by_types(typed, parse_data(typed.value, "value", *one, rest.first(size), given)));
      rest = rest.subspan(slots > 1 ? typed.shape.slot : size);
    }
    return {};
  }
  if (cpus.empty())
    return fail(
        Error::usage("`values` is for per-CPU maps, and this is none", "give `value DATA`"));
  const std::vector<std::string> words = words_of(*each);
  const std::size_t filled = TRY(by_types(
      typed, layout::parse_values(typed.value, {"values", words}, cpus, typed.shape.slot, value)));
  if (filled == cpus.size() || keeps) return {};
  return fail(Error::usage(
      "`values` names " + std::to_string(filled) + " of " + std::to_string(cpus.size()) + " CPUs",
      "--merge keeps the others of an entry that is there"));
}

Error about_entry(Error error, const cli::Request& request, const entries::TypedMap& typed) {
  error.subject = request.selector("MAP").describe();
  for (const cli::OperandId part :
       std::initializer_list<cli::OperandId>{"key", "pid", "fd", "cgroup"}) {
    const cli::Given* given = request.find(part);
    if (given == nullptr) continue;
    error.subject += ": " + std::string(part);
    for (const std::string& word : given->words) error.subject += " " + word;
  }
  if (error.kind != Kind::not_found || !error.context.empty()) return error;
  const kernel::MapInfo& info = typed.map.info();
  error.context = "the map has no such key";
  error.hint = "`bpfmaps map dump` shows the keys it has";
  if (const layout::Untold untold(typed.key); untold.possible())
    error.hint += "; what it does not show (" + untold.describe() + ") counts, too: see --raw";
  if (kernel::kind_of(info.type).structure == kernel::Structure::prefixes)
    error.hint = "`bpfmaps map lookup` shows the longest prefix that covers it, `map dump` all";
  if (kernel::is_array(info.type))
    error.hint = "its keys are 0 to " + std::to_string(info.max_entries - 1);
  if (kernel::kind_of(info.type).keys == kernel::Keys::objects) {
    error.context = "nothing is kept there for this map";
    error.hint = {};
  }
  return error;
}

}  // namespace bpfmaps::commands
