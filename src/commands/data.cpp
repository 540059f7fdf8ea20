// SPDX-License-Identifier: BSD-2-Clause
#include "commands/data.h"

#include "layout/parse.h"

namespace bpfmaps {

Result<Bytes> parse_key(const cli::Request& request, const TypedMap& typed) {
  Bytes key(typed.map.info().key_size);
  TRY(layout::parse(typed.key, {"key", request.find("key")->words}, key));
  return key;
}

Status parse_value(const cli::Request& request, const TypedMap& typed, Bytes& value, bool keeps) {
  const cli::Given* one = request.find("value");
  const cli::Given* each = request.find("values");
  if ((one == nullptr) == (each == nullptr))
    return fail(Error::usage("give `value DATA`, or `values DATA` for a per-CPU map"));
  const std::vector<std::uint32_t>& cpus = typed.shape.cpus;
  if (one != nullptr) {
    const std::size_t size = typed.map.info().value_size;
    std::span<unsigned char> rest(value);
    for (std::size_t slots = std::max<std::size_t>(cpus.size(), 1); slots > 0; --slots) {
      TRY(layout::parse(typed.value, {"value", one->words}, rest.first(size)));
      rest = rest.subspan(slots > 1 ? typed.shape.slot : size);
    }
    return {};
  }
  if (cpus.empty())
    return fail(
        Error::usage("`values` is for per-CPU maps, and this is none", "give `value DATA`"));
  const std::size_t given = TRY(
      layout::parse_values(typed.value, {"values", each->words}, cpus, typed.shape.slot, value));
  if (given == cpus.size() || keeps) return {};
  return fail(Error::usage(
      "`values` names " + std::to_string(given) + " of " + std::to_string(cpus.size()) + " CPUs",
      "--merge keeps the others of an entry that is there"));
}

Error about_entry(Error error, const cli::Request& request, const TypedMap& typed) {
  error.subject = request.selector("MAP").describe();
  if (const cli::Given* key = request.find("key")) {
    error.subject += ": key";
    for (const std::string& word : key->words) error.subject += " " + word;
  }
  if (error.kind != Kind::not_found || !error.context.empty()) return error;
  error.context = "the map has no such key";
  error.hint = kernel::is_array(typed.map.info().type)
                   ? "its keys are 0 to " + std::to_string(typed.map.info().max_entries - 1)
                   : "`bpfmaps map dump` shows the keys it has";
  return error;
}

}  // namespace bpfmaps
