// SPDX-License-Identifier: BSD-2-Clause
#include "commands/shared/code_text.h"

#include <algorithm>

#include "base/number.h"
#include "base/text.h"
#include "disasm/blocks.h"

namespace bpfmaps::commands {
namespace {

using disasm::Function;
using disasm::Instruction;
using disasm::SourceLine;
using kernel::CodeKind;

constexpr std::size_t kPcWidth = 4;

bool is_same_line(const SourceLine& one, const SourceLine& other) {
  return one.line == other.line && one.file == other.file;
}

// Names and lines come from whoever compiled the program.
std::string source_text(const SourceLine& source, CodeStyle style) {
  std::string text = "; " + terminal_safe(source.text);
  if (style.linum)
    text += " [file:" + terminal_safe(source.file) + " line_num:" + std::to_string(source.line) +
            " line_col:" + std::to_string(source.column) + "]";
  return text;
}

std::string pc_text(std::uint64_t pc, CodeKind kind) {
  const std::string digits = kind == CodeKind::xlated ? std::to_string(pc) : hex_text(pc).substr(2);
  return std::string(kPcWidth - std::min(kPcWidth, digits.size()), ' ') + digits;
}

/// Lines of text as people read them, one behind the other.
class Lines {
 public:
  Lines(CodeKind kind, CodeStyle style) : kind_(kind), style_(style) {}

  /// The lines of an instruction. Of several pieces of code for one line of source it is shown
  /// above the first, unless columns tell them apart.
  std::vector<std::string> of(const Instruction& instruction) {
    std::vector<std::string> lines;
    if (const auto& source = instruction.source) {
      const bool repeats = !style_.linum && shown_ && is_same_line(*shown_, *source);
      if (!repeats && (style_.linum || !source->text.empty()))
        lines.push_back(source_text(*source, style_));
      shown_ = source;
    }
    lines.push_back(pc_text(instruction.pc, kind_) + ": " + terminal_safe(instruction.text));
    if (style_.opcodes) {
      std::string bytes(kPcWidth + 3, ' ');
      append_hex(bytes, instruction.bytes.data(), instruction.bytes.size());
      lines.push_back(std::move(bytes));
    }
    return lines;
  }

 private:
  CodeKind kind_;
  CodeStyle style_;
  std::optional<SourceLine> shown_;
};

std::string title(const Function& function) {
  return terminal_safe(function.prototype.empty() ? function.name : function.prototype);
}

// As a string of dot's language, in which lines that end in \l stand at the left.
std::string dot_line(const std::string& line) {
  std::string text;
  for (const char c : line) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + "\\l";
}

std::string quoted(const std::string& text) {
  std::string line = dot_line(text);
  line.resize(line.size() - 2);
  return "\"" + line + "\"";
}

}  // namespace

std::string code_text(const disasm::Listing& listing, CodeKind kind, CodeStyle style) {
  std::string text;
  for (const Function& function : listing.functions) {
    text += title(function) + ":\n";
    Lines lines(kind, style);
    for (const Instruction& instruction : function.instructions)
      for (const std::string& line : lines.of(instruction)) text += line + "\n";
  }
  return text;
}

std::string code_graph(const disasm::Listing& listing, CodeStyle style) {
  std::string text =
      "digraph \"program\" {\n"
      "node [shape=box, fontname=monospace];\n";
  for (std::size_t i = 0; i < listing.functions.size(); ++i) {
    const Function& function = listing.functions[i];
    const auto name = [i](std::size_t block) {
      return "f" + std::to_string(i) + "_b" + std::to_string(block);
    };
    text += "subgraph \"cluster_" + std::to_string(i) + "\" {\n\tlabel=" + quoted(title(function)) +
            ";\n";
    const std::vector<disasm::Block> blocks = disasm::blocks_of(function);
    Lines lines(CodeKind::xlated, style);
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      text += "\t" + name(b) + " [label=\"";
      for (std::size_t at = blocks[b].first; at <= blocks[b].last; ++at)
        for (const std::string& line : lines.of(function.instructions[at])) text += dot_line(line);
      text += "\"];\n";
    }
    for (std::size_t b = 0; b < blocks.size(); ++b)
      for (const std::size_t next : blocks[b].next)
        text += "\t" + name(b) + " -> " + name(next) + ";\n";
    text += "}\n";
  }
  return text + "}\n";
}

}  // namespace bpfmaps::commands
