// SPDX-License-Identifier: BSD-2-Clause
// btf dump SOURCE [TYPE...]: the types that anything carries, as C or JSON.
#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "commands/records.h"
#include "commands/shared/context.h"
#include "commands/shared/select.h"
#include "kernel/btf_objects.h"
#include "layout/c_types.h"
#include "layout/type_records.h"
#include "object/btf_file.h"
#include "output/record.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Option;
using cli::Takes;

/// Where types are from.
struct Source {
  kernel::Btf owned = {};
  const btf* types = nullptr;
  bool is_kernel = false;               ///< of the kernel itself
  std::vector<std::uint32_t> own = {};  ///< the key and value of a map; empty: all
};

Result<Source> of_id(std::uint32_t id, const std::string& whose) {
  if (id == 0)
    return fail(Error::refused(Kind::not_found, "find types", whose, "it carries no types",
                               "it was compiled or made without BTF (clang -g)"));
  Source source{.owned = TRY(kernel::any_btf_by_id(id))};
  source.types = source.owned.get();
  return source;
}

Result<Source> of_map(const cli::Selector& selector) {
  const kernel::Map map = TRY(open_map(selector, kernel::Access::read));
  const kernel::MapInfo& info = map.info();
  if (info.btf_vmlinux_value_type_id != 0)  // struct_ops
    return Source{
        .types = kernel::vmlinux_btf(), .is_kernel = true, .own = {info.btf_vmlinux_value_type_id}};
  Source source = TRY(of_id(info.btf_id, "map " + selector.describe()));
  for (const std::uint32_t type : {info.btf_key_type_id, info.btf_value_type_id})
    if (type != 0) source.own.push_back(type);
  return source;
}

/// `word` is what stands where a source may be named by one word; "" where none does.
Result<Source> open_source(const cli::Request& request, const std::string& word) {
  if (request.find("map") != nullptr) return of_map(request.selector("map"));
  if (request.find("prog") != nullptr) {
    const kernel::Prog prog = TRY(open_prog(request.selector("prog")));
    return of_id(prog.info().btf_id, "program " + request.selector("prog").describe());
  }
  if (request.find("id") != nullptr) {
    const auto id = static_cast<std::uint32_t>(request.number("id", 0));
    return of_id(id, "BTF id " + std::to_string(id));
  }
  if (word.empty())
    return fail(Error::usage("no word says whose types",
                             "vmlinux, a FILE, `id N`, `map MAP` or `prog PROG`"));
  Source source;
  if (word == "vmlinux") {
    source.types = kernel::vmlinux_btf();
    source.is_kernel = true;
    if (source.types == nullptr)
      return fail(Error::refused(Kind::unsupported, "load types", word,
                                 "the running kernel tells no types of its own",
                                 "it was built without CONFIG_DEBUG_INFO_BTF"));
    return source;
  }
  source.owned = TRY(object::read_types(word));
  source.types = source.owned.get();
  return source;
}

Error no_such_type(const Source& source, const std::string& name) {
  std::vector<std::string_view> names;
  for (std::uint32_t id = 1; id < btf__type_cnt(source.types); ++id) {
    const btf_type* type = btf__type_by_id(source.types, id);
    if (type->name_off != 0 && !btf_is_func(type))
      names.emplace_back(btf__name_by_offset(source.types, type->name_off));
  }
  const std::size_t space = name.rfind(' ');
  return Error::refused(Kind::not_found, "find a type", name, "there is none of that name",
                        did_you_mean(std::string_view(name).substr(space + 1), names));
}

/// What to print: the types named, else those of a map, else all, in the order of ids.
Result<std::vector<std::uint32_t>> wanted_types(const Source& source,
                                                const std::vector<std::string>& names) {
  std::vector<std::uint32_t> wanted = names.empty() ? source.own : std::vector<std::uint32_t>();
  for (const std::string& name : names) {
    const auto found = layout::types_named(source.types, name);
    if (found.empty()) return fail(no_such_type(source, name));
    wanted.insert(wanted.end(), found.begin(), found.end());
  }
  if (wanted.empty())
    for (std::uint32_t id = 1; id < btf__type_cnt(source.types); ++id) wanted.push_back(id);
  return wanted;
}

/// Names in a file are whatever its maker wrote: what a terminal could obey is shown escaped.
std::string safe_lines(std::string_view text) {
  text = text.substr(0, text.find_last_not_of('\n') + 1);
  std::string safe;
  for (const std::string_view line : split(text, '\n')) {
    for (const std::string_view part : split(line, '\t')) {
      if (part.data() != line.data()) safe += '\t';
      append_terminal_safe(safe, part);
    }
    safe += '\n';
  }
  return safe;
}

/// A whole kernel takes some 3 MiB, and is reckoned at more: the reckoning is an upper bound. What
/// a map or a small file brings along may take what its size lets one expect.
layout::CLimits limits_for(const btf* types) {
  constexpr std::uint64_t kMost = 64;
  const layout::CLimits least;
  std::uint32_t bytes = 0;
  btf__raw_data(types, &bytes);
  // The types of a module stand on those of the kernel.
  const std::uint64_t more = btf__base_btf(types) != nullptr ? kMost : bytes >> 16;
  return {.million_types = std::min(kMost, least.million_types + more),
          .text = std::min(kMost, least.text + more)};
}

