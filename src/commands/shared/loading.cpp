// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/loading.h"

#include <cstdint>
#include <span>

#include "base/number.h"
#include "commands/shared/pins.h"
#include "commands/shared/select.h"
#include "layout/compile.h"
#include "layout/parse.h"
#include "output/record.h"

namespace bpfmaps::commands {
namespace {

using cli::Option;
using kernel::Noun;

output::Record record_of(const object::Loaded& loaded) {
  output::Record record;
  record.add("path", loaded.path);
  record.add("kind", kernel::noun_name(loaded.noun));
  record.add("id", loaded.id);
  record.add("type", type_name({.noun = loaded.noun, .type = loaded.type}));
  record.add("name", loaded.name);
  if (loaded.noun == Noun::map) record.add("reused", loaded.reused);
  return record;
}

/// A data section is a struct of its variables.
Status set_variable(const btf* types, std::uint32_t section, const std::string& word,
                    std::span<unsigned char> bytes) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  const layout::Layout variables = TRY(layout::compile(types, section, size));
  return layout::parse(variables, {"var", {&word, 1}}, bytes);
}

object::VerifierLog log_level(std::string_view word) {
  if (word == "stats") return object::VerifierLog::stats;
  return word == "full" ? object::VerifierLog::full : object::VerifierLog::nothing;
}

/// Adds what both verbs take.
Status add_words(const cli::Request& request, object::LoadPlan& plan) {
  plan.type = request.word("type");
  plan.pinmaps = request.word("pinmaps");
  plan.pinroot = request.word("pinroot");
  for (const cli::Given* given : request.all("map name")) {
    plan.replacements.push_back({.name = given->words.front(),
                                 .index = {},
                                 .map = TRY(open_map(given->selector, kernel::Access::write))});
  }
  for (const cli::Given* given : request.all("map idx")) {
    plan.replacements.push_back({.name = {},
                                 .index = parse_u64(given->words.front()),
                                 .map = TRY(open_map(given->selector, kernel::Access::write))});
  }
  for (const cli::Given* given : request.all("map")) {
    const std::uint64_t entries = parse_u64(given->words.back()).value_or(0);
    if (entries > UINT32_MAX)
      return fail(Error::usage("`map " + given->words.front() + " entries " + given->words.back() +
                               "`: a map has at most 4294967295 entries"));
    plan.sizes.push_back({given->words.front(), static_cast<std::uint32_t>(entries)});
  }
  for (const cli::Given* given : request.all("var")) plan.variables.push_back(given->words.front());
  plan.set_variable = set_variable;
  plan.autoattach = request.find("autoattach") != nullptr;
  if (request.find("over") != nullptr) {
    if (!plan.autoattach)
      return fail(Error::usage("`over` is for `autoattach`", "it says what an iterator runs over"));
    plan.over = TRY(open_map(request.selector("over"), kernel::Access::read));
  }
  plan.log = log_level(request.value(Option::log));
  return {};
}

}  // namespace

Status load_and_print(const cli::Request& request, Context& context, object::LoadPlan plan) {
  TRY(add_words(request, plan));
  const object::ElfImage image = TRY(object::open_image(std::string(request.word("OBJ"))));
  const bool tells = request.has(Option::verbose) || request.has(Option::log);
  const auto report = TRY(object::load(image, plan, tells ? context.remark : nullptr));
  for (const std::string& remark : report.remarks) context.remark(remark);
  std::vector<output::Record> records;
  for (const object::Loaded& one : report.pinned) records.push_back(record_of(one));
  output::print_list(context.out, context.style, records,
                     {{"path", "path"},
                      {"kind", "kind"},
                      {"id", "id"},
                      {"type", "type"},
                      {"name", "name"},
                      {"reused", "reused"}},
                     "nothing was pinned");
  return {};
}

}  // namespace bpfmaps::commands
