// SPDX-License-Identifier: BSD-2-Clause
#include "layout/entry_json.h"

#include <algorithm>
#include <cstring>

#include "layout/encode.h"
#include "layout/parse.h"

namespace bpfmaps::layout {
namespace {

Status put_bytes(const Json& given, unsigned char* to, std::size_t size) {
  if (given.is == Json::Is::string && read_hex_bytes(given.text, to, size)) return {};
  return fail(
      Error::usage("`bytes." + given.name + "` takes " + std::to_string(size) + " bytes in hex"));
}

}  // namespace

Status EntryJson::values(const Json& given, unsigned char* value) const {
  if (spec_.cpus.empty())
    return fail(Error::usage("`values` is for per-CPU maps, and this is none"));
  const std::size_t filled =
      TRY(parse_values(spec_.value == nullptr ? Layout::raw(0) : *spec_.value, "values", given,
                       spec_.cpus, spec_.slot, {value, value_size()}));
  if (filled == spec_.cpus.size()) return {};
  return fail(Error::usage("`values` names " + std::to_string(filled) + " of " +
                           std::to_string(spec_.cpus.size()) + " CPUs"));
}

Status EntryJson::read_tree(const Json& entry, unsigned char* key, unsigned char* value,
                            Written* written) const {
  if (entry.is != Json::Is::object)
    return fail(Error::usage("an entry is an object with `key` and `value`, not " +
                             std::string(describe(entry.is))));
  bool has_key = spec_.key == nullptr, has_value = false;
  // Where bytes tell all, what is printed need not be readable: text that is no UTF-8 is not.
  const Json* const bytes = entry.member("bytes");
  const bool key_bytes = bytes != nullptr && bytes->member("key") != nullptr;
  const bool value_bytes = bytes != nullptr && bytes->member("value") != nullptr;
  std::vector<unsigned char>* const value_bits = written != nullptr ? &written->value : nullptr;
  for (const Json& member : entry.children) {
    if (member.name == "key" && spec_.key != nullptr) {
      if (!key_bytes) TRY(parse_json(*spec_.key, "key", member, {key, key_size()}));
      has_key = true;
    } else if (value_bytes && (member.name == "value" || member.name == "values")) {
      has_value = true;
    } else if (member.name == "value") {
      const std::size_t size = spec_.value->root().size;
      for (std::size_t i = 0; i < std::max<std::size_t>(spec_.cpus.size(), 1); ++i)
        TRY(parse_json(*spec_.value, "value", member, {value + i * spec_.slot, size}, value_bits));
      has_value = true;
    } else if (member.name == "values") {
      TRY(values(member, value));
      has_value = true;
    } else if (member.name != "bytes") {
      return fail(Error::usage("an entry has no member `" + member.name + "`",
                               "it is {\"key\":...,\"value\":...} as dump --jsonl prints it"));
    }
  }
  if (bytes != nullptr) {
    for (const Json& part : bytes->children) {
      if (part.name == "key" && spec_.key != nullptr) TRY(put_bytes(part, key, key_size()));
      if (part.name == "value") TRY(put_bytes(part, value, value_size()));
    }
  }
  if (has_key && has_value) return {};
  return fail(Error::usage(has_key ? "the entry has no `value`" : "the entry has no `key`"));
}

Status EntryJson::read_slowly(std::string_view row, unsigned char* key,
                              unsigned char* value) const {
  if (key_size() != 0) std::memset(key, 0, key_size());
  std::memset(value, 0, value_size());
  const Json entry = TRY(read_json(row, "the entry"));
  return read_tree(entry, key, value);
}

}  // namespace bpfmaps::layout
