// SPDX-License-Identifier: BSD-2-Clause
// map count MAP: how many entries there are, without formatting one.
#include "commands/questions.h"
#include "commands/records.h"
#include "commands/stage.h"
#include "output/record.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;

// One thread's counts.
class Counter {
 public:
  explicit Counter(const layout::Query* query) {
    if (query != nullptr) matcher_.emplace(*query);
  }

  void add(const Entries& entries, std::uint64_t) {
    entries_ += entries.count;
    for (std::uint32_t i = 0; matcher_ && i < entries.count; ++i)
      fitting_ +=
          matcher_->fits(entries.keys == nullptr ? nullptr : entries.key(i), entries.value(i)) ? 1
                                                                                               : 0;
  }
  void add(const Counter& other) {
    entries_ += other.entries_;
    fitting_ += other.fitting_;
  }

  std::uint64_t entries() const { return entries_; }
  std::uint64_t fitting() const { return fitting_; }

 private:
  std::optional<layout::Matcher> matcher_;
  std::uint64_t entries_ = 0, fitting_ = 0;
};

Status run(const cli::Request& request, Context& context) {
  const auto typed = TRY(open_typed_map(request, context, kernel::Access::read));
  const Questions asked = TRY(questions_from(request, *typed));
  const auto source = TRY(open_source(*typed));
  Counter all(nullptr);
  TRY(gather(
      *source, *typed, nullptr, [&] { return Counter(asked.filter()); },
      [&](const Counter& some) { all.add(some); }));
  const std::uint32_t most = typed->map.info().max_entries;
  output::Record record;
  if (asked.query) record.add("matching", all.fitting());
  record.add("entries", all.entries()).add("max_entries", most);
  if (most != 0) record.add("fill", static_cast<double>(all.entries()) / static_cast<double>(most));
  print_one(context.out, context.style, record);
  return {};
}

constexpr Operand kOperands[] = {
    {"", "MAP", Takes::map, Count::one, "the map to read"},
};
constexpr Option kOptions[] = {Option::where, Option::cpu,      Option::gentle,
                               Option::btf,   Option::key_type, Option::value_type};
constexpr cli::Example kExamples[] = {
    {"bpfmaps map count /sys/fs/bpf/flows", "how full the map is"},
    {"bpfmaps map count /sys/fs/bpf/flows --where 'dport == 443' --json",
     "how many flows go to a port"},
};

}  // namespace

const cli::Command kMapCount{
    .object = "map",
    .verb = "count",
    .summary = "count the entries of a map",
    .details =
        "Prints how many entries the map has, how many it can have, and the ratio of the two. The "
        "kernel keeps no count: entries are read, but none is formatted. With --where it prints "
        "how many of them fit, too. The entries of an array are always all there.",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
