// SPDX-License-Identifier: BSD-2-Clause
#include "commands/data.h"

#include "layout/parse.h"

namespace bpfmaps {

Result<std::vector<unsigned char>> parse_key(const cli::Request& request, const TypedMap& typed) {
  std::vector<unsigned char> key(typed.map.info().key_size);
  TRY(layout::parse(typed.key, {"key", request.find("key")->words}, key));
  return key;
}

Error about_key(Error error, const cli::Request& request, const TypedMap& typed) {
  const std::string map = request.selector("MAP").describe();
  std::string key;
  for (const std::string& word : request.find("key")->words) key += " " + word;
  error.subject = map + ": key" + key;
  if (error.kind != Kind::not_found) return error;
  error.context = "the map has no such key";
  error.hint = kernel::is_array(typed.map.info().type)
                   ? "its keys are 0 to " + std::to_string(typed.map.info().max_entries - 1)
                   : "`bpfmaps map dump` shows the keys it has";
  return error;
}

}  // namespace bpfmaps
