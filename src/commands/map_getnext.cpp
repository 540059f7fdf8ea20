// SPDX-License-Identifier: BSD-2-Clause
// map getnext MAP [key DATA]: the key behind another, for scripts that walk a map by themselves.
#include <algorithm>

#include "commands/records.h"
#include "commands/shared/data.h"
#include "commands/shared/data_file.h"
#include "commands/shared/map_options.h"
#include "entries/saved_map.h"
#include "entries/stream.h"
#include "entries/untold_keys.h"
#include "kernel/map/writer.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;

Status find_next(const entries::TypedMap& typed, const unsigned char* key, Bytes& next) {
  if (!typed.saved) return kernel::next_key(typed.map, key, next.data());
  const unsigned char* found = TRY(entries::next_saved(typed, key));
  if (found != nullptr) return std::copy_n(found, next.size(), next.begin()), Status();
  return fail(Error::refused(Kind::not_found, "get the next key", "",
                             key == nullptr ? "the map is empty" : "that was the last key"));
}

Status run(const cli::Request& line, Context& context) {
  const auto typed = TRY(open_typed_map(line, context, kernel::Access::read));
  const cli::Request request = TRY(with_files(line, *typed));
  const bool from_key = request.find("key") != nullptr;
  const Key key = from_key ? TRY(parse_key(request, *typed)) : Key();
  Bytes next(typed->map.info().key_size);
  const Status found = find_next(*typed, from_key ? key.data() : nullptr, next);
  if (!found) return fail(about_entry(found.error(), request, *typed));
  layout::RowSpec spec{.key = from_key ? &typed->key : nullptr, .value = &typed->key};
  spec.value_name = "next_key";
  spec.single = true;
  const auto rows = layout::make_rows(spec, context.style);
  entries::print_entry({.keys = key.data(), .values = next.data(), .count = 1}, *rows, context.out);
  const entries::UntoldKeys untold(typed->key);
  const std::string remark = untold.remark(untold.count({.keys = next.data(), .count = 1}));
  if (!remark.empty()) context.remark(remark);
  return {};
}

constexpr Operand kOperands[] = {
    {"", "MAP", Takes::map_or_file, Count::one, "the map to read, or the file it is saved in"},
    {"key", "DATA", Takes::data, Count::optional,
     "the key before; without one, the first is shown"},
};
constexpr Option kOptions[] = {Option::btf, Option::key_type, Option::value_type, Option::vertical};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map getnext /sys/fs/bpf/xdp/policy", "the first key"},
    {"bpfmaps map getnext /sys/fs/bpf/xdp/policy key 10.0.0.0/8", "the one behind it"},
};

}  // namespace

const cli::Command kMapGetnext{
    .object = "map",
    .verb = "getnext",
    .summary = "print the key after another",
    .details =
        R"(Prints one object, {"key":...,"next_key":...}. After the last key the exit code is 3.
Where the map does not have the key, the kernel starts over with the first one.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
