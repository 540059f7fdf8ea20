// SPDX-License-Identifier: BSD-2-Clause
// prog dump PROG: the code of a program, as text or as it is.
#include "base/file.h"
#include "commands/records.h"
#include "commands/shared/code_text.h"
#include "commands/shared/context.h"
#include "commands/shared/select.h"

namespace bpfmaps::commands {
namespace {

using cli::Count;
using cli::Operand;
using cli::Takes;
using kernel::CodeKind;

Status check(const cli::Request& request, const Context& context, CodeKind kind) {
  const bool to_file = request.find("file") != nullptr, draws = request.find("visual") != nullptr;
  if (to_file)
    for (const cli::OperandId word :
         std::initializer_list<cli::OperandId>{"opcodes", "linum", "visual"})
      if (request.find(word) != nullptr)
        return fail(Error::usage(
            "`file` writes the bytes as they are: `" + std::string(word) + "` changes nothing",
            "leave one of the two out"));
  if (draws && kind == CodeKind::jited)
    return fail(Error::usage("`visual` draws translated code", "prog dump xlated PROG visual"));
  if (draws && !context.style.is_table())
    return fail(Error::usage("`visual` is a graph in the language of dot(1), not JSON or CSV",
                             "leave the one or the other out"));
  return {};
}

// "-" is standard output. Else for its owner alone: compiled code tells where the kernel lies.
Status save(const std::vector<std::byte>& kind, const std::string& path, output::Writer& out) {
  const std::string_view bytes(reinterpret_cast<const char*>(kind.data()), kind.size());
  if (path == "-") return out.write_block(bytes), Status();
  const Fd file = TRY(open_private_file(path, "write the code"));
  output::Writer writer(file.get(), path);
  writer.write_block(bytes);
  return writer.finish();
}

Status show(const disasm::Listing& listing, CodeKind kind, const cli::Request& request,
            Context& context) {
  const CodeStyle style{.opcodes = request.find("opcodes") != nullptr,
                        .linum = request.find("linum") != nullptr};
  for (const std::string& remark : listing.remarks) context.remark(remark);
  if (request.find("visual") != nullptr) {
    context.out.write(code_graph(listing, style));
  } else if (context.style.is_table()) {
    context.out.write(code_text(listing, kind, style));
  } else if (context.style.is_csv()) {
    print_code_rows(listing, style, context.out, context.style);
  } else {
    print_list(context.out, context.style, code_records(listing, kind, style), {}, "");
  }
  return {};
}

// What the rooms below say of the code is said of the program that was named.
Error about(Error error, const cli::Selector& selector) {
  if (error.subject.empty())
    error.subject = (selector.by == cli::Selector::By::pinned ? "" : "prog ") + selector.describe();
  return error;
}

Status run(const cli::Request& request, Context& context) {
  const CodeKind kind = request.word("CODE") == "jited" ? CodeKind::jited : CodeKind::xlated;
  TRY(check(request, context, kind));
  const cli::Selector& selector = request.selector("PROG");
  const kernel::Prog prog = TRY(open_prog(selector));
  if (const std::string path(request.word("file")); !path.empty()) {
    auto code = kernel::read_code(prog, kind);
    if (!code) return fail(about(std::move(code).error(), selector));
    return save(code->kind, path, context.out);
  }
  const auto listing = disasm::list(prog, kind);
  if (!listing) return fail(about(listing.error(), selector));
  return show(*listing, kind, request, context);
}

constexpr Operand kOperands[] = {
    {"", "CODE", Takes::choice, Count::optional, "as the verifier left it, or as it was compiled",
     "xlated|jited"},
    {"", "PROG", Takes::prog, Count::one, "the program"},
    {"file", "FILE", Takes::file, Count::optional, "write the bytes there; - is standard output"},
    {"opcodes", "", Takes::nothing, Count::optional, "the bytes of each instruction, too"},
    {"linum", "", Takes::nothing, Count::optional, "file, line and column of the source, too"},
    {"visual", "", Takes::nothing, Count::optional, "the basic blocks as a graph for dot(1)"},
};
constexpr cli::Example kExamples[] = {
    {"bpfmaps prog dump xlated /sys/fs/bpf/xdp/xdp_stats_pass linum", "with lines of its source"},
    {"bpfmaps prog dump jited id 7 opcodes", "what the processor runs, with its bytes"},
    {"bpfmaps prog dump xlated id 7 visual > prog.dot", "a graph for Graphviz to draw"},
    {"bpfmaps prog dump xlated id 7 --json | jq -r '.[].disasm'", "the instructions alone"},
};

}  // namespace

const cli::Command kProgDump{
    .object = "prog",
    .verb = "dump",
    .summary = "show the code of a program",
    .details =
        R"(Translated code (xlated, the default) is what the verifier made of the program: maps
and functions are shown by their names, variables of data sections behind their map. Compiled code
(jited) is what the processor runs; it is disassembled by LLVM, where this program was built with
it. The lines of source above the instructions come from the program's types.

Reading code takes CAP_BPF. Compiled code and the names of the kernel's own functions also take
the right to see kernel addresses (sysctl kernel.kptr_restrict). What the kernel withholds is
never shown as empty.)",
    .operands = kOperands,
    .options = {},
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
