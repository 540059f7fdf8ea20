// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/travel.h"

#include <algorithm>

#include "base/text.h"
#include "commands/shared/progress.h"
#include "entries/held.h"
#include "output/record.h"

namespace bpfmaps::commands {

using cli::Option;
using entries::EntryBlock;
using entries::EntryBlocks;
using entries::TypedMap;

Result<std::vector<std::pair<std::string, std::string>>> pairs_of(const cli::Request& request,
                                                                  Option option) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string_view word : split(request.value(option), ',')) {
    const std::size_t equals = word.find('=');
    if (equals == word.npos || equals == 0)
      return fail(Error::usage("--" + std::string(cli::spec(option).name) + " takes " +
                               std::string(cli::spec(option).argument) + ", not `" +
                               std::string(word) + "`"));
    pairs.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  }
  return pairs;
}

std::vector<std::string> words_of_option(const std::string& text) {
  const bool is_json = text.starts_with('{') || text.starts_with('[') || text.starts_with('"');
  if (text.empty()) return {};
  if (is_json || text.find('=') == text.npos) return {text};
  const auto words = split(text, ',');
  return {words.begin(), words.end()};
}

Result<layout::ConversionOptions> conversion_options(const cli::Request& request) {
  layout::ConversionOptions options;
  options.defaults = TRY(pairs_of(request, Option::defaults));
  options.renames = TRY(pairs_of(request, Option::rename));
  for (const std::string_view word : split(request.value(Option::drop), ','))
    options.drops.emplace_back(word);
  return options;
}

kernel::Want want_of(const cli::Request& request) {
  const std::string_view word = request.word("want");
  return word == "exist"     ? kernel::Want::exist
         : word == "noexist" ? kernel::Want::noexist
                             : kernel::Want::any;
}

Status apply_and_print(const TypedMap& to, const EntryBlocks& blocks,
                       const entries::ApplyOptions& options, Context& context) {
  const std::uint64_t count = count_of(blocks);
  Result<entries::Applied> applied = [&] {
    ProgressLine line("written", count);
    return entries::apply(to, blocks, options,
                          [&line](std::uint64_t written) { line.show(written); });
  }();
  if (!applied) return fail(std::move(applied).error());
  output::Record record;
  record.add("entries", count);
  if (!options.dry) record.add("written", applied->written);
  const auto add = [&](const char* name, const std::optional<std::uint64_t>& number) {
    if (number) record.add(name, *number);
  };
  add("added", applied->added);
  add("changed", applied->changed);
  add("unchanged", applied->unchanged);
  add("removed", applied->removed);
  print_one(context.out, context.style, record);
  context.out.flush();
  if (!applied->remark.empty()) context.remark(applied->remark);
  if (options.dry) context.remark("this was a dry run: nothing is changed");
  return {};
}

Result<Carried> carry(const TypedMap& from, const TypedMap& to, EntryBlocks blocks,
                      const layout::ConversionOptions& options, const entries::Remark& remark) {
  Carried carried;
  if (entries::holds_objects(to.map.info())) {
    auto held = TRY(entries::hold_objects(from, to, blocks));
    carried.blocks = std::move(held.blocks);
    carried.programs = std::move(held.programs);
    return carried;
  }
  if (entries::holds_objects(from.map.info()))
    return fail(Error::refused(Kind::invalid, "convert", "",
                               "what the entries stand for cannot be data of another map"));
  const auto converter = TRY(entries::EntryConverter::make(from, to, options));
  if (const std::string told = converter.added_text(options); !told.empty()) remark(told);
  // A live map has each key once.
  carried.keys_differ = converter.keeps_keys() && !from.saved;
  if (converter.is_copy()) {
    carried.blocks = std::move(blocks);
    return carried;
  }
  for (EntryBlock& block : blocks) {
    EntryBlock made = block_for(to);
    made.reserve(block.count());
    TRY(converter.run(block.entries(), made));
    carried.blocks.push_back(std::move(made));
    block = block_for(from);  // memory for one of the two is enough
  }
  return carried;
}

}  // namespace bpfmaps::commands