/// Functions are declared only where they are asked for: a whole kernel's clash with the
/// compiler's.
Status print_c(const Source& source, const std::vector<std::uint32_t>& wanted, bool with_functions,
               Context& context) {
  layout::CTypes c = TRY(layout::CTypes::open(source.types, limits_for(source.types)));
  std::string functions;
  for (const std::uint32_t id : wanted) {
    const btf_type* type = btf__type_by_id(source.types, id);
    if (btf_is_func(type)) {
      if (!with_functions) continue;
      TRY(c.define(type->type));
      functions +=
          TRY(c.declaration(type->type, btf__name_by_offset(source.types, type->name_off))) + ";\n";
    } else if (!btf_is_func_proto(type) && !btf_is_var(type) && !btf_is_datasec(type) &&
               !btf_is_decl_tag(type)) {
      TRY(c.define(id));
    }
  }
  // Programs that read these of a running kernel are told by it where the fields lie (CO-RE).
  constexpr std::string_view kPush =
      "#if defined(__clang__) && !defined(BPF_NO_PRESERVE_ACCESS_INDEX)\n"
      "#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)\n"
      "#endif\n\n";
  constexpr std::string_view kPop =
      "\n#if defined(__clang__) && !defined(BPF_NO_PRESERVE_ACCESS_INDEX)\n"
      "#pragma clang attribute pop\n#endif\n";
  if (source.is_kernel) context.out.write(kPush);
  context.out.write(safe_lines(c.text()));
  context.out.write(safe_lines(functions));
  if (source.is_kernel) context.out.write(kPop);
  return {};
}

void print_json(const Source& source, const std::vector<std::uint32_t>& wanted,
                const output::Style& style, Context& context) {
  std::set<std::uint32_t> parts;
  for (const std::uint32_t id : wanted) layout::add_parts(source.types, id, parts);
  const std::vector<output::Column> columns;
  output::ListStream list(context.out, style.as_json(), columns);
  for (const std::uint32_t id : parts) list.add(layout::type_record(source.types, id));
  list.end();
}

Status run(const cli::Request& request, Context& context) {
  std::vector<std::string> words;
  for (const cli::OperandId name : std::initializer_list<cli::OperandId>{"SOURCE", "TYPE"})
    for (const cli::Given* given : request.all(name)) words.push_back(given->words.front());
  std::string source_word;
  const bool is_named = request.find("map") != nullptr || request.find("prog") != nullptr ||
                        request.find("id") != nullptr;
  if (!is_named && !words.empty()) {
    source_word = words.front();
    words.erase(words.begin());
  }
  const Source source = TRY(open_source(request, source_word));
  const auto wanted = TRY(wanted_types(source, words));
  const std::string& format = request.value(Option::format);
  if (format == "json" || (format.empty() && context.style.is_json())) {
    print_json(source, wanted, context.style, context);
    return {};
  }
  Status printed = print_c(source, wanted, !words.empty(), context);
  if (!printed && printed.error().kind == Kind::unsupported && printed.error().hint.empty())
    printed.error().hint = words.empty() ? "name the TYPE that you need, or take --format json"
                                         : "--format json has the same types, one an object";
  return printed;
}

constexpr Operand kOperands[] = {
    {"", "SOURCE", Takes::file, Count::optional, "vmlinux, an object file or a file of BTF"},
    {"", "TYPE", Takes::word, Count::any_number,
     "only that type and what it needs: a name, or `struct NAME` as one word"},
    {"id", "N", Takes::number, Count::optional, "the BTF object of that id"},
    {"map", "MAP", Takes::map, Count::optional, "the types of a map; its key and value"},
    {"prog", "PROG", Takes::prog, Count::optional, "the types that a program came with"},
};
constexpr Option kOptions[] = {Option::format};
constexpr cli::Example kExamples[] = {
    {"bpfmaps btf dump vmlinux xdp_md", "one of the kernel's types, and what it needs"},
    {"bpfmaps btf dump vmlinux > vmlinux.h", "all of them, for programs to include"},
    {"bpfmaps btf dump map /sys/fs/bpf/flows", "the key and the value of a map"},
    {"bpfmaps btf dump my.bpf.o --format json", "every type in an object, by its id"},
};

}  // namespace

const cli::Command kBtfDump{
    .object = "btf",
    .verb = "dump",
    .summary = "print types as C or JSON",
    .details =
        R"(The C compiles: each type comes after the types it needs, and a type that is only
pointed to is declared. Of the kernel's own types, records are marked preserve_access_index, so
that a program finds their fields on other kernels, too.

A map's types are its key and value where no TYPE is named. A TYPE that is a function is its
declaration. JSON is an array with an object for each type, by bpftool's names of fields; of a
TYPE with all types it leads to.

A file is checked before its types are used. Reading types from the kernel takes CAP_SYS_ADMIN,
except those of vmlinux.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
